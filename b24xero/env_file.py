"""The settings in the checkout's .env, for whoever starts b24xero by hand; what the environment says goes before it."""

from __future__ import annotations

import os
from pathlib import Path

from dotenv import load_dotenv

ROOT = Path(__file__).resolve().parent.parent


def read() -> None:
    """Not where FLASK_SKIP_DOTENV is set: Flask's own word for it, which the demo and the tests say."""
    if not os.environ.get("FLASK_SKIP_DOTENV"):
        load_dotenv(ROOT / ".env", override=False)

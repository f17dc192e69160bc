"""The looks that the style sheet knows: the picture of a ``.status``, the tone of a notice."""

from __future__ import annotations

from typing import Literal

from b24xero.domain.set_up import Stands

# Where an invoice stands in Xero has its own picture each. "": none, while something moves.
StatusLook = Stands | Literal["ok", "info", "differs", "problem", ""]
# bad: it stopped us; warn: somebody should look; "": nothing to see to.
Tone = Literal["bad", "warn", "good", ""]

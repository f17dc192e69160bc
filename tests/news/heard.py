"""What Bitrix24's cloud would post, posted."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask

from tests.conftest import Vendors


def tell(app: Flask, vendors: Vendors, **values: object) -> list[int]:
    """Everything since the last time, in a client of its own; the answers."""
    posts = vendors.control("bitrix24/events", **values)
    client = app.test_client()
    return [client.post(urlsplit(post["url"]).path, data=post["form"]).status_code for post in posts]

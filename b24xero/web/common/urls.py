"""Addresses: the page of ours to go back to, and those outside, of an invoice in Bitrix24 and in Xero."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import g, request, url_for
from htmx_flask import request as htmx_request

from b24xero.connections import invoice_pages, settings

_PAGES = ("/invoices", "/products", "/setup", "/runs", "/activity", "/access", "/month-end")
# The review of a thousand chosen invoices has the longest address of all (``selection``).
LONGEST_WAY_BACK = 3_500


@dataclass(frozen=True)
class Places:
    """Where the links of a problem lead, as far as they depend on what it is about; empty where there is none."""

    bitrix24: str = ""
    xero: str = ""
    portal: str = ""
    again: str = ""
    preview: str = ""


def portal_url() -> str:
    return settings().bitrix24_portal_url


def portal_host() -> str:
    return urlsplit(portal_url()).netloc


def bitrix24_invoice(key: int) -> str:
    """The invoice in Bitrix24."""
    return invoice_pages().of(key)


def xero_invoice(short_code: str, xero_id: str) -> str:
    """The short code begins with "!", which Xero wants as it is. Source: Xero facts §3.9."""
    return f"https://go.xero.com/app/{short_code}/invoicing/view/{xero_id}"


# -- ours --------------------------------------------------------------------------------------------------------------


def here() -> str:
    """What was asked, from the root of the site on."""
    return request.root_path + request.full_path.rstrip("?")


def come_back_to(address: str) -> None:
    """Where this press leads back to when it cannot be done before a login: its page with all that was chosen on it."""
    g.way_back = own_page(address)


def way_back() -> str:
    """The page of ours that the person is on: the one asked for, or the one that sent the form."""
    if "way_back" in g:
        return str(g.way_back)
    if request.method == "GET" and not htmx_request.htmx:
        return here()
    return own_page(request.form.get("back") or htmx_request.htmx.current_url or request.referrer or "")


def own_page(address: str) -> str:
    """The path of an address if it is one of our pages, else the invoices: nobody is led elsewhere."""
    ours = address.removeprefix(request.host_url.rstrip("/"))
    is_one = ours.startswith(tuple(request.root_path + page for page in _PAGES))
    if is_one and "\\" not in ours and ours.isprintable() and len(ours) <= LONGEST_WAY_BACK:
        return ours
    return url_for("invoices.index")

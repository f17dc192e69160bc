"""The addresses that lie outside: the portal, an invoice in it, an invoice in Xero."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from b24xero.connections import settings


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


def bitrix24_invoice(invoice_id: int) -> str:
    """Smart processes stand at /crm/type/{entityTypeId}/details/{id}/, invoices are 31 (Bitrix24 facts, placements)."""
    return f"{portal_url()}/crm/type/31/details/{invoice_id}/"


def xero_invoice(short_code: str, xero_id: str) -> str:
    """The short code begins with "!", which Xero wants as it is. Source: Xero facts §10, deep links."""
    return f"https://go.xero.com/app/{short_code}/invoicing/view/{xero_id}"

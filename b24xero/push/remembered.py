"""What becomes of many invoices by what is remembered of Xero, which is not asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from b24xero.contacts import links as contact_links
from b24xero.db.models import InvoiceLink, Organisation
from b24xero.domain.invoice import Invoice
from b24xero.extensions import db
from b24xero.products import item_codes, item_links
from b24xero.push.case import NOT_LINKED
from b24xero.push.context import address_of
from b24xero.push.policy import Decision, decide
from b24xero.writes import invoice_links


def links(organisation: Organisation, invoices: Sequence[Invoice]) -> dict[int, InvoiceLink]:
    """What is known of each that has been pushed, by invoice."""
    found = invoice_links.find_all(organisation, [invoice.id for invoice in invoices])
    db.session.commit()
    return found


def contacts(organisation: Organisation, invoices: Sequence[Invoice]) -> dict[int, str]:
    """The contact that is known of each one's customer, by invoice; NOT_LINKED where none is."""
    found = contact_links.linked_all(organisation, (invoice.customer for invoice in invoices))
    db.session.commit()
    return {one.id: found.get(one.customer.number if one.customer else "", NOT_LINKED) for one in invoices}


def decisions(organisation: Organisation, invoices: Sequence[Invoice], today: date) -> dict[int, Decision]:
    """By invoice, under the organisation's set-up: three questions to the database for every 500, whatever is asked.

    Args:
        invoices: with the codes of the items that their products have.
    """
    set_up, books = organisation.set_up, organisation.books
    known = links(organisation, invoices)
    whose = contacts(organisation, invoices)
    new_items = item_links.missing(organisation, item_codes.product_ids(invoices)) if set_up.missing_items else ()
    db.session.commit()
    return {
        invoice.id: decide(
            invoice, known.get(invoice.id), None, set_up, books, today, url=address_of(invoice), new_items=new_items,
            contact_id=whose[invoice.id],
        )
        for invoice in invoices
    }  # fmt: skip

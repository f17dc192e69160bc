"""Which tax rate a new product is offered at first: the one that goes with what is sold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select

from b24xero.db.models import InvoiceLink, Organisation
from b24xero.domain.books import Books
from b24xero.domain.product import Vat
from b24xero.domain.set_up import SetUp
from b24xero.extensions import db

# So many of the invoices that were written last say what is common.
LATEST = 200


def common_tax_types(organisation: Organisation) -> tuple[str, ...]:
    """The tax types on the lines that were written last, the commonest first; one question to the database."""
    query = (
        select(InvoiceLink.written)
        .where(InvoiceLink.organisation_id == organisation.id, InvoiceLink.written_at.is_not(None))
        .order_by(InvoiceLink.written_at.desc())
        .limit(LATEST)
    )
    bodies = list(db.session.scalars(query))
    db.session.commit()
    lines = (line for body in bodies if body for line in body.get("LineItems", ()))
    counts = Counter(str(line.get("TaxType") or "") for line in lines)
    return tuple(tax_type for tax_type, _ in counts.most_common() if tax_type)


def vat(vats: Sequence[Vat], set_up: SetUp, books: Books, common: Sequence[str]) -> str:
    """The id of the portal's rate for the default tax of the usual account, else for the commonest one (``common``),
    else the first that takes tax at all; "" where Set-up has a match for none. Never the first in the portal's order:
    that one is often "no VAT".
    """
    account = books.account(set_up.sales_account)
    matched = [(vat, set_up.taxes[vat.key]) for vat in vats if set_up.taxes.get(vat.key)]
    for tax_type in (account.tax_type if account else "", *common):
        if found := next((vat for vat, of_it in matched if of_it == tax_type), None):
            return str(found.id)
    taxed = [vat for vat, _ in matched if vat.rate]
    return next((str(vat.id) for vat in [*taxed, *(vat for vat, _ in matched)]), "")

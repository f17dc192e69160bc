"""The words for what can be chosen or shown: statuses, targets, rules, orders."""

from __future__ import annotations

from flask_babel import gettext, lazy_pgettext
from flask_babel import lazy_gettext as _

# What an invoice is in Xero: "none" and set_up.STATUSES
STATUSES = {
    "none": _("Not in Xero"),
    "draft": _("Draft"),
    "approval": _("Awaiting approval"),
    "awaiting": _("Awaiting payment"),
    "part": _("Part paid"),
    "part_credited": _("Part credited"),
    "part_prepaid": _("Part settled by prepayment"),
    "part_overpaid": _("Part settled by overpayment"),
    "overdue": _("Overdue"),
    "paid": _("Paid"),
    "credited": _("Credited"),
    "prepaid": _("Settled by prepayment"),
    "overpaid": _("Settled by overpayment"),
    "void": _("Voided"),
    "deleted": _("Deleted"),
}

# Where a portal has both: domain.invoice.Kind, as the address says it and in words
KINDS = {
    "smart": ("new", lazy_pgettext("kind of invoice", "New")),
    "legacy": ("old", lazy_pgettext("kind of invoice", "Old")),
}
ALL_KINDS = lazy_pgettext("kind of invoice", "All")

# What of an old invoice may become another by a save: legacy_content.Change.what
PARTS = {
    "number": _("Number"),
    "title": _("Title"),
    "date": _("Date"),
    "due date": _("Due date"),
    "currency": _("Currency"),
    "total": _("Total"),
    "tax": _("Tax"),
}
ROW = _("row %(number)s")

# At which step of a connection it failed: those of outbound.causes that nothing gets past
STEPS = {
    "proxy": _("the proxy lets nothing through"),
    "name": _("its name is not known"),
    "connect": _("it takes no connection"),
    "certificate": _("its certificate is not believed"),
    "tls": _("it does not speak TLS"),
}

# What settles an invoice: "payment" and credits.KINDS
SETTLED_BY = {
    "payment": _("payment"),
    "credit_note": _("credit note"),
    "prepayment": _("prepayment"),
    "overpayment": _("overpayment"),
}

# What a stage becomes in Xero: set_up.TARGETS
TARGETS = {
    "none": _("Do not send"),
    "DRAFT": _("Draft"),
    "SUBMITTED": _("Awaiting approval"),
    "AUTHORISED": _("Authorised (awaiting payment)"),
    "VOIDED": _("Voided"),
}

# due_date.DUE_RULES
DUE_RULES = {
    "days-0": _("On the day of the invoice"),
    "days-7": _("7 days after the date"),
    "days-14": _("14 days after the date"),
    "days-20": _("20 days after the date"),
    "days-30": _("30 days after the date"),
    "days-60": _("60 days after the date"),
    "month-20": _("20th of the following month"),
    "month-end": _("End of the following month"),
}

# set_up.NUMBERS: the choice and its consequence
NUMBERS = {
    "bitrix24": (_("The number of Bitrix24"), _("INV-0412 stays INV-0412, in both systems")),
    "xero": (_("Xero’s next number"), _("Bitrix24’s number goes into the reference")),
}

# set_up.REFERENCES
REFERENCES = {"title": _("The title of the invoice"), "empty": _("Nothing")}

# set_up.ROUNDINGS; "line" names its account
ROUNDINGS = {
    "tax": _("Settle it on the lines, a cent a line"),
    "line": _("Add a line to the rounding account (%(code)s)"),
    "ask": _("Stop and ask"),
}

# set_up.DRIFTS
DRIFTS = {
    "ask": _("Ask for each invoice"),
    "bitrix24": _("Bitrix24 wins"),
    "leave": _("Leave as it is"),
}

# set_up.CUSTOMERS
CUSTOMERS = {
    "ask": _("Ask in the preview"),
    "bitrix24": _("Update the contact in Xero"),
    "leave": _("Leave the contact as it is"),
}

# Mapping.missing_items
MISSING_ITEMS = {"no": _("Write the line without an item"), "yes": _("Create the item in Xero")}

# set_up.WRITERS
WRITERS = {
    "change": _("Whoever may change it in Bitrix24"),
    "see": _("Whoever may see it in Bitrix24"),
}

# listing.SORTS
SORTS = {
    "newest": _("Newest first"),
    "oldest": _("Oldest first"),
    "number": _("Number"),
    "largest": _("Largest total"),
}

# list_query.VIEWS: what one can look at alone
VIEWS = {
    "all": lazy_pgettext("invoices", "All"),
    "todo": _("To do"),
    "ready": _("Ready to send"),
    "differs": _("Differs"),
    "awaiting": _("Awaiting payment"),
    "overdue": _("Overdue"),
    "paid": _("Paid"),
    "not_sent": _("Not sent on purpose"),
    "changed": _("Changed in Bitrix24"),
    "asked": _("Waits for an answer"),
    "refused": _("Problem"),
    "paid_here": _("Unpaid in Xero"),
    "paid_there": _("Paid in Xero"),
    "by_hand": _("Changed in Xero"),
    "aside": lazy_pgettext("invoices", "Set aside"),
    "otherwise": _("Written under another set-up"),
    "age-0": _("Not due"),
    "age-1": _("1–30 days"),
    "age-2": _("31–60 days"),
    "age-3": _("61–90 days"),
    "age-4": _("Over 90 days"),
}

# domain.period: NAMED and CHOSEN
PERIODS = {
    "": _("Any day"),
    "month": _("This month"),
    "last-month": _("Last month"),
    "quarter": _("This quarter"),
    "last-quarter": _("Last quarter"),
    "year": _("This year"),
    "days": _("From … to …"),
}


def unseen_customer(*, is_admin: bool) -> str:
    """Of a customer whom a list left out: to an administrator Bitrix24 shows everybody whom it has."""
    return gettext("Deleted customer") if is_admin else gettext("Customer hidden from you, or deleted")

"""The sentence of every problem: the fact first, then what to do about it, in an accountant's words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from b24xero.web.messages.automatic import OF_AUTOMATIC
from b24xero.web.messages.bitrix24 import OF_BITRIX24
from b24xero.web.messages.invoices import OF_INVOICES
from b24xero.web.messages.message import Words
from b24xero.web.messages.products import OF_PRODUCTS
from b24xero.web.messages.runs import OF_RUNS
from b24xero.web.messages.set_up import OF_SET_UP
from b24xero.web.messages.xero import OF_XERO

unknown = _("Something stopped this that we have no words for yet (%(code)s). Nothing else was changed.")

# fmt: off

NETWORK = {
    "unreachable": Words(
        _("%(host)s cannot be reached from b24xero: %(step)s (%(reason)s). Nothing was changed. Whoever runs b24xero "
          "finds the way out on the page Health.")),
}

FOUND = {
    "found_other_total": Words(
        _("The number agrees, but the totals are %(amount)s apart."), tone="warn"),
    "found_other_currency": Words(
        _("The number agrees, but the currency is %(here)s in Bitrix24 and %(there)s in Xero."), tone="warn"),
    "found_other_customer": Words(_("The number agrees, but the customer has another name."), tone="warn"),
    "found_other_number": Words(
        _("Customer, total and date agree, but the number in Xero is %(number)s."), tone="warn"),
    "found_gone": Words(_("The invoice in Xero counts no more: %(status)s."), tone="warn"),
    "found_marked_otherwise": Words(
        _("The invoice in Xero leads to another invoice of Bitrix24, so it probably belongs to that one."),
        tone="warn"),
    "found_several": Words(_("Several invoices in Xero fit this one equally well."), tone="warn"),
    "found_twice": Words(_("Another invoice of Bitrix24 fits the one in Xero equally well."), tone="warn"),
    "found_taken": Words(
        _("One of the two has been linked meanwhile, so they were not linked with each other."), tone="warn"),
}

OURS = {
    "not_allowed": Words(_("You may not do this.")),
    "not_found": Words(_("This does not exist, or you may not see it.")),
}
# fmt: on

SENTENCES = (
    OF_SET_UP | OF_INVOICES | OF_BITRIX24 | NETWORK | OF_XERO | OF_RUNS | FOUND | OF_PRODUCTS | OF_AUTOMATIC | OURS
)

"""What Set-up and the file of a set-up have to say of themselves."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from b24xero.web.messages.message import CHANGE, CHOOSE, Words

# fmt: off
SET_UP = {
    "set_up_missing": Words(
        _("Set-up is not done yet for this organisation, so nothing can be written."), _("Go to Set-up"), "setup"),
    "stage_without_status": Words(
        _("New stage in Bitrix24: “%(stage)s”. It has no Xero status yet, so its invoices are not written."),
        CHOOSE, "stages", "warn"),
    "stage_vanished": Words(
        _("“%(status)s” moves invoices to a stage that is gone from Bitrix24 (%(stage)s), so they stay put."),
        _("Choose another in Set-up"), "statuses", "warn"),
    "tax_rate_without_match": Words(
        _("Tax rate “%(rate)s” has no match in Xero yet, so invoices that use it cannot be written."),
        CHOOSE, "taxes", "warn"),
    "tax_rate_gone": Words(
        _("Xero no longer uses its tax rate “%(tax)s” for sales, so invoices with “%(rate)s” cannot be written."),
        _("Choose another in Set-up"), "taxes"),
    "sales_account_gone": Words(
        _("Account %(code)s in Xero is archived or no longer takes sales, so no invoice can be written."),
        _("Choose another in Set-up"), "accounts"),
    "rule_leads_nowhere": Words(
        _("The rule “%(rule)s” leads to something that is archived or gone in Xero, so invoices that it fits are not "
          "written."), CHANGE, "rules"),
    "rule_asks_nothing": Words(
        _("The rule “%(rule)s” asks for something that is gone from Bitrix24, so it fits no invoice."),
        CHANGE, "rules", "warn"),
    "time_zone_unknown": Words(
        _("The time zone of the organisation in Xero (%(zone)s) is not known here, so “overdue” and “today” go by UTC. "
          "Near midnight they may be a day off."), tone="warn"),
    "rounding_account_gone": Words(
        _("Xero no longer has a rounding account in use, so invoices with cents left by tax rounding are not "
          "written."), _("Choose another way in Set-up"), "accounts"),
}

SET_UP_FILE = {
    "set_up_file_missing": Words(_("No file was chosen. Choose one that was exported from Set-up, then import it.")),
    "set_up_file_too_large": Words(
        _("The file has more than %(limit)s kB, so it is no set-up that b24xero exported. Choose another.")),
    "set_up_file_unreadable": Words(
        _("The file is no set-up that b24xero exported, so nothing was taken from it. Choose another.")),
    "set_up_file_version": Words(
        _("The file is of version %(version)s and this b24xero reads version %(known)s, so nothing was taken from it. "
          "Export it again with the version of b24xero that you have here.")),
    "file_stage_by_name": Words(
        _("Stage “%(stage)s” has another id in this portal. It was matched by its name: please look whether it is the "
          "same."), tone="warn"),
    "file_stage_gone": Words(
        _("This portal has no stage “%(stage)s”, so what the file says of it was left out."), tone="warn"),
    "file_rate_gone": Words(
        _("This portal has no tax rate “%(rate)s”, so what the file says of it was left out."), tone="warn"),
    "file_tax_gone": Words(
        _("This organisation does not use Xero’s tax rate “%(tax)s” on sales. Choose another for “%(rate)s”."),
        tone="warn"),
    "file_account_gone": Words(
        _("This organisation has no account %(code)s “%(name)s” that takes sales. Choose another."), tone="warn"),
    "file_rule_gone": Words(
        _("The rule “%(rule)s” names something that is not here, so it was left out."), tone="warn"),
    "file_option_unknown": Words(
        _("What the file says of “%(option)s” cannot be chosen here. The usual choice is shown instead."), tone="warn"),
}
# fmt: on

OF_SET_UP = SET_UP | SET_UP_FILE

"""What a run met, an update from Xero among them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from b24xero.web.messages.message import IN_BITRIX24, Words

# fmt: off
OF_RUNS = {
    "run_closed": Words(
        _("Nobody came back for 24 hours, so the run was closed. Not done: %(left)s. Press again."), tone="warn"),
    "no_worker": Words(
        _("No worker is running since %(moment)s, so nothing goes on here and nothing is lost. Whoever runs b24xero "
          "starts one: systemctl restart b24xero-worker, heroku ps:scale worker=1, or run.py serve."),
        bare=_("No worker has ever run here, so nothing goes on and nothing is lost. Whoever runs b24xero starts one: "
               "systemctl start b24xero-worker, heroku ps:scale worker=1, or run.py serve.")),
    "run_broke": Words(
        _("Something broke in b24xero (reference %(reference)s). The run tries again by itself."), tone="warn"),
    "run_failed": Words(
        _("Something broke in b24xero again and again, so the run was ended. Not done: %(left)s. Press again; if it "
          "breaks again, tell whoever runs b24xero the reference %(reference)s.")),
    "piece_broke": Words(
        _("Something broke in b24xero at this one, and the others went on. Press it again: nothing is written twice. "
          "If it breaks again, tell whoever runs b24xero the reference %(reference)s.")),
    "period_too_long": Words(_("A sheet holds at most %(days)s days. Choose a shorter period.")),
    "too_many_invoices": Words(
        _("The period holds more than %(most)s invoices, so no sheet was made. Choose a shorter one, such as a "
          "month.")),
    "too_many_elsewhere": Words(
        _("%(count)s invoices of the period are dated in another one in Xero, so no sheet was made. Choose a longer "
          "period that holds both.")),
    "run_under_way": Words(
        _("A run of yours is under way already, perhaps begun in another tab. Nothing new was begun; press again when "
          "it has ended."), _("See the run that is under way"), "run", "warn"),
    "organisation_changed": Words(
        _("The run is for %(name)s, and you are connected to another organisation. Connect to %(name)s."), tone="warn"),
    "pull_forbidden": Words(
        _("You may not move the invoice in Bitrix24, so it stays in “%(stage)s” and waits for somebody who may."),
        IN_BITRIX24, "bitrix24", "warn",
        bare=_("You may not move the invoice in Bitrix24. It waits for somebody who may.")),
    "stage_vanished_now": Words(
        _("“%(status)s” moves invoices to a stage that is gone from Bitrix24 (%(stage)s), so this one stays put."),
        _("Choose another in Set-up"), "statuses", "warn"),
    "moved_but_changed": Words(
        _("Moved, but Bitrix24 changed more of the invoice than its status: %(part)s was “%(before)s” and is now "
          "“%(after)s”. Compare it with what the customer has, and put it right in Bitrix24."),
        IN_BITRIX24, "bitrix24", "warn"),
    "moved_but_more": Words(
        _("And %(count)s more of it became another than before."), IN_BITRIX24, "bitrix24", "warn"),
    "old_invoice_unreadable": Words(
        _("Bitrix24 did not show all that this old invoice says, so it was not saved with another status."),
        IN_BITRIX24, "bitrix24"),
    "pull_not_moved": Words(
        _("Bitrix24 did not move the invoice to “%(stage)s” and gave no reason. The next update from Xero tries "
          "again."),
        IN_BITRIX24, "bitrix24"),
    "moved_on": Words(
        _("Automation in Bitrix24 moved it on to “%(stage)s”."), IN_BITRIX24, "bitrix24", "good"),
    "replaced_by_hand": Words(
        _("Somebody had moved the invoice to “%(stage)s” in Bitrix24 by hand. Xero’s news is newer, so it was moved "
          "again."),
        IN_BITRIX24, "bitrix24", "warn"),
    "bitrix24_unclear": Words(
        _("Bitrix24 did not answer, so it is not sure what was done. b24xero looks before trying again."), tone="warn"),
}
# fmt: on

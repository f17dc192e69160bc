"""The sentence of every problem: the fact first, then what to do about it, in an accountant's words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from b24xero.web.messages.automatic import OF_AUTOMATIC
from b24xero.web.messages.invoices import OF_INVOICES
from b24xero.web.messages.message import AGAIN, CHOOSE, CONNECT, IN_BITRIX24, IN_XERO, Words
from b24xero.web.messages.products import OF_PRODUCTS

unknown = _("Something stopped this that we have no words for yet (%(code)s). Nothing else was changed.")

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
    "file_option_unknown": Words(
        _("What the file says of “%(option)s” cannot be chosen here. The usual choice is shown instead."), tone="warn"),
}

BITRIX24 = {
    "bitrix24_down": Words(
        _("Bitrix24 does not answer. Nothing was changed. If this lasts, open the portal itself: when it is slow there "
          "too, it is not this program."), _("Open the portal"), "portal"),
    "bitrix24_cannot_confirm": Words(
        _("The portal cannot ask its authorization server who you are, so nothing was done. Whoever runs the portal "
          "lets its server open oauth.bitrix.info, port 443.")),
    "too_many_waiting": Words(
        _("You or others are waiting for several answers of Bitrix24 and Xero already. Nothing was done. Try again in "
          "a few seconds.")),
    "bitrix24_busy": Words(_("Bitrix24 has too much to do right now. Nothing was changed. Try again in a moment.")),
    "bitrix24_own_pace": Words(
        _("b24xero has asked Bitrix24 as often as its own limit allows (BITRIX24_RATE), so Bitrix24 was not asked. "
          "Nothing was changed. Try again in %(seconds)s s.")),
    "bitrix24_time_limit": Words(
        _("Bitrix24 has too much to do right now: its time for this kind of work is used up. Nothing was changed. It "
          "takes more in about %(minutes)s min.")),
    "bitrix24_bad_answer": Words(
        _("Bitrix24 gave an answer that cannot be read. Nothing was changed. Try again; if it lasts, open the portal "
          "itself."), _("Open the portal"), "portal"),
    "bitrix24_forbidden": Words(
        _("Bitrix24 does not let you do this. Ask for the right in Bitrix24; b24xero never goes beyond it.")),
    "bitrix24_scope": Words(
        _("The application’s entry in Bitrix24 does not allow what is needed here. An administrator of the portal "
          "opens it under Developer resources and allows crm and catalog.")),
    "bitrix24_app_access": Words(
        _("You may not use the application b24xero in Bitrix24. An administrator of the portal gives you access in "
          "the application’s settings.")),
    "bitrix24_no_licence": Words(
        _("Bitrix24 lets no application in for you: either the portal’s licence does not include REST, or you may not "
          "sign in there any more. Ask an administrator of the portal.")),
    "bitrix24_not_found": Words(_("Bitrix24 has no such invoice, or does not show it to you.")),
    "invoice_gone": Words(
        _("Bitrix24 has no such invoice: it was deleted there, or there never was one.")),
    "bitrix24_disconnected": Words(
        _("Bitrix24 has ended your sign-in. Sign in again; nothing is lost."),
        _("Sign in with Bitrix24"), "sign-in"),
    "bitrix24_no_rest": Words(
        _("This portal’s plan or this application’s rights do not allow what is needed here. Ask an administrator of "
          "the portal.")),
    "bitrix24_login_down": Words(
        _("Bitrix24’s sign-in does not answer. Nothing was changed. Try again in a moment.")),
    "bitrix24_app_wrong": Words(
        _("Bitrix24 does not accept this application’s id or secret (%(error)s). Whoever runs b24xero compares "
          "BITRIX24_CLIENT_ID and BITRIX24_CLIENT_SECRET with the local application in the portal.")),
    "bitrix24_app_inactive": Words(
        _("The application is not installed in this portal, or the portal’s plan does not allow it (%(error)s). An "
          "administrator of the portal opens it once in Bitrix24.")),
    "sign_in_expired": Words(
        _("This sign-in took too long or was used already. Sign in again."), _("Sign in with Bitrix24"), "sign-in"),
    "sign_in_stale": Words(
        _("This sign-in was not begun here, or is over already. Sign in again."),
        _("Sign in with Bitrix24"), "sign-in"),
    "other_portal": Words(
        _("That was a sign-in at another portal. This b24xero belongs to %(portal)s: sign in there."),
        _("Sign in with Bitrix24"), "sign-in"),
    "frame_not_opened": Words(
        _("Nobody has opened this page in Bitrix24. Open b24xero from the portal’s menu, or in a tab of its own."),
        _("Open the portal"), "portal"),
    "frame_not_proven": Words(
        _("Bitrix24 did not confirm who opened this page, so nothing is shown. Load the portal’s page again.")),
    "frame_other_installation": Words(
        _("Bitrix24 opened this page for another installation of the application. An administrator has to open "
          "b24xero’s page for the installation once.")),
    "frame_sign_in_first": Words(
        _("This portal cannot be confirmed from outside. Sign in to b24xero once in a tab of its own; from then on it "
          "opens here.")),
    "too_many_tries": Words(
        _("Too many tries came from your network in the last minute, so nothing was looked at. Wait a minute."),
        tone="warn"),
    "frame_needs_admin": Words(
        _("Only an administrator of Bitrix24 can show b24xero in the portal. Ask one to open this page."), tone="warn"),
    "only_old_invoices": Words(
        _(
            "This Bitrix24 has only invoices of the old kind now, which it did not say before. Open this page again: it"
            " shows them then."
        ),
        _("Open the portal"), "portal", "warn",
    ),
    "no_invoices_yet": Words(
        _("This Bitrix24 has no invoices yet. Open the list of invoices there once, then open this page again."),
        _("Open the portal"), "portal", "warn",
    ),
    "handler_host": Words(
        _(
            "Bitrix24 shows only apps whose address has a dot in its host, so none on localhost. Give b24xero an"
            " address that browsers reach, and set PUBLIC_URL to it."
        )
    ),
    "bitrix24_says": Words(_("Bitrix24 refuses: “%(message)s”")),
}

NETWORK = {
    "unreachable": Words(
        _("%(host)s cannot be reached from b24xero: %(step)s (%(reason)s). Nothing was changed. Whoever runs b24xero "
          "finds the way out on the page Health.")),
}

XERO = {
    "xero_down": Words(_("Xero does not answer. Nothing was written. Try again in a moment.")),
    "xero_unreadable": Words(
        _("Xero gave an answer that cannot be read. Nothing was written. Try again in a moment.")
    ),
    "xero_busy": Words(
        _("Xero takes no more calls for the next %(seconds)s s. Nothing was written. Try again then.")),
    "xero_day_limit": Words(
        _("Xero’s limit of calls for today is used up for this organisation. Nothing was written. It is renewed at "
          "%(moment)s, in about %(hours)s h."),
        bare=_("Xero’s limit of calls for today is used up for this organisation. Nothing was written. It is renewed "
               "within %(hours)s h.")),
    "xero_day_kept": Words(
        _("What is left of today’s Xero calls is kept for single presses, so the run rests until Xero renews them at "
          "%(moment)s."), tone="warn",
        bare=_("What is left of today’s Xero calls is kept for single presses, so the run rests until Xero renews "
               "them, within 24 hours.")),
    "xero_bad_answer": Words(
        _("Xero gave an answer that cannot be read, so it is not sure whether this was written. Press again: b24xero "
          "looks in Xero first and never writes it twice."), tone="warn"),
    "xero_unclear": Words(
        _("Xero did not answer, so it is not sure whether this was written. Press again: b24xero looks in Xero first "
          "and never writes it twice."), tone="warn"),
    "consent_expired": Words(
        _("This connection took too long or was used already. Nothing was granted. Connect again."),
        CONNECT, "connect"),
    "consent_failed": Words(
        _("Xero did not complete the connection (%(error)s). Nothing was granted. Connect again."), CONNECT, "connect"),
    "consent_stale": Words(
        _("This connection was not begun here, or is over already. Nothing was granted. Connect again."),
        CONNECT, "connect"),
    "no_organisation": Words(
        _("This Xero login may use no organisation, so there is nothing to connect. Use another login."),
        CONNECT, "connect"),
    "choose_organisation": Words(_("Please choose one of the organisations.")),
    "disconnected_here_only": Words(
        _("The login is erased here, but Xero did not answer. It ends there by itself; to end it now, remove b24xero "
          "in Xero under Settings, Connected apps."), tone="warn"),
    "xero_app_wrong": Words(
        _("Xero does not accept this application’s id or secret. Whoever runs b24xero compares XERO_CLIENT_ID and "
          "XERO_CLIENT_SECRET with the app at developer.xero.com.")),
    "xero_disconnected": Words(
        _("Your Xero login has ended. Connect again; nothing is lost."), CONNECT, "connect"),
    "xero_scope": Words(
        _("The Xero login was not allowed all that is needed (%(scope)s). Connect again and allow all of it."),
        CONNECT, "connect"),
    "xero_forbidden": Words(
        _("Xero does not let this login do that in this organisation. Connect with a login that may write invoices."),
        CONNECT, "connect"),
    "xero_says": Words(_("Xero refuses: “%(message)s”"), IN_XERO, "xero"),
    "organisation_offline": Words(
        _("Xero has taken this organisation offline for now. Nothing was written. Try again later, or ask Xero.")),
    "payload_refused": Words(
        _("Xero refused the invoice without saying which part. Nothing was written. Look at its rows in Bitrix24."),
        IN_BITRIX24, "bitrix24"),
    "contact_being_written": Words(
        _("The contact “%(name)s” is being created in Xero right now by somebody else. Press again in a moment."),
        AGAIN, "again", "warn",
        bare=_("The contact is being created in Xero right now by somebody else. Press again in a moment.")),
    "being_written": Words(
        _("%(name)s is writing this invoice right now, so it was not sent a second time."), AGAIN, "again", "warn",
        bare=_("This invoice is being written right now, so it was not sent a second time.")),
    "being_written_by_you": Words(
        _("Your last press or a run of yours is still writing this invoice, so it was not sent a second time. Press "
          "again in a moment."), AGAIN, "again", "warn"),
    "write_broke_off": Words(
        _("b24xero broke off while it was writing, so %(system)s may have it. Press again: nothing is written twice."),
        tone="warn"),
}

RUNS = {
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
        _("A run of yours is under way already. Nothing new was begun; press again when it has ended."), tone="warn"),
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
    "pull_stage_refused": Words(
        _("Bitrix24 does not take the invoice into its new stage: “%(message)s”"), IN_BITRIX24, "bitrix24"),
    "replaced_by_hand": Words(
        _("Somebody had moved the invoice to “%(stage)s” in Bitrix24 by hand. Xero’s news is newer, so it was moved "
          "again."),
        IN_BITRIX24, "bitrix24", "warn"),
    "outcome_unknown_move": Words(
        _("Bitrix24 did not answer, so it is not sure whether the invoice was moved. The next update looks."),
        tone="warn"),
    "bitrix24_unclear": Words(
        _("Bitrix24 did not answer, so it is not sure what was done. b24xero looks before trying again."), tone="warn"),
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
    SET_UP | SET_UP_FILE | OF_INVOICES | BITRIX24 | NETWORK | XERO | RUNS | FOUND | OF_PRODUCTS | OURS | OF_AUTOMATIC
)

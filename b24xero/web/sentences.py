"""This file knows the sentence of every problem: the fact first, then what to do about it, in an accountant's words.

``place`` says where the link leads: stages, statuses, accounts, taxes, setup (parts of Set-up), connect, sign-in,
bitrix24 and xero (the invoice there), portal, again (the page that one was on).
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _


@dataclass(frozen=True)
class Words:
    """``tone`` bad: it stopped us; warn: somebody should look. ``bare`` is said where a value that the sentence names
    is not known."""

    sentence: LazyString
    fix: LazyString | str = ""
    place: str = ""
    tone: str = "bad"
    bare: LazyString | str = ""


CHOOSE = _("Choose one in Set-up")
CHANGE = _("Change it in Set-up")
IN_BITRIX24 = _("Open in Bitrix24")
IN_XERO = _("Open in Xero")
AGAIN = _("Show again")
CONNECT = _("Connect to Xero")

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
}

STAGES = {
    "stage_not_sent": Words(
        _("Invoices in stage “%(stage)s” are not sent to Xero. Move it on in Bitrix24, or send this stage too."),
        CHANGE, "stages", "warn"),
    "stage_unmapped": Words(
        _("Stage “%(stage)s” has no Xero status yet, so this invoice is not written."), CHOOSE, "stages"),
    "nothing_to_void": Words(
        _("Stage “%(stage)s” means Voided, and this invoice is not in Xero, so there is nothing to void."),
        CHANGE, "stages", "warn"),
    "stays_submitted": Words(
        _("Stage “%(stage)s” means Draft, but an invoice that awaits approval stays so in Xero."), tone="warn"),
    "stays_authorised": Words(
        _("It stays approved in Xero: stage “%(stage)s” asks for an earlier status, and Xero takes no approved invoice "
          "back."), tone="warn"),
    "cannot_void_paid": Words(
        _("It has payments or credits in Xero, so it cannot be voided. Remove them in Xero first, then press again."),
        IN_XERO, "xero"),
}

CUSTOMERS = {
    "no_customer": Words(
        _("The invoice has no customer, and Xero needs one. Choose a company or a contact in it."),
        IN_BITRIX24, "bitrix24"),
    "customer_hidden": Words(
        _("Bitrix24 does not show you the customer of this invoice. Ask for the right to read it, or let a colleague "
          "who has it press the button.")),
    "customer_without_name": Words(
        _("The customer has no name, and Xero needs one. Give it a name in Bitrix24."), IN_BITRIX24, "bitrix24"),
    "name_too_long": Words(
        _("The customer’s name has %(length)s characters, and Xero takes %(limit)s at most. Shorten it in Bitrix24."),
        IN_BITRIX24, "bitrix24"),
    "contact_archived": Words(
        _("The contact “%(name)s” is archived in Xero, so nothing can be written to it. Restore it in Xero, then press "
          "again."),
        bare=_("The customer’s contact is archived in Xero, so nothing can be written to it. Restore it in Xero, then "
               "press again.")),
    "contact_name_taken": Words(
        _("Xero already has a contact named “%(name)s” that is not this customer. Give one of them another name, then "
          "press again."), IN_BITRIX24, "bitrix24",
        bare=_("Xero already has another contact with this customer’s name. Give one of them another name, then press "
               "again.")),
    "contact_number_taken": Words(
        _("Another contact in Xero carries this customer’s contact number. Clear the number there, then press again.")),
    "contact_unsure": Words(
        _("It is not sure which contact in Xero is “%(name)s”. Choose the right one; it is remembered."), tone="warn"),
    "contact_gone": Words(
        _("The contact that “%(name)s” had in Xero is no longer there. Press again to look for another."),
        bare=_("The customer’s contact is no longer in Xero. Press again to look for another.")),
    "email_invalid": Words(
        _("Xero does not accept the e-mail address “%(email)s”. Correct it in Bitrix24, then press again."),
        IN_BITRIX24, "bitrix24",
        bare=_("Xero does not accept the customer’s e-mail address. Correct it in Bitrix24, then press again.")),
}

CONTENT = {
    "no_rows": Words(
        _("The invoice has no product rows, so there is nothing to write. Add them in Bitrix24."),
        IN_BITRIX24, "bitrix24"),
    "currency_missing": Words(
        _("%(organisation)s does not use %(currency)s. Add the currency in Xero (Settings, Currencies), or change it "
          "in Bitrix24."), IN_BITRIX24, "bitrix24",
        bare=_("The organisation does not use %(currency)s. Add the currency in Xero (Settings, Currencies), or change "
               "it in Bitrix24.")),
    "tax_rate_unmapped": Words(
        _("Tax rate “%(rate)s” has no match in Xero, so the invoice cannot be written (lines with it: %(lines)s)."),
        CHOOSE, "taxes"),
    "tax_rate_mismatch": Words(
        _("Tax rate %(rate)s is matched with “%(tax)s” in Xero, which is %(percent)s %%, so the tax would be wrong."),
        CHANGE, "taxes"),
    "tax_rate_dead": Words(
        _("Xero no longer uses the tax rate “%(rate)s” on sales, so the invoice cannot be written."),
        _("Choose another in Set-up"), "taxes",
        bare=_("Xero does not accept the tax rate of a line, so the invoice cannot be written.")),
    "account_dead": Words(
        _("Account %(code)s in Xero is archived or no longer takes sales, so the invoice cannot be written."),
        _("Choose another in Set-up"), "accounts",
        bare=_("The sales account is archived in Xero or no longer takes sales, so the invoice cannot be written.")),
    "account_missing": Words(
        _("No sales account is chosen, so no line can be written."), CHOOSE, "accounts"),
    "date_locked": Words(
        _("The invoice is dated %(date)s, and the books in Xero are locked up to %(until)s. Change the date in "
          "Bitrix24, or ask whoever keeps the books to move the lock date."), IN_BITRIX24, "bitrix24",
        bare=_("The books in Xero are locked for the date of this invoice. Change the date in Bitrix24, or ask whoever "
               "keeps the books to move the lock date.")),
    "total_differs": Words(
        _("Bitrix24 has %(bitrix24)s, Xero would make %(xero)s, so it is not written. Correct the rows in Bitrix24."),
        IN_BITRIX24, "bitrix24", "warn"),
    "written_but_differs": Words(
        _("Written, but the totals differ: Bitrix24 has %(bitrix24)s, Xero has %(xero)s. Please compare the two."),
        IN_XERO, "xero", "warn"),
    "number_missing": Words(
        _("The invoice has no number. Give it one in Bitrix24, or let Xero number the invoices in Set-up."),
        IN_BITRIX24, "bitrix24"),
    "number_too_long": Words(
        _("The invoice’s number has %(length)s characters, and Xero takes %(limit)s at most. Shorten it in Bitrix24."),
        IN_BITRIX24, "bitrix24"),
    "number_taken": Words(
        _("Number %(number)s already belongs to another invoice in Xero. Change one of the two numbers, then press "
          "again."), IN_BITRIX24, "bitrix24"),
    "not_ours": Words(
        _("Xero has an invoice %(number)s that does not come from this Bitrix24 invoice, so it is left alone. Change "
          "the number in Bitrix24, then press again."), IN_BITRIX24, "bitrix24"),
}

NOT_EDITABLE = {
    "paid_not_editable": Words(
        _("Invoice %(number)s is paid in Xero, so it can no longer be changed. Remove the payment there first, or "
          "write a credit note."), IN_XERO, "xero"),
    "part_paid_not_editable": Words(
        _("Invoice %(number)s is part paid in Xero, so it can no longer be changed. Remove the payment there first, or "
          "write a credit note."), IN_XERO, "xero"),
    "voided_not_editable": Words(
        _("Invoice %(number)s is voided in Xero, and a voided invoice does not come back. Make a new invoice in "
          "Bitrix24."), IN_XERO, "xero"),
    "deleted_not_editable": Words(
        _("Invoice %(number)s was deleted in Xero, and a deleted invoice does not come back. Make a new invoice in "
          "Bitrix24."), IN_XERO, "xero"),
    "not_editable": Words(
        _("Xero no longer lets invoice %(number)s be changed. Look at it in Xero, or write a credit note."),
        IN_XERO, "xero"),
    "gone_in_xero": Words(
        _("Invoice %(number)s is no longer in Xero. Ask who removed it; b24xero does not create it a second time."),
        bare=_("Xero no longer has what was written there. Ask who removed it; b24xero does not create it a second "
               "time.")),
}

BITRIX24 = {
    "bitrix24_down": Words(
        _("Bitrix24 does not answer. Nothing was changed. If this lasts, open the portal itself: when it is slow there "
          "too, it is not this program."), _("Open the portal"), "portal"),
    "bitrix24_busy": Words(_("Bitrix24 has too much to do right now. Nothing was changed. Try again in a moment.")),
    "bitrix24_bad_answer": Words(
        _("Bitrix24 gave an answer that cannot be read. Nothing was changed. Try again; if it lasts, open the portal "
          "itself."), _("Open the portal"), "portal"),
    "bitrix24_forbidden": Words(
        _("Bitrix24 does not let you do this. Ask for the right in Bitrix24; b24xero never goes beyond it.")),
    "bitrix24_not_found": Words(_("Bitrix24 has no such invoice, or does not show it to you.")),
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
        _("This way back from Bitrix24 belongs to no sign-in that was begun here. Sign in again."),
        _("Sign in with Bitrix24"), "sign-in"),
    "other_portal": Words(
        _("That was a sign-in at another portal. This b24xero belongs to %(portal)s: sign in there."),
        _("Sign in with Bitrix24"), "sign-in"),
    "bitrix24_says": Words(_("Bitrix24 refuses: “%(message)s”")),
}

XERO = {
    "xero_down": Words(_("Xero does not answer. Nothing was written. Try again in a moment.")),
    "xero_busy": Words(
        _("Xero takes no more calls for the next %(seconds)s seconds. Nothing was written. Try again then.")),
    "xero_day_limit": Words(
        _("Xero’s limit of calls for today is used up for this organisation. Nothing was written. It opens again in "
          "about %(hours)s hours.")),
    "xero_bad_answer": Words(_("Xero gave an answer that cannot be read. Press again: it is looked up in Xero first.")),
    "xero_unclear": Words(
        _("Xero did not answer, so it is not sure whether this was written. Press again: b24xero looks in Xero first "
          "and never writes it twice."), tone="warn"),
    "consent_expired": Words(
        _("This way back from Xero took too long or was used already. Nothing was granted. Connect again."),
        CONNECT, "connect"),
    "consent_failed": Words(
        _("Xero did not complete the connection (%(error)s). Nothing was granted. Connect again."), CONNECT, "connect"),
    "consent_stale": Words(
        _("This way back from Xero belongs to no connection that was begun here. Nothing was granted. Connect again."),
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
        _("Xero has this organisation offline. Nothing was written. Try again later, or ask Xero.")),
    "payload_refused": Words(
        _("Xero refused the invoice without saying which part. Nothing was written. Look at its rows in Bitrix24."),
        IN_BITRIX24, "bitrix24"),
    "being_written": Words(
        _("%(name)s is writing this invoice right now, so it was not sent a second time."), AGAIN, "again", "warn",
        bare=_("This invoice is being written right now, so it was not sent a second time.")),
}

RUNS = {
    "run_closed": Words(
        _("Nobody came back for 24 hours, so the run was closed. Not done: %(left)s. Press again."), tone="warn"),
    "run_under_way": Words(
        _("A run of yours is under way already. Nothing new was begun; press again when it has ended."), tone="warn"),
    "organisation_changed": Words(
        _("The run is for %(name)s, and you are connected to another organisation. Connect to %(name)s."), tone="warn"),
    "pull_forbidden": Words(
        _("You may not move it in Bitrix24, so it stays in “%(stage)s” and waits for somebody who may."),
        IN_BITRIX24, "bitrix24", "warn", bare=_("You may not move it in Bitrix24. It waits for somebody who may.")),
    "stage_vanished_now": Words(
        _("“%(status)s” moves invoices to a stage that is gone from Bitrix24 (%(stage)s), so this one stays put."),
        _("Choose another in Set-up"), "statuses", "warn"),
    "pull_not_moved": Words(
        _("Bitrix24 did not move it to “%(stage)s” and gave no reason. The next update from Xero tries again."),
        IN_BITRIX24, "bitrix24"),
    "pull_stage_refused": Words(
        _("Bitrix24 does not take it into its new stage: “%(message)s”"), IN_BITRIX24, "bitrix24"),
    "replaced_by_hand": Words(
        _("Somebody had moved it to “%(stage)s” in Bitrix24 by hand. Xero’s news is newer, so it was moved again."),
        IN_BITRIX24, "bitrix24", "warn"),
    "outcome_unknown_move": Words(
        _("Bitrix24 did not answer, so it is not sure whether it was moved. The next update looks."), tone="warn"),
    "bitrix24_unclear": Words(
        _("Bitrix24 did not answer, so it is not sure what was done. b24xero looks before trying again."), tone="warn"),
}

OURS = {
    "not_allowed": Words(_("You may not do this.")),
    "not_found": Words(_("There is no such thing here, or you may not know of it.")),
}
# fmt: on

SENTENCES = SET_UP | STAGES | CUSTOMERS | CONTENT | NOT_EDITABLE | BITRIX24 | XERO | RUNS | OURS

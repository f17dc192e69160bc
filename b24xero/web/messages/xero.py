"""What Xero, the way to it or a login there stopped."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from b24xero.web.messages.message import AGAIN, CONNECT, IN_BITRIX24, IN_XERO, Words

# fmt: off
OF_XERO = {
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
    "xero_never_connected": Words(
        _("You are not connected to Xero yet. Connect first; nothing is lost."), CONNECT, "connect"),
    "xero_scope": Words(
        _("The Xero login was not allowed all that is needed (%(scope)s). Connect again and allow all of it."),
        CONNECT, "connect"),
    "xero_says": Words(_("Xero refuses: “%(message)s”"), IN_XERO, "xero"),
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
# fmt: on

"""What Bitrix24, the way to it or a sign-in there stopped."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from b24xero.web.messages.message import Words

# fmt: off
OF_BITRIX24 = {
    "bitrix24_down": Words(
        _("Bitrix24 does not answer. Nothing was changed. If this lasts, open the portal itself: when it is slow there "
          "too, it is not this program."), _("Open the portal"), "portal"),
    "bitrix24_elsewhere": Words(
        _("The address of Bitrix24 leads elsewhere: the portal was renamed, or something before it asks for a sign-in. "
          "Nothing was changed. Whoever runs b24xero compares BITRIX24_PORTAL_URL."), _("Open the portal"), "portal"),
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
# fmt: on

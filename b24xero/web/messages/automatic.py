"""What stands in the way of automatic sync and its login."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from b24xero.web.messages.message import Words

# fmt: off
OF_AUTOMATIC = {
    "service_login_over": Words(
        _("Automatic sync has no login for Xero any more, so nothing goes by itself. An administrator gives it a new "
          "one."), _("Automatic sync"), "automatic"),
    "service_login_refused": Words(
        _("Xero has ended the login of automatic sync (%(error)s), so nothing goes by itself. An administrator gives "
          "it a new one."), _("Automatic sync"), "automatic"),
    "service_login_shut_out": Words(
        _("Xero does not let automatic sync into %(name)s any more: its app was disconnected there, or whoever gave "
          "the login lost their access. An administrator gives it a new one."), _("Automatic sync"), "automatic"),
    "service_signed_out": Words(
        _("Bitrix24 has ended the sign-in of %(name)s, as whom automatic sync acts, so nothing goes by itself."),
        _("Automatic sync"), "automatic"),
    "service_login_does_not_stay": Words(
        _("Xero gave a login that ends in 30 minutes, so it was not kept. The Xero app must be allowed to stay "
          "connected (offline_access).")),
    "service_login_other": Words(
        _("The consent was for another organisation, so nothing was kept. Choose %(name)s on Xero’s page.")),
}

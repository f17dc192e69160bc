"""The pages of login.xero.com: consent, and the error page that never redirects (facts §1.1)."""

from __future__ import annotations

from html import escape
from string import Template

from werkzeug.wrappers import Response

from b24xero.simulator.xero.logins import Login
from b24xero.simulator.xero.state import Organisation

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;background:#f2f3f4;color:#1b2733;margin:0}"
    "main{background:#fff;max-width:30rem;margin:4rem auto;padding:2rem;border-radius:.5rem}"
    "fieldset{border:1px solid #9aa5b1;border-radius:.3rem;margin:1rem 0}label{display:block;padding:.25rem 0}"
    "button{font:inherit;padding:.5rem 1.2rem;border-radius:.3rem;border:1px solid #1160b7;cursor:pointer}"
    ".first{background:#1160b7;color:#fff}.other{background:#fff;color:#1160b7}.error{color:#a4001d}"
)
_PAGE = Template(
    '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>$title</title>'
    f"<style>{_STYLE}</style></head><body><main><h1>$title</h1>$body</main></body></html>"
)
_SCOPE_WORDS = {
    "accounting.invoices": "View and manage your invoices, credit notes and items",
    "accounting.invoices.read": "View your invoices, credit notes and items",
    "accounting.contacts": "View and manage your contacts",
    "accounting.contacts.read": "View your contacts",
    "accounting.settings": "View and manage your organisation settings",
    "accounting.settings.read": "View your organisation settings",
    "accounting.payments": "View and manage your payments",
    "accounting.payments.read": "View your payments",
    "accounting.attachments": "View and manage your attachments",
    "offline_access": "Stay connected while you are away",
    "email": "View your email address",
    "profile": "View your name",
}


def page(
    provider: str, logins: list[Login], organisations: dict[str, Organisation], scopes: list[str], problem: str = ""
) -> Response:
    """The consent page: who signs in, which organisations, "Allow access" or "Cancel".

    The form's fields are ``login`` (a login's key), ``organisation`` (tenant ids) and ``action`` (allow or cancel).
    """
    reach = [escape(_SCOPE_WORDS[scope]) for scope in scopes if scope in _SCOPE_WORDS]
    people = [_choice("radio", "login", login.key, login.label, login is logins[0]) for login in logins]
    first = next(iter(organisations), "")
    books = [_choice("checkbox", "organisation", key, each.name, key == first) for key, each in organisations.items()]
    body = (
        (f'<p class="error" role="alert">{escape(problem)}</p>' if problem else "")
        + f"<p>{escape(provider)} wants access to:</p><ul>{''.join(f'<li>{words}</li>' for words in reach)}</ul>"
        + f'<form method="post">{_fieldset("Sign in as", people)}{_fieldset("Select organisations", books)}'
        + '<button class="first" name="action" value="allow">Allow access</button> '
        + '<button class="other" name="action" value="cancel">Cancel</button></form>'
    )
    return _html("Xero: allow access", body, 400 if problem else 200)


def error_page(code: str, words: str) -> Response:
    """Xero's own error page: the browser stays here, the app is not told (facts §1.1)."""
    body = f'<p class="error">Error: {escape(code)}</p><p>{escape(words)}</p>'
    return _html("Sorry, something went wrong", body, 400)


def _fieldset(legend: str, choices: list[str]) -> str:
    return f"<fieldset><legend>{escape(legend)}</legend>{''.join(choices)}</fieldset>"


def _choice(kind: str, name: str, value: str, label: str, checked: bool) -> str:
    mark = " checked" if checked else ""
    return f'<label><input type="{kind}" name="{name}" value="{escape(value)}"{mark}> {escape(label)}</label>'


def _html(title: str, body: str, status: int) -> Response:
    """Framing is refused, as on the real page."""
    response = Response(_PAGE.substitute(title=escape(title), body=body), status=status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = "frame-ancestors 'none'"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Cache-Control"] = "no-store"
    return response

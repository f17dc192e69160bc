"""What a test may do to Xero from outside: ``/_control/xero/<name>``, JSON in and out.

``organisation`` is a name or a tenant id everywhere; without it the first organisation is meant (an invoice is looked
for in all of them). KeyError: not found; ValueError: not possible.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from b24xero.simulator.xero import acts, contact_rows, invoice_rows
from b24xero.simulator.xero.acts import truth
from b24xero.simulator.xero.answers import to_json
from b24xero.simulator.xero.items import row as item_row
from b24xero.simulator.xero.records import Json
from b24xero.simulator.xero.state import Options, Organisation

if TYPE_CHECKING:
    from b24xero.simulator.xero import Xero

Control = Callable[[Json], Any]


class Controls:
    """The controls of one Xero."""

    def __init__(self, xero: Xero) -> None:
        self.xero = xero

    def by_name(self) -> dict[str, Control]:
        """Every control under its name below ``/_control/xero/``."""
        own: dict[str, Control] = {
            "reset": self.reset, "state": self.state, "invoices": self.invoices, "contacts": self.contacts,
            "items": self.items,
            "disconnect": self.disconnect, "token": self.token, "tokens/expire": self.expire,
            "limits": self.limits, "options": self.options, "webhooks": self.webhooks,
        }  # fmt: skip
        on_invoices = {name: self._on_invoice(act) for name, act in acts.ON_INVOICE.items()}
        return own | on_invoices | {name: self._in_books(act) for name, act in acts.IN_BOOKS.items()}

    # -- looking ------------------------------------------------------------------------------------------------

    def reset(self, values: Json) -> Json:
        """Empty everything, then seed again (``seed`` false: stay empty)."""
        self.xero.forget()
        if self.xero.seed is not None and truth(values.get("seed", True)):
            self.xero.seed(self.xero)
        return self.state({})

    def state(self, values: Json) -> Json:
        """Counts of everything; ``organisation`` narrows it to one."""
        chosen = [self._books(values)] if "organisation" in values else self.xero.organisations.values()
        return {
            "organisations": [_counts(books) for books in chosen],
            "logins": [login.key for login in self.xero.logins.people],
            "connections": [self.xero.logins.row(each) for each in self.xero.logins.connections.values()],
        }

    def invoices(self, values: Json) -> list[Any]:
        """All invoices of an organisation, as on a page of the API; or those of a ``number``, or whose address ends
        with ``url``."""
        call, number, url = self.xero.call_for(self._books(values)), values.get("number"), values.get("url", "")
        found = (
            invoice
            for invoice in call.organisation.invoices.values()
            if number in (None, invoice.number) and str(invoice.url or "").endswith(url)
        )
        rows = [invoice_rows.listed(call, invoice, True) for invoice in found]
        return _plain(rows)  # type: ignore[no-any-return]

    def contacts(self, values: Json) -> list[Any]:
        """All contacts of an organisation, the archived ones too; or those of a ``name``."""
        everybody, name = self._books(values).contacts.values(), values.get("name")
        return _plain([contact_rows.full(contact) for contact in everybody if name in (None, contact.name)])  # type: ignore[no-any-return]

    def items(self, values: Json) -> list[Any]:
        """All items of an organisation."""
        call = self.xero.call_for(self._books(values))
        return _plain([item_row(call, item, "") for item in call.organisation.items.values()])  # type: ignore[no-any-return]

    def _books(self, values: Json) -> Organisation:
        books = list(self.xero.organisations.values())
        key = str(values.get("organisation", books[0].tenant_id if books else "")).lower()
        found = next((each for each in books if key in (each.tenant_id, each.name.lower())), None)
        if found is None:
            raise KeyError(f"No organisation {key!r}")
        return found

    # -- acting as a person in Xero -----------------------------------------------------------------------------

    def _on_invoice(self, act: acts.InvoiceAct) -> Control:
        """``invoice`` is a number or an id."""

        def control(values: Json) -> Any:
            key = str(values["invoice"])
            chosen = [self._books(values)] if "organisation" in values else self.xero.organisations.values()
            books = next((each for each in chosen if each.invoice_at(key)), None)
            if books is None:
                raise KeyError(f"No invoice {key!r}")
            return _plain(act(self.xero.call_for(books), key, values))

        return control

    def _in_books(self, act: acts.BooksAct) -> Control:
        return lambda values: _plain(act(self.xero.call_for(self._books(values)), values))

    def disconnect(self, values: Json) -> Json:
        """Settings, Connected apps, Disconnect: for every user of the app, or the one of ``login``."""
        logins, tenant_id = self.xero.logins, self._books(values).tenant_id
        user_id = logins.at(values["login"]).user_id if "login" in values else None
        gone = [
            connection_id
            for connection_id, each in logins.connections.items()
            if each.tenant_id == tenant_id and user_id in (None, each.user_id)
        ]
        for connection_id in gone:
            del logins.connections[connection_id]
        return {"disconnected": len(gone)}

    # -- the app's side -----------------------------------------------------------------------------------------

    def token(self, values: Json) -> Json:
        """The token answer of a finished consent: ``login``, ``organisations`` (all of the login's), ``scope``."""
        login = self.xero.logins.at(values.get("login", self.xero.logins.people[0].key))
        wanted = values.get("organisations")
        tenant_ids = [self._books({"organisation": key}).tenant_id for key in wanted] if wanted else login.tenant_ids
        scope = values.get(
            "scope",
            "openid profile email offline_access accounting.contacts accounting.invoices accounting.settings.read",
        )
        return self.xero.tokens.issue(self.xero.oauth.grant(login.key, scope.split(), list(tenant_ids)))

    def expire(self, values: Json) -> Json:
        """Every access token ends now; ``refresh`` true kills the refresh tokens too."""
        self.xero.tokens.expire(truth(values.get("refresh", False)))
        return {"access_tokens": len(self.xero.tokens.access)}

    def webhooks(self, values: Json) -> list[Json]:
        """What the subscription would post now, signed with ``key``; ``intent`` true: its test posts."""
        subscription, key = self.xero.subscription, str(values["key"])
        if truth(values.get("intent", False)):
            return subscription.intent(key)
        return subscription.posts(self.xero.logins, self.xero.organisations, key)

    def limits(self, values: Json) -> Json:
        """``minute``, ``day``, ``concurrent``, ``enforced``; what is used (``app_used``: of all organisations); when
        the day ends (``day_seconds``); ``busy`` calls at once for ``seconds``."""
        limiter = self.xero.limiter
        limiter.per_minute = int(values.get("minute", limiter.per_minute))
        limiter.per_day = int(values.get("day", limiter.per_day))
        limiter.concurrent = int(values.get("concurrent", limiter.concurrent))
        limiter.enforced = truth(values.get("enforced", limiter.enforced))
        now, meter = limiter.now(), limiter.meter(self._books(values).tenant_id)
        windows = ((meter.minute, "minute_used"), (meter.day, "day_used"), (limiter.app, "app_used"))
        for window, name in windows:
            window.roll(now)
            window.used = int(values.get(name, window.used))
        if "day_seconds" in values:
            meter.day.end_in(float(values["day_seconds"]), now)
        if "busy" in values:
            meter.busy = int(values["busy"])
            meter.busy_until = now + timedelta(seconds=float(values.get("seconds", 60)))
        return {
            "minute": limiter.per_minute, "day": limiter.per_day, "concurrent": limiter.concurrent,
            "enforced": limiter.enforced, "minute_used": meter.minute.used, "day_used": meter.day.used,
        }  # fmt: skip

    def options(self, values: Json) -> Json:
        """Undocumented behaviour, by the names in ``state.Options``."""
        for option in fields(Options):
            if option.name in values:
                value = values[option.name]
                is_flag = isinstance(getattr(self.xero.options, option.name), bool)
                setattr(self.xero.options, option.name, truth(value) if is_flag else value)
        unknown = set(values) - {option.name for option in fields(Options)}
        if unknown:
            raise KeyError(f"No option {sorted(unknown)}")
        return vars(self.xero.options)


def _counts(books: Organisation) -> Json:
    return {
        "name": books.name, "tenantId": books.tenant_id, "contacts": len(books.contacts), "items": len(books.items),
        "invoices": len(books.invoices), "payments": len(books.payments),
        "statuses": dict(Counter(invoice.status for invoice in books.invoices.values())),
        "period_lock": str(books.period_lock or ""),
    }  # fmt: skip


def _plain(value: Any) -> Any:
    """With numbers as the API writes them."""
    return json.loads(to_json(value))

"""The fields of "Add product": what may be chosen, what was typed, what is to be put right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext

from b24xero.domain.books import Books
from b24xero.domain.product import Catalogue, Draft
from b24xero.errors import Problem
from b24xero.products.rules import XERO_NAME
from b24xero.web.messages import render
from b24xero.web.messages.render import Note


@dataclass(frozen=True)
class Field:
    """``options`` are (value, words), empty for what is typed; ``note`` is what is wrong with it."""

    name: str
    label: str
    value: str
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    note: Note | None = None
    code: str = ""

    @property
    def id(self) -> str:
        return f"product-{self.name}"


@dataclass(frozen=True)
class ProductForm:
    """``key`` is the form's own: however often it is sent, it makes one product."""

    key: str
    fields: Mapping[str, Field]

    @property
    def wrong(self) -> int:
        return sum(field.note is not None for field in self.fields.values())


def form(
    draft: Draft, key: str, offered: Catalogue, books: Books, wrong: Mapping[str, Problem] | None = None
) -> ProductForm:
    labels = {
        "name": gettext("Name"),
        "code": gettext("Code"),
        "kind": gettext("Kind"),
        "description": gettext("Description"),
        "price": gettext("Price"),
        "currency": gettext("Currency"),
        "measure": gettext("Measure"),
        "vat": gettext("Tax rate"),
        "account": gettext("Sales account"),
    }
    options = _options(draft, offered, books)
    hints = _hints(draft)
    problems = wrong or {}
    fields = {
        name: Field(
            name, label, str(getattr(draft, name)), options.get(name, ()), hints.get(name, ""),
            render.note(problems[name]) if name in problems else None,
            problems[name].code if name in problems else "",
        )
        for name, label in labels.items()
        if name != "measure" or offered.measures
    }  # fmt: skip
    return ProductForm(key, fields)


def _options(draft: Draft, offered: Catalogue, books: Books) -> dict[str, tuple[tuple[str, str], ...]]:
    currencies = dict.fromkeys([*([books.base_currency] if books.base_currency else []), *offered.currencies])
    accounts = [(account.code, f"{account.code} · {account.name}") for account in books.live_accounts]
    return {
        "kind": (("product", gettext("Product")), ("service", gettext("Service"))),
        "currency": tuple((code, code) for code in currencies),
        "measure": tuple((str(measure.id), measure.name) for measure in offered.measures),
        "vat": _with_choose(((str(vat.id), vat.name) for vat in offered.vats), draft.vat),
        "account": _with_choose(accounts, draft.account),
    }


def _with_choose(choices: Iterable[tuple[str, str]], value: str) -> tuple[tuple[str, str], ...]:
    """ "Choose…" on top where nothing that may be chosen is chosen."""
    found = tuple(choices)
    return found if value in (v for v, _ in found) else (("", gettext("Choose…")), *found)


def _hints(draft: Draft) -> dict[str, str]:
    if len(draft.name) > XERO_NAME:
        name = gettext(
            "%(length)d characters. Xero shows the first %(limit)d; the full name goes on in its description.",
            length=len(draft.name), limit=XERO_NAME,
        )  # fmt: skip
    else:
        name = gettext("Xero shows the first %(limit)d characters; a longer name goes on in its description.",
                       limit=XERO_NAME)  # fmt: skip
    return {
        "name": name,
        "code": gettext("At most 30 characters, and not in use yet."),
        "price": gettext("Without tax."),
        "account": gettext("Where its sales go in Xero."),
    }

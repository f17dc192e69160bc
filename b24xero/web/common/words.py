"""How a word finds its translation: the catalogue of a language is at hand, and is not looked for word by word."""

from __future__ import annotations

from typing import Any

from babel import Locale
from babel.support import NullTranslations
from flask import Flask
from flask_babel import Babel, Domain, get_locale, get_translations
from markupsafe import Markup


class Catalogues(Domain):  # type: ignore[misc]  # flask-babel ships no types
    """flask-babel's own spells the whole name of the language for every word before it looks into its cache."""

    def __init__(self) -> None:
        super().__init__()
        self._by_locale: dict[Locale | None, NullTranslations] = {}

    def get_translations(self) -> NullTranslations:
        locale = get_locale()
        found = self._by_locale.get(locale)
        if found is None:
            found = super().get_translations()
            if locale is not None:
                self._by_locale[locale] = found
        return found


def register(app: Flask, babel: Babel) -> None:
    """Jinja's own functions look for each other by name in the context of the template, word by word; these do not. All
    our templates are HTML, so what is translated is, and what is put into it is escaped."""
    babel.domain_instance = Catalogues()
    app.jinja_env.globals |= {
        "_": _gettext, "gettext": _gettext, "ngettext": _ngettext, "pgettext": _pgettext, "npgettext": _npgettext,
    }  # fmt: skip


def _gettext(string: str, /, **values: Any) -> Markup:
    return Markup(get_translations().ugettext(string)) % values


def _ngettext(one: str, many: str, num: int, /, **values: Any) -> Markup:
    return Markup(get_translations().ungettext(one, many, num)) % {"num": num, **values}


def _pgettext(context: str, string: str, /, **values: Any) -> Markup:
    return Markup(get_translations().upgettext(context, string)) % {"context": context, **values}


def _npgettext(context: str, one: str, many: str, num: int, /, **values: Any) -> Markup:
    told = Markup(get_translations().unpgettext(context, one, many, num))
    return told % {"context": context, "num": num, **values}

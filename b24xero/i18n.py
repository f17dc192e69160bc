"""The catalogues of the languages: what is to be said, where it is translated, how it is compiled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(__file__).resolve().parent / "translations"

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_SOURCES = {"b24xero": [("simulator/**", "ignore"), ("**.py", "python")], "templates": [("**.html", "jinja2")]}
_KEYWORDS = {
    **DEFAULT_KEYWORDS, "lazy_gettext": None, "lazy_ngettext": (1, 2), "plurals": (1, 2),
    "lazy_pgettext": ((1, "c"), 2), "lazy_npgettext": ((1, "c"), 2, 3),
}  # fmt: skip


def template() -> Catalog:
    """Every string that a person reads, as it stands in code and templates."""
    found = Catalog(charset="utf-8")
    for folder, methods in _SOURCES.items():
        for _file, _line, words, _comments, context in extract_from_dir(
            ROOT / folder, method_map=[(pattern, method) for pattern, method in methods if method != "ignore"],
            keywords=_KEYWORDS, directory_filter=lambda path: Path(path).name != "simulator",
        ):  # fmt: skip
            found.add(words, context=context)
    return found


def languages() -> list[str]:
    return sorted(path.name for path in FOLDER.iterdir() if path.is_dir())


def source_of(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def read(language: str) -> Catalog:
    with source_of(language).open("rb") as file:
        return read_po(file, locale=language)


def untranslated(language: str) -> Iterator[Message]:
    """What a reader of this language would see in English."""
    known = read(language)
    for message in template():
        translated = known.get(message.id, message.context) if message.id else None
        if message.id and not (translated and _is_whole(translated)):
            yield message


def _is_whole(message: Message) -> bool:
    told = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return not message.fuzzy and all(told)


def update(language: str) -> int:
    """Take new strings up, let go of old ones, compile; how many are untranslated."""
    catalog = read(language)
    catalog.update(template(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.header_comment = f"# b24xero: {catalog.locale.english_name if catalog.locale else language}"
    catalog.last_translator = catalog.language_team = catalog.msgid_bugs_address = "b24xero"
    catalog.creation_date = catalog.revision_date = _EPOCH  # a new date would be a change in every catalogue
    with source_of(language).open("wb") as file:
        write_po(file, catalog, no_location=True, omit_header=False, sort_output=True, ignore_obsolete=True, width=110)
    with source_of(language).with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)
    return len(list(untranslated(language)))

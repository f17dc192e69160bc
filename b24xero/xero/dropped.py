"""What Xero left out of a write of tracking and theme though it took the rest. Pure."""

from __future__ import annotations

from b24xero.domain.books import Books
from b24xero.xero import content, tracking
from b24xero.xero.drift import FILLED, Json


def dropped(written: Json, books: Books | None = None) -> tuple[str, ...]:
    """What was written of tracking and theme and did not stand in Xero's answer to it, in words, each once; empty where
    the answer did not tell. Xero may drop what it does not understand though it takes the rest (facts, more §4)."""
    marks = {(field, line) for field, line, _current in written.get(FILLED, ())}
    document = content.sent(written, books)
    found = [
        choice.words
        for line in document.lines or ()
        for choice in line.tracking or ()
        if (f"tracking {tracking.key_of(choice)}", line.id) in marks
    ]
    if document.theme and ("theme", "") in marks:
        theme = books.theme(document.theme) if books else None
        found.append(theme.name if theme else document.theme)
    return tuple(dict.fromkeys(found))

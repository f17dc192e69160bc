"""What Xero may make of words: emoji and white space may come back changed (facts, more §0b). Pure."""

from __future__ import annotations

import unicodedata


def same_words(said: str, shown: str) -> bool:
    """Whether Xero's words are the ones that were said, but for what may come back changed: white space, and emoji
    where some were said."""
    if " ".join(said.split()) == " ".join(shown.split()):
        return True
    return any(map(_is_emoji, said)) and bare(said) == bare(shown)


def same_number(said: str, shown: str) -> bool:
    """The same of a number, which Xero compares without regard to case; nothing is the same as none."""
    return bool(said.strip()) and same_words(said.casefold(), shown.casefold())


def number_key(number: str) -> str:
    """Equal for whatever may be the same number: who finds by it looks with ``same_number`` whether it is."""
    return bare(number).casefold() or ("?" if number.strip() else "")


def may_change(words: str) -> bool:
    """Whether Xero may keep other words than these, so that nobody finds them by what was sent."""
    return any(map(_is_emoji, words)) or words != " ".join(words.split())


def bare(words: str) -> str:
    """Without white space, emoji and what stands in their place where they got lost."""
    return "".join(letter for letter in words if not (letter.isspace() or letter in "?\ufffd" or _is_emoji(letter)))


def _is_emoji(letter: str) -> bool:
    return ord(letter) > 0xFFFF or letter in "\u200d\ufe0f" or unicodedata.category(letter) == "So"

"""What Xero may make of words: emoji and white space may come back changed (facts, more §0b). Pure."""

from __future__ import annotations

import unicodedata


def same_words(said: str, shown: str) -> bool:
    """Whether Xero's words are the ones that were said, but for what may come back changed: white space, and emoji
    where some were said."""
    if " ".join(said.split()) == " ".join(shown.split()):
        return True
    return any(map(_is_emoji, said)) and bare(said) == bare(shown)


def may_change(words: str) -> bool:
    """Whether Xero may keep other words than these, so that nobody finds them by what was sent."""
    return any(map(_is_emoji, words)) or words != " ".join(words.split())


def bare(words: str) -> str:
    """Without white space, emoji and what stands in their place where they got lost."""
    return "".join(letter for letter in words if not (letter.isspace() or letter in "?\ufffd" or _is_emoji(letter)))


def _is_emoji(letter: str) -> bool:
    return ord(letter) > 0xFFFF or letter in "\u200d\ufe0f" or unicodedata.category(letter) == "So"

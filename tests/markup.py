"""Pages, read three times as quickly as html5lib does, which still reads every page once, without forgiveness.

Only for what is well-formed: ``same_tree`` tells whether both find the same, and ``check`` in ``tests/web/test_pages``
asks that of every page.
"""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
# A comment, or a tag whose quoted attributes may hold a ">".
_NO_WORDS = re.compile(r"""<!--.*?-->|<[!/a-zA-Z](?:[^<>"']|"[^"]*"|'[^']*')*>""", re.DOTALL)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self._tree = TreeBuilder()
        self._open: list[str] = []

    def read(self, page: str) -> Element:
        if not re.search(r"<html\b", page):
            self.handle_starttag("html", [])  # a fragment has a root, too
        self.feed(page)
        self.close()
        self._end_to(0)
        return self._tree.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tree.start(tag, {name: value or "" for name, value in attrs})
        if tag in VOID:
            self._tree.end(tag)
        else:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            self._end_to(len(self._open) - 1 - self._open[::-1].index(tag))

    def handle_data(self, data: str) -> None:
        if self._open:
            self._tree.data(data)

    def _end_to(self, depth: int) -> None:
        while len(self._open) > depth:
            self._tree.end(self._open.pop())


def parsed(page: str) -> Element:
    """Its elements, below one root."""
    return _Reader().read(page)


def text(page: str) -> str:
    """What a reader reads, white space folded."""
    return " ".join(unescape(_NO_WORDS.sub("", page)).split())


def same_tree(one: Any, other: Any) -> bool:
    """Whether both have the same elements, attributes and words; one of them may be html5lib's."""
    return _told(one) == _told(other)


def _told(tree: Any) -> list[tuple[str, dict[str, str], str, str]]:
    elements = [element for element in tree.iter() if isinstance(element.tag, str)]  # no comments
    return [
        (element.tag.rpartition("}")[2], dict(element.attrib), *map(_folded, (element.text, element.tail)))
        for element in elements
    ]


def _folded(words: str | None) -> str:
    return " ".join((words or "").split())

"""The language of ``where``: the .NET dynamic LINQ that Xero's documentation shows (facts §2.3).

``parse(text, "Contact", columns)`` gives a predicate, or raises ``Bad`` with the message of a QueryParseException.
Strings compare without regard to case and accents. A literal cannot hold a double quote: there is no escape for it.
"""

from __future__ import annotations

import operator
import re
import unicodedata
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

Getter = Callable[[Any], Any]
# A column is (kind, getter); kind is String, Guid, Decimal, DateTime or Boolean, or the columns of a nested object.
Columns = Mapping[str, tuple[Any, Getter]]

_TOKEN = re.compile(
    r'\s*(?:(?P<text>"[^"]*")|(?P<number>-?\d+(?:\.\d+)?)|(?P<word>[A-Za-z_]\w*)|(?P<sign>==|!=|<>|<=|>=|&&|\|\||[=<>!().,]))'
)
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq, "=": operator.eq, "!=": operator.ne, "<>": operator.ne,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_EQUALITY = ("==", "=", "!=", "<>")


class Bad(Exception):
    """The text is not a query; the message is Xero's."""


@dataclass(frozen=True)
class Node:
    """A part of the expression: what kind of value it has, and how to get it from a row."""

    kind: str
    value: Getter


def parse(text: str, type_name: str, columns: Columns) -> Callable[[Any], bool]:
    parser = _Parser(_tokens(text), type_name, columns)
    node = parser.either()
    if parser.peek():
        raise Bad("Syntax error")
    if node.kind != "Boolean":
        raise Bad("Expression of type 'Boolean' expected")
    return lambda row: bool(node.value(row))


def folded(text: str) -> str:
    """The form in which two strings are compared: no case, no accents."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens = []
    position, text = 0, text.rstrip()
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise Bad("Unterminated string literal" if text[position:].lstrip().startswith('"') else "Syntax error")
        tokens.append((str(found.lastgroup), found[found.lastgroup or 0]))
        position = found.end()
    return tokens


class _Parser:
    """Recursive descent over the tokens: or, and, not, comparison, operand."""

    def __init__(self, tokens: list[tuple[str, str]], type_name: str, columns: Columns) -> None:
        self.tokens = tokens
        self.at = 0
        self.type_name = type_name
        self.columns = columns

    def peek(self) -> str:
        """The next token; a string literal never looks like an operator because it keeps its quotes."""
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self) -> tuple[str, str]:
        if self.at >= len(self.tokens):
            raise Bad("Syntax error")
        self.at += 1
        return self.tokens[self.at - 1]

    def expect(self, sign: str) -> None:
        if self.take()[1] != sign:
            raise Bad("Syntax error")

    def either(self) -> Node:
        left = self.both()
        while self.peek().upper() in ("OR", "||"):
            self.take()
            left = _joined(left, self.both(), any)
        return left

    def both(self) -> Node:
        left = self.negation()
        while self.peek().upper() in ("AND", "&&"):
            self.take()
            left = _joined(left, self.negation(), all)
        return left

    def negation(self) -> Node:
        if self.peek().upper() not in ("!", "NOT"):
            return self.comparison()
        self.take()
        inner = self.negation()
        if inner.kind != "Boolean":
            raise Bad("Operator '!' incompatible with operand type '" + inner.kind + "'")
        return Node("Boolean", lambda row: not inner.value(row))

    def comparison(self) -> Node:
        left = self.operand()
        sign = self.peek()
        if sign not in _COMPARE:
            return left
        self.take()
        return _compared(left, sign, self.operand())

    def operand(self) -> Node:
        kind, token = self.take()
        if token == "(":
            node = self.either()
            self.expect(")")
            return node
        if kind == "text":
            return self.methods(_literal("String", token[1:-1]))
        if kind == "number":
            return _literal("Decimal", Decimal(token))
        if kind != "word":
            raise Bad("Syntax error")
        return self.word(token)

    def word(self, token: str) -> Node:
        lower = token.lower()
        if lower == "null":
            return _literal("null", None)
        if lower in ("true", "false"):
            return _literal("Boolean", lower == "true")
        if lower == "guid" and self.peek() == "(":
            return self.guid()
        if lower == "datetime" and self.peek() == "(":
            return self.moment()
        return self.path(token)

    def guid(self) -> Node:
        self.take()
        kind, token = self.take()
        self.expect(")")
        try:
            return _literal("Guid", str(uuid.UUID(token.strip('"') if kind == "text" else "")))
        except ValueError as error:
            raise Bad("Guid should contain 32 digits with 4 dashes") from error

    def moment(self) -> Node:
        self.take()
        parts = [self.take()[1]]
        while self.peek() == ",":
            self.take()
            parts.append(self.take()[1])
        self.expect(")")
        try:
            numbers = [int(part) for part in parts]
            return _literal("DateTime", datetime(*numbers, tzinfo=UTC))  # type: ignore[misc,arg-type]
        except (TypeError, ValueError) as error:
            raise Bad("No applicable constructor exists in type 'DateTime'") from error

    def path(self, name: str) -> Node:
        """``Name``, ``Contact.ContactID`` and the string methods behind them."""
        kind, getter = self.column(self.columns, name, self.type_name)
        while not isinstance(kind, str):
            if self.peek() != ".":
                raise Bad("Expression of type 'Boolean' expected")
            self.take()
            kind, getter = self.nested(kind, getter, name)
        return self.methods(Node(kind, getter))

    def nested(self, columns: Columns, outer: Getter, type_name: str) -> tuple[Any, Getter]:
        kind, inner = self.column(columns, self.take()[1], type_name)

        def value(row: Any) -> Any:
            part = outer(row)
            return None if part is None else inner(part)

        return kind, value

    def column(self, columns: Columns, name: str, type_name: str) -> tuple[Any, Getter]:
        for key, column in columns.items():
            if key.lower() == name.lower():
                return column
        raise Bad(f"No property or field '{name}' exists in type '{type_name}'")

    def methods(self, node: Node) -> Node:
        while self.peek() == ".":
            self.take()
            node = self.method(node, self.take()[1])
        return node

    def method(self, node: Node, name: str) -> Node:
        if node.kind != "String":
            raise Bad(f"No property or field '{name}' exists in type '{node.kind}'")
        self.expect("(")
        if name in ("ToLower", "ToUpper", "Trim"):
            self.expect(")")
            return node  # comparison folds case anyway
        tests: dict[str, Callable[[str, str], bool]] = {
            "Contains": lambda whole, part: part in whole,
            "StartsWith": str.startswith,
            "EndsWith": str.endswith,
        }
        if name not in tests:
            raise Bad(f"No applicable method '{name}' exists in type 'String'")
        part = self.operand()
        self.expect(")")
        return _tested(node, tests[name], part, name)


def _literal(kind: str, value: Any) -> Node:
    return Node(kind, lambda _row: value)


def _joined(left: Node, right: Node, how: Callable[[Any], bool]) -> Node:
    for node in (left, right):
        if node.kind != "Boolean":
            raise Bad("Expression of type 'Boolean' expected")
    return Node("Boolean", lambda row: how(node.value(row) for node in (left, right)))


def _compared(left: Node, sign: str, right: Node) -> Node:
    kinds = {left.kind, right.kind} - {"null"}
    ordered = not kinds & {"Guid", "Boolean"}
    if len(kinds) > 1 or (sign not in _EQUALITY and not ordered):
        raise Bad(f"Operator '{sign}' incompatible with operand types '{left.kind}' and '{right.kind}'")

    def value(row: Any) -> bool:
        one, two = _comparable(left.value(row)), _comparable(right.value(row))
        if one is None or two is None:
            both = one is None and two is None
            return both if sign in ("==", "=") else not both if sign in ("!=", "<>") else False
        return bool(_COMPARE[sign](one, two))

    return Node("Boolean", value)


def _tested(node: Node, test: Callable[[str, str], bool], part: Node, name: str) -> Node:
    if part.kind != "String":
        raise Bad(f"No applicable method '{name}' exists in type 'String'")

    def value(row: Any) -> bool:
        whole = node.value(row)
        return whole is not None and test(folded(whole), folded(part.value(row) or ""))

    return Node("Boolean", value)


def _comparable(value: Any) -> Any:
    if isinstance(value, str):
        return folded(value)
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return value

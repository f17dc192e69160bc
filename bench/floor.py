"""The fewest calls that the vendors' own limits allow for a piece of work, and how long calls take under them. Pure.

Bitrix24: 50 commands a call, of which each invoice's rows need one of their own, 50 items a list; 50 calls at once and
two a second from then on. Xero: 50 elements a write, 1,000 a page; 60 calls in a minute.
"""

from __future__ import annotations

from bench.company import Company

COMMANDS, WRITTEN, PAGE = 50, 50, 1000
BURST, A_SECOND, A_MINUTE = 50, 2, 60
# Requisites of 40 customers stand in one command, addresses of 16.
_REQUISITES, _ADDRESSES = 40, 16


def of_push(company: Company) -> tuple[int, int]:
    """Calls of Bitrix24 and of Xero."""
    lists = up(company.invoices, COMMANDS) + up(company.customers, COMMANDS)
    beside = up(company.customers, _REQUISITES) + up(company.customers, _ADDRESSES) + 1
    xero = up(company.contacts, PAGE) + up(company.new, WRITTEN) + up(company.invoices, WRITTEN)
    return up(company.invoices + lists + beside, COMMANDS), xero


def of_pull(changed: int) -> tuple[int, int]:
    """One call learns that there is nothing; each move is a command."""
    return up(changed, COMMANDS), max(1, up(changed, PAGE))


def seconds(bitrix24: int, xero: int) -> float:
    """What the limits alone make of it, each call itself taking no time."""
    return max(max(0, bitrix24 - BURST) / A_SECOND, (up(xero, A_MINUTE) - 1) * 60 if xero else 0)


def up(count: int, size: int) -> int:
    return -(-count // size)

"""The commands that move: each prints what it would do, and does it with --yes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

import click
from flask import Flask

from b24xero.checks import probe
from b24xero.db.models import utc_now
from b24xero.errors import JobError, RetryLater
from b24xero.moving import organisation, portal, public_url
from b24xero.moving.plan import NotMoved, Plan, printed

T = TypeVar("T")

_YES = click.option("--yes", is_flag=True, help="Do it. Without it nothing is changed.")


def register(app: Flask) -> None:
    for name, told, move in (
        ("move-public-url", "After PUBLIC_URL was changed: move what stands in the portal.", move_public_url),
        ("move-portal", "After a trial portal: begin anew with the portal that the settings name.", move_portal),
        ("move-organisation", "Have people work in NEW in place of OLD, two organisations in Xero.", move_organisation),
    ):
        app.cli.command(name, help=told)(move)


@click.argument("bitrix24_id", type=int, required=False)
@_YES
def move_public_url(bitrix24_id: int | None, yes: bool) -> None:
    """With the sign-in of the only administrator, or of the one with this id in Bitrix24."""
    try:
        user = probe.whose(bitrix24_id)
        _tell(public_url.plan(user))
        if yes:
            for line in public_url.carry_out(user):
                print(line)
    except (probe.NobodyToAsk, JobError) as error:
        sys.exit(f"Bitrix24 could not be asked: {error}")
    _end(yes)


@_YES
def move_portal(yes: bool) -> None:
    _tell(portal.plan())
    if yes:
        print(f"{_or_why_not(lambda: portal.carry_out(utc_now()))} rows are gone; the back-up has them.")
    _end(yes)


@click.argument("old", required=False)
@click.argument("new", required=False)
@_YES
def move_organisation(old: str | None, new: str | None, yes: bool) -> None:
    """Without OLD and NEW: which organisations are known."""
    if not (old and new):
        print("\n".join(organisation.known()) or "Nobody has connected to Xero yet.")
        return
    both = _or_why_not(lambda: (organisation.named(old), organisation.named(new)))
    _tell(_or_why_not(lambda: organisation.plan(*both)))
    if yes:
        try:
            organisation.carry_out(*both)
        except RetryLater as error:
            print(f"Xero could not be told that automatic sync has ended ({error}): disconnect it there.")
    _end(yes)


def _or_why_not(ask: Callable[[], T]) -> T:
    try:
        return ask()
    except NotMoved as error:
        sys.exit(str(error))


def _tell(plan: Plan) -> None:
    for line in printed(plan):
        print(line)


def _end(yes: bool) -> None:
    print("\nDone." if yes else "\nNothing was changed: say --yes to do it.")

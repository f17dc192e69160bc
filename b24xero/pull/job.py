"""JOB 2, top to bottom: what changed in Xero moves the invoices in Bitrix24.

Read it in this order: ``ask`` (what a button does), ``carry_on`` (what a worker does), ``read_changes.read`` (what
Xero says now, kept on the links), ``_apply`` (what Bitrix24 is told of it; ``outcomes`` has what becomes of each). The
two halves are apart: news that this person may not apply stays on the link for somebody who may, whatever the
watermark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

from sqlalchemy import select

from b24xero import connections
from b24xero.bitrix24.both_kinds import MOST_MOVES
from b24xero.bitrix24.client import Bitrix24
from b24xero.bitrix24.stages import Move
from b24xero.db.models import Intent, InvoiceLink, Organisation, SyncRun, User, utc_now
from b24xero.db.transactions import writing
from b24xero.domain.invoice import Kind
from b24xero.domain.invoice_key import kind_of, numberless
from b24xero.domain.set_up import Stands
from b24xero.domain.statuses import standing
from b24xero.errors import JobError
from b24xero.extensions import db
from b24xero.pull import move_stages, old_moves, outcomes, paid_delays, read_changes
from b24xero.pull.outcomes import Applying, Piece, Told
from b24xero.runs import asked, failures, lifecycle
from b24xero.runs.history import Happening, add_to_run
from b24xero.runs.pieces import Pieces
from b24xero.writes import intents

# Of one kind at a time: they are moved by other methods, and what is known of the next chunk comes with each.
KINDS: tuple[Kind, ...] = ("legacy", "smart")  # in the order of their keys


def ask(user: User, only: int = 0) -> SyncRun:
    """ "Update from Xero": a run for all linked invoices, or for the one whose key is ``only``.

    Raises:
        Disconnected: no live Xero login. Rejected: the set-up is missing.
    """
    _xero, organisation = connections.ready_for(user)
    return lifecycle.ask(user, organisation, asked.Pull(only=only))


def carry_on(run: SyncRun) -> None:
    """Do what is left of a claimed run, to its end or to a pause. Every piece is committed by itself."""
    xero, organisation = failures.reached(run)
    if not asked.of(run, asked.Pull).read:
        read_changes.read(run, xero, organisation)
    stopped = _apply(run, connections.bitrix24_for(run.user), organisation)
    lifecycle.end(run, "stopped" if stopped else "finished")


# -- telling Bitrix24 -------------------------------------------------------------------------------------------------


def _apply(run: SyncRun, bitrix24: Bitrix24, organisation: Organisation) -> bool:
    """Tell Bitrix24 what it does not know yet; whether the person stopped it in the middle."""
    waiting = _waiting(run)
    with writing():
        lifecycle.hold(run)
        run.total = run.done + len(waiting)
    if not waiting:
        return False
    set_up, books = organisation.set_up, organisation.books
    stages = {stage.id: stage.name for stage in bitrix24.portal_lists().all_stages}
    applying = Applying(run, bitrix24, set_up, books, stages, {})
    chunks = Pieces(run, partial(_set_apart, run))
    return any(_stopped_in(applying, chunks, [id for id in waiting if kind_of(id) == kind]) for kind in KINDS)


def _stopped_in(applying: Applying, chunks: Pieces, waiting: Sequence[int]) -> bool:
    """All of one kind; whether the person stopped it on the way."""
    if not waiting:
        return False
    applying.looked |= applying.bitrix24.standings(waiting)
    size = MOST_MOVES[kind_of(waiting[0])]
    for first in range(0, len(waiting), size):
        if lifecycle.wants_to_stop(applying.run):
            return True
        chunks.each(waiting[first : first + size], partial(_chunk, applying, waiting))
    return False


def _set_apart(run: SyncRun, id: int) -> tuple[int, str]:
    """Its news stays on the link, for the next update."""
    _move_on(run, id)
    return id, numberless(id)


def _move_on(run: SyncRun, after: int) -> None:
    """Into the transaction that is open: this run is done with all up to this invoice."""
    asked.keep(run, replace(asked.of(run, asked.Pull), after=after))


def _waiting(run: SyncRun) -> list[int]:
    """Invoices with news, past the ones that this run has dealt with already."""
    far = asked.of(run, asked.Pull)
    query = select(InvoiceLink.bitrix24_id).where(
        InvoiceLink.organisation_id == run.organisation_id,
        InvoiceLink.news.is_(True),
    )
    if far.after is not None:
        query = query.where(InvoiceLink.bitrix24_id > far.after)
    if far.only:
        query = query.where(InvoiceLink.bitrix24_id == far.only)
    found = list(db.session.scalars(query.order_by(InvoiceLink.bitrix24_id)))
    db.session.commit()
    return found


def _chunk(applying: Applying, waiting: Sequence[int], ids: Sequence[int]) -> None:
    following = waiting[waiting.index(ids[-1]) + 1 :][: MOST_MOVES[kind_of(ids[-1])]]
    links = {link.bitrix24_id: link for link in _links(applying.run, ids)}
    piece = Piece(links, _taken_over(applying, ids))
    decided = {id: outcomes.decide(applying, link, piece) for id, link in links.items()}
    moves = [old_moves.move_of(links[id], what) for id, what in decided.items() if isinstance(what, str)]
    happened = {id: what for id, what in decided.items() if isinstance(what, Happening)}
    happened |= {id: outcomes.unreadable(applying, links[id]) for id in _still_unread(applying, moves)}
    moves = [move for move in moves if move.id not in happened]
    later: dict[int, JobError] = {}
    for id, told in _carry_out(applying, piece, moves, following).items():
        if isinstance(told, JobError):
            later[id] = told
        else:
            happened[id] = told
    _record(applying, piece, happened, [id for id in ids if id not in later], min(later, default=max(ids) + 1) - 1)
    if later:
        # The portal broke off in the middle. What is settled has no news any more, so going on meets the rest alone.
        raise later[min(later)]


def _still_unread(applying: Applying, moves: Sequence[Move]) -> list[int]:
    """Old ones are read whole, since a move saves them so; those that Bitrix24 does not show whole."""
    if unread := old_moves.unread(moves, applying.looked):
        applying.looked |= applying.bitrix24.standings(unread, whole=True)
    return old_moves.unread(moves, applying.looked)


def _taken_over(applying: Applying, ids: Sequence[int]) -> dict[int, Intent]:
    """Moves of a worker that was killed, looked at anew: they may have arrived since the last look."""
    lost = move_stages.take_over(applying.run, ids)
    if lost:
        applying.looked |= applying.bitrix24.standings(list(lost), whole=True)
    return lost


def _links(run: SyncRun, ids: Sequence[int]) -> list[InvoiceLink]:
    query = select(InvoiceLink).where(
        InvoiceLink.organisation_id == run.organisation_id, InvoiceLink.bitrix24_id.in_(ids)
    )
    found = list(db.session.scalars(query.execution_options(populate_existing=True)))
    db.session.commit()
    return found


def _carry_out(
    applying: Applying, piece: Piece, moves: Sequence[Move], following: Sequence[int]
) -> dict[int, Happening | JobError]:
    """Only what nobody else is moving in this moment; whoever is at it tells what comes of it."""
    intents.settle([lost for id, lost in piece.lost.items() if id in {move.id for move in moves}], "refused")
    piece.begun = move_stages.begin(applying.run, moves, applying.looked)
    ours = [move for move in moves if move.id in piece.begun]
    if not ours:
        return {}
    moved = move_stages.send(applying.bitrix24, piece.begun, ours, following, applying.looked)
    applying.looked |= moved.looked
    piece.results, piece.changed = dict(moved.results), moved.changed
    return {move.id: outcomes.told(applying, piece, move) for move in ours}


def _record(
    applying: Applying, piece: Piece, happened: dict[int, Happening], settled: Sequence[int], after: int
) -> None:
    """The chunk in one transaction: what each link's Bitrix24 was told, the entries, how far the run is."""
    run, today = applying.run, applying.today
    with writing():
        lifecycle.advance(run, len(settled))
        paid: list[timedelta] = []
        for id, link in piece.links.items():
            what = happened.get(id)
            if what and what.outcome in ("moved", "unchanged"):
                paid += _delay(link, standing(link, today))
                link.told, link.news = standing(link, today), False
                link.moved_to = what.arrived if isinstance(what, Told) and what.arrived else link.moved_to
        paid_delays.count(paid)
        paid_delays.count_by_hour(run.organisation_id, paid, utc_now())
        move_stages.end(piece.begun, piece.results)
        for lost in piece.lost.values():
            if lost.state in intents.OPEN:
                intents.end(lost, "done" if happened.get(int(lost.subject)) else "unclear")
        add_to_run(run, happened.values())
        _move_on(run, after)


def _delay(link: InvoiceLink, now_told: Stands) -> list[timedelta]:
    """How long ago it was paid, where that is told now."""
    if now_told == "paid" != link.told and link.xero_changed_at:
        return [utc_now() - link.xero_changed_at]
    return []

"""JOB 2, top to bottom: what changed in Xero moves the invoices in Bitrix24.

Read it in this order: ``ask`` (what a button does), ``carry_on`` (what a worker does), ``news.read`` (what Xero says
now, kept on the links), ``_apply`` (what Bitrix24 is told of it). The two halves are apart: news that this person may
not apply stays on the link for somebody who may, whatever the watermark.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from sqlalchemy import select

from b24xero import connections
from b24xero.bitrix24.both_kinds import MOST_MOVES
from b24xero.bitrix24.client import Bitrix24
from b24xero.bitrix24.legacy_content import Change
from b24xero.bitrix24.stages import Item, Move
from b24xero.db.models import Intent, InvoiceLink, Organisation, SyncRun, User, utc_now
from b24xero.db.states import Outcome
from b24xero.db.transactions import writing
from b24xero.domain.books import Books
from b24xero.domain.invoice import Kind
from b24xero.domain.invoice_key import kind_of, numberless, written
from b24xero.domain.set_up import LEAVE, SetUp
from b24xero.domain.statuses import standing
from b24xero.errors import JobError, OutcomeUnknown, Problem, Rejected, RetryLater, problem
from b24xero.extensions import db
from b24xero.pull import move_stages, old_moves, read_changes
from b24xero.runs import asked, failures, lifecycle
from b24xero.runs.history import Happening, add_to_run
from b24xero.runs.pieces import Pieces
from b24xero.writes import intents

log = logging.getLogger(__name__)

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


@dataclass
class Applying:
    """What all chunks of one run share. ``looked``: where invoices stood when last looked at."""

    run: SyncRun
    bitrix24: Bitrix24
    set_up: SetUp
    books: Books
    stages: dict[str, str]
    looked: dict[int, Item]

    @property
    def today(self) -> date:
        """The organisation's."""
        return self.books.day(utc_now())

    def name(self, stage: str) -> str:
        return self.stages.get(stage, stage)


@dataclass
class Piece:
    """One chunk on its way. ``lost``: moves of earlier workers whose answer nobody heard; ``begun``: ours."""

    links: dict[int, InvoiceLink]
    lost: dict[int, Intent]
    begun: dict[int, Intent] = field(default_factory=dict)
    results: dict[int, Item | JobError] = field(default_factory=dict)
    changed: Mapping[int, tuple[Change, ...]] = field(default_factory=dict)


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
    decided = {id: _decide(applying, link, piece) for id, link in links.items()}
    moves = [old_moves.move_of(links[id], what) for id, what in decided.items() if isinstance(what, str)]
    happened = {id: what for id, what in decided.items() if isinstance(what, Happening)}
    happened |= {id: _unreadable(applying, links[id]) for id in _still_unread(applying, moves)}
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


def _unreadable(applying: Applying, link: InvoiceLink) -> Happening:
    return _happening(applying, link, "failed", "", "", problem("old_invoice_unreadable"))


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


def _decide(applying: Applying, link: InvoiceLink, piece: Piece) -> str | Happening | None:
    """The stage to move to; or what there is to say instead; or None: this person does not see the invoice, so it waits
    for somebody who does, without a word."""
    if (lost := piece.lost.get(link.bitrix24_id)) and (arrived := _lost_arrived(applying, link, lost)):
        return arrived
    now = standing(link, applying.today)
    target = applying.set_up.stage_for(now, kind_of(link.bitrix24_id))
    item = applying.looked.get(link.bitrix24_id)
    if item is None:
        return None
    here = applying.name(item.stage)
    if target == LEAVE or target == item.stage:
        return _happening(applying, link, "unchanged", here, here)
    if target not in applying.stages:
        return _happening(applying, link, "skipped", here, "", problem("stage_vanished_now", stage=target, status=now))
    return target


def _lost_arrived(applying: Applying, link: InvoiceLink, lost: Intent) -> Happening | None:
    """A move whose answer was lost, and which the look shows to have arrived: it is ours, and nothing is sent."""
    item, sent = applying.looked.get(link.bitrix24_id), lost.body or {}
    if item is None or item.stage == sent["from"] or not item.came_to(sent["stage"], Item(item.id, sent["from"])):
        return None
    changes = old_moves.changed_by(old_moves.move_of(link, sent["stage"]), sent.get("said"), item)
    return _arrived(applying, link, sent["stage"], item, sent["from"], changes)


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
    return {move.id: _told(applying, piece, move) for move in ours}


def _told(applying: Applying, piece: Piece, move: Move) -> Happening | JobError:
    """What came of one move; an error that says "later" is handed on."""
    link, result = piece.links[move.id], piece.results.get(move.id)
    here = applying.name(applying.looked[move.id].stage) if move.id in applying.looked else ""
    if isinstance(result, Item):
        before = "" if result.stage != move.stage else result.previous_stage
        return _arrived(applying, link, move.stage, result, before, piece.changed.get(move.id, ()))
    if isinstance(result, RetryLater | OutcomeUnknown):
        return result
    if isinstance(result, JobError):
        outcome: Outcome = "rejected" if isinstance(result, Rejected) else "skipped"
        return _happening(
            applying, link, outcome, here, "", *(result.problems or (problem("pull_forbidden", stage=here),))
        )
    return _happening(applying, link, "failed", here, "", problem("pull_not_moved", stage=applying.name(move.stage)))


def _arrived(
    applying: Applying, link: InvoiceLink, stage: str, item: Item, previous: str, changes: Sequence[Change] = ()
) -> Happening:
    """``stage``: where it was moved to; automation may have moved it on, and ``item`` tells where it stands.
    ``changes``: what else the move changed."""
    looked = applying.looked.get(link.bitrix24_id)
    before = previous or (looked.stage if looked and looked.stage != stage else "")
    notes = list(old_moves.told(changes))
    if changes:
        log.error("moved, but changed otherwise: invoice=%s parts=%s", written(link.bitrix24_id), len(changes))
    if link.moved_to and before and before != link.moved_to:
        notes.append(problem("replaced_by_hand", stage=applying.name(before)))
    if item.stage != stage:
        notes.append(problem("moved_on", stage=applying.name(item.stage)))
    return _happening(applying, link, "moved", applying.name(before), applying.name(stage), *notes, arrived=item.stage)


def _record(
    applying: Applying, piece: Piece, happened: dict[int, Happening], settled: Sequence[int], after: int
) -> None:
    """The chunk in one transaction: what each link's Bitrix24 was told, the entries, how far the run is."""
    run, today = applying.run, applying.today
    with writing():
        lifecycle.advance(run, len(settled))
        for id, link in piece.links.items():
            what = happened.get(id)
            if what and what.outcome in ("moved", "unchanged"):
                link.told, link.news = standing(link, today), False
                link.moved_to = what.arrived if isinstance(what, Told) and what.arrived else link.moved_to
        move_stages.end(piece.begun, piece.results)
        for lost in piece.lost.values():
            if lost.state in intents.OPEN:
                intents.end(lost, "done" if happened.get(int(lost.subject)) else "unclear")
        add_to_run(run, happened.values())
        _move_on(run, after)


@dataclass(frozen=True)
class Told(Happening):
    """``arrived``: the stage to which our move brought it."""

    arrived: str = ""


def _happening(
    applying: Applying, link: InvoiceLink, outcome: Outcome, before: str, after: str, *problems: Problem,
    arrived: str = "",
) -> Told:  # fmt: skip
    return Told(
        link.bitrix24_id, link.xero_number or numberless(link.bitrix24_id), outcome, before, after, problems,
        facts=_facts(link, applying.today), arrived=arrived,
    )  # fmt: skip


def _facts(link: InvoiceLink, today: date) -> dict[str, str]:
    """What Xero said of it: where it stands, what came in or was credited, what is due still."""
    currency = str((link.written or {}).get("CurrencyCode", ""))
    return {
        "status": standing(link, today), "currency": currency, "xero_total": str(link.xero_total or 0),
        "settled": str(link.xero_settled or 0), "due": str(link.xero_due or 0), "paid_on": link.xero_paid_on or "",
    }  # fmt: skip

"""How found invoices become links once a person has confirmed them: our own rows alone are written.

What Xero said when it was read goes onto the link, and the next update from Xero begins there, so that nothing that
happened since is missed. Bitrix24 is asked again for every invoice: who no longer sees it cannot link it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from b24xero import connections, rights
from b24xero.bitrix24.stages import Item
from b24xero.db.models import FoundInvoice, Intent, InvoiceLink, Organisation, SyncRun, User, utc_now
from b24xero.db.states import Outcome
from b24xero.db.transactions import writing
from b24xero.domain.invoice_key import kind_of, numberless
from b24xero.domain.set_up import LEAVE, SetUp
from b24xero.domain.statuses import standing
from b24xero.domain.writers import withheld
from b24xero.errors import Problem, Rejected, problem
from b24xero.extensions import db
from b24xero.matching import candidates
from b24xero.pull import read_changes
from b24xero.runs import asked, lifecycle
from b24xero.runs.history import Happening, add_to_run, entry
from b24xero.runs.pieces import Pieces
from b24xero.writes import intents

CHUNK = 1000


@dataclass(frozen=True)
class Adopted:
    """What came of a confirmation. ``taken``: somebody linked or is writing one of the two; ``hidden``: Bitrix24 no
    longer shows it to this person; ``withheld``: it does not let this person change it."""

    linked: int = 0
    taken: int = 0
    hidden: int = 0
    withheld: int = 0


def adopt(user: User, organisation: Organisation, pair_ids: Sequence[int], run: SyncRun | None = None) -> Adopted:
    """Link these pairs of the person's: one call to Bitrix24 for every 2,250, and those of ``rights.changeable``; none
    to Xero, nothing written to either. A pair that is not this person's to link stays found.

    Raises:
        Rejected: the set-up is missing.
        Disconnected, Forbidden, RetryLater: from Bitrix24; nothing was linked.
    """
    if not organisation.is_set_up:
        raise Rejected(problem("set_up_missing"))
    pairs = candidates.chosen(user, organisation, pair_ids)
    seen = connections.bitrix24_for(user).standings([pair.bitrix24_id for pair in pairs])
    visible = [pair for pair in pairs if pair.bitrix24_id in seen]
    refused = _withheld(user, organisation, visible)
    theirs = [pair for pair in visible if pair.id not in {one.id for one, _ in refused}]
    adoption = Adoption(organisation, organisation.set_up, seen, utc_now())
    with writing():
        if run:
            lifecycle.advance(run, len(pair_ids))
        adopted = adoption.carry_out(theirs)
        happened = [*adopted, *(_happening(pair, "skipped", why) for pair, why in refused)]
        candidates.forget_these([pair for pair in pairs if pair not in visible or pair in theirs])
        if run:
            add_to_run(run, happened)
            asked.keep(run, asked.Link(after=max(pair_ids, default=0)))
        else:
            db.session.add_all(entry(one, "link", organisation.id, user.id) for one in happened)
    linked = sum(one.outcome == "linked" for one in adopted)
    return Adopted(linked, len(adopted) - linked, len(pairs) - len(visible), len(refused))


def decline(user: User, organisation: Organisation, pair_id: int) -> FoundInvoice | None:
    """ "Not this one", for everybody; None when there is no such pair of this person's.

    Raises:
        Rejected: who may not link it does not decline it either.
        Disconnected, Forbidden, RetryLater: from Bitrix24.
    """
    pairs = candidates.chosen(user, organisation, [pair_id])
    if refused := _withheld(user, organisation, pairs):
        raise Rejected(refused[0][1])
    return candidates.decline(user, organisation, pair_id)


def _withheld(
    user: User, organisation: Organisation, pairs: Sequence[FoundInvoice]
) -> list[tuple[FoundInvoice, Problem]]:
    """Those that this person does not link, and why: what an invoice is in Xero is decided by who writes it there."""
    said = rights.changeable(user, [pair.bitrix24_id for pair in pairs], organisation.set_up) if pairs else {}
    found = ((pair, withheld(said[pair.bitrix24_id], organisation.set_up)) for pair in pairs)
    return [(pair, why) for pair, why in found if why]


@dataclass
class Adoption:
    """One confirmation. ``seen``: where the invoices stand in Bitrix24 right now."""

    organisation: Organisation
    set_up: SetUp
    seen: Mapping[int, Item]
    now: datetime
    links: dict[int, InvoiceLink] = field(default_factory=dict)
    writing: frozenset[int] = frozenset()
    taken: frozenset[str] = frozenset()

    @property
    def today(self) -> date:
        return self.organisation.books.day(self.now)

    def carry_out(self, pairs: Sequence[FoundInvoice]) -> list[Happening]:
        """Into the transaction that is open. All at once; one by one when somebody links one of them in this very
        moment, since the unique constraints refuse them together."""
        self._look(pairs)
        try:
            with db.session.begin_nested():
                happened = [self._one(pair) for pair in pairs]
        except IntegrityError:
            happened = [self._alone(pair) for pair in pairs]
        if read := [pair.read_at for pair in pairs if pair.read_at]:
            read_changes.read_again_from(self.organisation.id, min(read))
        return happened

    def _look(self, pairs: Iterable[FoundInvoice]) -> None:
        """Links that are there already, locked, and what is being written; a push claims a link before it writes."""
        ids, xero_ids = [pair.bitrix24_id for pair in pairs], [pair.xero_id for pair in pairs]
        ours = InvoiceLink.organisation_id == self.organisation.id
        query = select(InvoiceLink).where(ours, InvoiceLink.bitrix24_id.in_(ids)).with_for_update()
        found_links = db.session.scalars(query.execution_options(populate_existing=True))
        self.links = {link.bitrix24_id: link for link in found_links}
        taken = db.session.scalars(select(InvoiceLink.xero_id).where(ours, InvoiceLink.xero_id.in_(xero_ids)))
        self.taken = frozenset(xero_id for xero_id in taken if xero_id)
        query_open = select(Intent.subject).where(
            Intent.organisation_id == self.organisation.id, Intent.kind == "invoice",
            Intent.subject.in_(list(map(str, ids))), Intent.state.in_(intents.OPEN),
        )  # fmt: skip
        self.writing = frozenset(map(int, db.session.scalars(query_open)))

    def _alone(self, pair: FoundInvoice) -> Happening:
        self._look([pair])
        try:
            with db.session.begin_nested():
                return self._one(pair)
        except IntegrityError:
            return _happening(pair, "skipped", problem("found_taken"))

    def _one(self, pair: FoundInvoice) -> Happening:
        link = self.links.get(pair.bitrix24_id)
        if pair.xero_id in self.taken or (link and link.xero_id):
            return _happening(pair, "skipped", problem("found_taken"))
        claimed = link and link.claimed_until and link.claimed_until > self.now
        if claimed or pair.bitrix24_id in self.writing:
            return _happening(pair, "skipped", problem("being_written", name=""))
        if link is None:
            link = InvoiceLink(organisation_id=pair.organisation_id, bitrix24_id=pair.bitrix24_id)
            db.session.add(link)
        self._take(link, pair)
        return _happening(pair, "linked", after=standing(link, self.today))

    def _take(self, link: InvoiceLink, pair: FoundInvoice) -> None:
        """What Xero said goes onto the link. It is news for Bitrix24 where the set-up has another stage for it."""
        link.xero_id, link.xero_number, link.xero_status = pair.xero_id, pair.xero_number, pair.xero_status
        link.xero_total, link.xero_due, link.xero_settled = pair.xero_total, pair.xero_due, pair.xero_settled
        link.xero_credits, link.xero_due_date = pair.xero_credits, pair.xero_due_date
        link.problems, link.has_problem = [], False
        now = standing(link, self.today)
        fits = self.set_up.stage_for(now, kind_of(pair.bitrix24_id)) in (LEAVE, self.seen[pair.bitrix24_id].stage)
        link.told, link.news = (now, False) if fits else (None, True)


def _happening(pair: FoundInvoice, outcome: Outcome, why: Problem | None = None, after: str = "") -> Happening:
    problems = (why,) if why else ()
    return Happening(pair.bitrix24_id, pair.number or numberless(pair.bitrix24_id), outcome, "", after, problems)


# -- all that is sure -------------------------------------------------------------------------------------------------


def ask(user: User, organisation: Organisation) -> SyncRun:
    """ "Link all": a run over everything that is sure.

    Raises:
        Rejected: the set-up is missing, or a search is under way.
    """
    if not organisation.is_set_up:
        raise Rejected(problem("set_up_missing"))
    return lifecycle.ask(user, organisation, asked.Link(), unless="find")


def carry_on(run: SyncRun) -> None:
    """Do what is left of a claimed run. What is linked is found no more, so going on meets the rest alone."""
    stopped = _adopt_all(run)
    lifecycle.end(run, "stopped" if stopped else "finished")


def _adopt_all(run: SyncRun) -> bool:
    total = candidates.counts(run.user, run.organisation)["sure"]
    with writing():
        lifecycle.hold(run)
        run.total = run.done + total
    pieces = Pieces(run, partial(_set_apart, run))
    while ids := candidates.next_sure(run, asked.of(run, asked.Link).after, CHUNK):
        if lifecycle.wants_to_stop(run):
            return True
        pieces.each(ids, partial(adopt, run.user, run.organisation, run=run))
    return False


def _set_apart(run: SyncRun, pair_id: int) -> tuple[int, str]:
    """The pair stays found, for the person to look at."""
    asked.keep(run, asked.Link(after=pair_id))
    pair = db.session.get_one(FoundInvoice, pair_id)
    return pair.bitrix24_id, pair.number or numberless(pair.bitrix24_id)

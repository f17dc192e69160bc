"""Find in Xero, top to bottom: what was invoiced before b24xero came is matched; nothing is written.

Read it in this order: ``ask`` (what a button does), ``carry_on`` (what a worker does), ``_read_bitrix24`` (what is
looked for), ``pairing.read`` (what fits in Xero), ``found.settle`` (what is sure). ``adopting`` links what a person has
confirmed.
"""

from __future__ import annotations

from b24xero import connections
from b24xero.bitrix24.all_invoices import Stretch
from b24xero.bitrix24.client import Bitrix24
from b24xero.db.models import SyncRun, User
from b24xero.db.transactions import writing
from b24xero.domain.invoice import Kind
from b24xero.matching import candidates, compare
from b24xero.runs import asked, failures, lifecycle

# So many pages of 50 are asked for before it is known how many there are: a small portal is read in one call.
EXPECTED = 500


def ask(user: User) -> SyncRun:
    """ "Look for them": a run over all invoices that Bitrix24 shows this person and that are not linked.

    Raises:
        Disconnected: no live Xero login. Rejected: the set-up is missing, or found ones are being linked.
    """
    _xero, organisation = connections.ready_for(user)
    return lifecycle.ask(user, organisation, asked.Find(), unless="link")


def carry_on(run: SyncRun) -> None:
    """Do what is left of a claimed run, to its end or to a pause. Every piece is committed by itself."""
    xero, _organisation = failures.reached(run)
    stopped = _read_bitrix24(run, connections.bitrix24_for(run.user)) or compare.read(run, xero)
    if stopped:
        _throw_away(run)
    elif not asked.of(run, asked.Find).settled:
        candidates.settle(run)
    lifecycle.end(run, "stopped" if stopped else "finished")


def _read_bitrix24(run: SyncRun, bitrix24: Bitrix24) -> bool:
    """Keep what is looked for, from where the last worker left off; whether the person stopped it on the way."""
    if asked.of(run, asked.Find).listed:
        return False
    stages = {stage.id: stage.name for stage in bitrix24.portal_lists().all_stages}
    expected = EXPECTED
    while expected:
        if lifecycle.wants_to_stop(run):
            return True
        far = asked.of(run, asked.Find)
        kind: Kind = "legacy" if far.old else "smart"
        stretch = bitrix24.invoices_after(far.after or 0, expected, kind) if kind in bitrix24.kinds else Stretch((), 0)
        following = asked.Find(stretch.last or far.after or 0, far.old) if stretch.left else _of_next_kind(far)
        expected = 0 if following.listed else stretch.left or EXPECTED
        with writing():
            lifecycle.advance(run, 0)
            if far.after is None:
                candidates.forget(run)
            candidates.look_for(run, stretch.rows, stages)
            asked.keep(run, following)
    return False


def _of_next_kind(far: asked.Find) -> asked.Find:
    """All of one kind are listed: old ones come after those of today."""
    return asked.Find(after=0, old=True, listed=far.old)


def _throw_away(run: SyncRun) -> None:
    """Half a search could take for sure what the other half would have called into question."""
    with writing():
        lifecycle.hold(run)
        candidates.forget(run)

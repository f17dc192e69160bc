"""Moving invoices to other stages in Bitrix24: many in one call, each with its outcome, never sent twice blindly."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from b24xero.bitrix24 import wire
from b24xero.bitrix24.batch import batch_of
from b24xero.bitrix24.client import Bitrix24
from b24xero.bitrix24.stages import MOST_MOVES, Item, Move, Moved
from b24xero.bitrix24.wire import ExpiredToken
from b24xero.errors import Disconnected, Forbidden, JobError, NotFound, OutcomeUnknown, Rejected, RetryLater
from tests.simulator.bitrix24_portal import ADMIN, AUDITOR, OTHER_SELLER, SELLER, Asker, portal

NEW, SENT, PAID, UNPAID = "DT31_7:N", "DT31_7:S", "DT31_7:P", "DT31_7:D"
HTML = "<html><body>504 Gateway Time-out</body></html>"


@pytest.fixture(scope="module")
def served() -> Iterator[Asker]:
    with portal() as asker:
        yield asker


@pytest.fixture
def b24(served: Asker) -> Asker:
    served.server.faults.clear()
    return served.fresh()


class Tokens:
    """Tokens of one person, taken from the portal without a browser."""

    def __init__(self, b24: Asker, user: int) -> None:
        self.b24, self.user, self.renewed = b24, user, 0
        self.now = self._new()

    def _new(self) -> str:
        return str(self.b24.control("token", user_id=self.user)["access_token"])

    def access(self) -> str:
        return self.now

    def renew(self, stale: str) -> str:
        self.renewed += 1
        self.now = self._new()
        return self.now

    def ended(self, error: Disconnected) -> None:
        """Nothing stands on them."""


def client(b24: Asker, user: int = ADMIN) -> Bitrix24:
    return Bitrix24(f"{b24.base}/bitrix24", Tokens(b24, user))


def invoices(b24: Asker, count: int, **values: Any) -> list[int]:
    values = {"stageId": SENT, "by": ADMIN} | values
    return [b24.invoice(title=f"Kitchen {n}", **values)["id"] for n in range(count)]


def stage(b24: Asker, invoice_id: int) -> str:
    return str(b24.control("state", id=invoice_id)["item"]["stageId"])


def calls(b24: Asker) -> list[dict[str, Any]]:
    """What was posted to the portal since the last look."""
    seen = [json.loads(one.body) for one in b24.server.journal if "/rest/" in one.path]
    b24.server.journal.clear()
    return seen


def fault(b24: Asker, do: str, **values: Any) -> None:
    answer = b24.session.post(f"{b24.base}/_control/faults", json={"do": do, "path": "/rest/batch", **values})
    assert answer.ok, answer.text


# -- where they stand -------------------------------------------------------------------------------------------------


def test_standings_tell_the_stage_and_the_stage_before(b24: Asker) -> None:
    (invoice,) = invoices(b24, 1)
    b24.control("move", id=invoice, stage="P")
    (item,) = client(b24).standings([invoice]).values()
    assert (item.id, item.stage, item.previous_stage) == (invoice, PAID, SENT)


def test_hundreds_are_looked_at_in_one_call_and_each_chunk_has_fifty(b24: Asker) -> None:
    ids = invoices(b24, 3)
    calls(b24)
    wanted = [*ids, *range(10_000, 10_497)]
    assert set(client(b24).standings(wanted)) == set(ids)
    (call,) = calls(b24)
    assert [command.count("%40id") for command in call["cmd"].values()] == [50] * 10


def test_a_batch_of_looks_has_at_most_45_commands(b24: Asker) -> None:
    calls(b24)
    assert client(b24).standings(range(10_000, 12_251)) == {}
    assert [len(call["cmd"]) for call in calls(b24)] == [45, 1]


def test_nothing_to_look_at_is_no_call(b24: Asker) -> None:
    calls(b24)
    assert client(b24).standings([]) == {}
    assert client(b24).move([]) == Moved({}, {})
    assert calls(b24) == []


def test_a_person_sees_their_own_and_each_id_once(b24: Asker) -> None:
    (mine,) = invoices(b24, 1, assignedById=SELLER)
    (theirs,) = invoices(b24, 1, assignedById=OTHER_SELLER)
    assert set(client(b24, SELLER).standings([mine, theirs, mine, 99_999])) == {mine}


# -- moving -----------------------------------------------------------------------------------------------------------


def test_a_chunk_is_moved_and_the_next_one_looked_at_in_one_call(b24: Asker) -> None:
    ids = invoices(b24, MOST_MOVES + 50)
    now, following = ids[:MOST_MOVES], ids[MOST_MOVES:]
    bitrix24 = client(b24)
    calls(b24)
    moved = bitrix24.move([Move(id, PAID) for id in now], following)
    (call,) = calls(b24)
    assert len(call["cmd"]) == 50
    results = list(moved.results.values())
    assert {(r.stage, r.previous_stage) for r in results if isinstance(r, Item)} == {(PAID, SENT)}
    assert list(moved.results) == now
    assert {(id, item.stage) for id, item in moved.looked.items()} == {(id, SENT) for id in following}
    assert {stage(b24, id) for id in now} == {PAID}


@pytest.mark.slow
def test_five_hundred_cost_one_look_and_eleven_moves(b24: Asker) -> None:
    ids = invoices(b24, 500)
    bitrix24 = client(b24)
    calls(b24)
    standing = bitrix24.standings(ids[:MOST_MOVES])
    for first in range(0, len(ids), MOST_MOVES):
        chunk, following = ids[first : first + MOST_MOVES], ids[first + MOST_MOVES : first + 2 * MOST_MOVES]
        assert set(chunk) <= set(standing)
        standing = bitrix24.move([Move(id, PAID) for id in chunk], following).looked
    assert len(calls(b24)) == 12
    assert {stage(b24, id) for id in ids} == {PAID}


def test_a_batch_takes_no_more_than_it_has_room_for(b24: Asker) -> None:
    for moves, look in (([Move(n, PAID) for n in range(1, 51)], ()), ([Move(1, PAID)], range(1, 52))):
        with pytest.raises(ValueError, match="at most 49"):
            client(b24).move(moves, list(look))
    with pytest.raises(ValueError, match="each once"):
        client(b24).move([Move(1, PAID), Move(1, SENT)])


def test_without_moves_it_is_a_look(b24: Asker) -> None:
    (invoice,) = invoices(b24, 1)
    moved = client(b24).move([], [invoice])
    assert (moved.results, moved.looked[invoice].stage) == ({}, SENT)


def test_a_move_to_where_it_stands_changes_nothing(b24: Asker) -> None:
    (invoice,) = invoices(b24, 1)
    before = b24.control("state", id=invoice)
    (item,) = client(b24).move([Move(invoice, SENT)]).results.values()
    assert isinstance(item, Item)
    assert item.stage == SENT
    assert b24.control("state", id=invoice) == before


def test_one_that_was_moved_by_hand_in_between_is_seen_in_the_stage_before(b24: Asker) -> None:
    (invoice,) = invoices(b24, 1)
    bitrix24 = client(b24)
    looked = bitrix24.standings([invoice])[invoice]
    b24.control("move", id=invoice, stage="D")
    result = bitrix24.move([Move(invoice, PAID)]).results[invoice]
    assert isinstance(result, Item)
    assert (looked.stage, result.previous_stage) == (SENT, UNPAID)


# -- each its own outcome ---------------------------------------------------------------------------------------------


def test_each_invoice_has_its_own_outcome_and_none_harms_the_others(b24: Asker) -> None:
    (mine, also) = invoices(b24, 2, assignedById=SELLER)
    (theirs,) = invoices(b24, 1, assignedById=OTHER_SELLER)
    moves = [Move(mine, PAID), Move(theirs, PAID), Move(99_999, PAID), Move(also, "DT31_7:UC_GONE")]
    results = client(b24, SELLER).move(moves).results
    assert isinstance(results[mine], Item)
    assert isinstance(results[theirs], Forbidden)
    gone = results[99_999]
    assert isinstance(gone, NotFound)
    assert [p.code for p in gone.problems] == ["invoice_gone"]
    assert also not in results  # answered with success, and kept where it was
    assert [stage(b24, id) for id in (mine, theirs, also)] == [PAID, SENT, SENT]


def test_who_reads_all_and_changes_nothing_is_told_so(b24: Asker) -> None:
    (invoice,) = invoices(b24, 1)
    auditor = client(b24, AUDITOR)
    assert set(auditor.standings([invoice])) == {invoice}
    assert isinstance(auditor.move([Move(invoice, PAID)]).results[invoice], Forbidden)
    assert stage(b24, invoice) == SENT


def test_a_person_without_the_right_to_change_stages_hears_bitrix24s_own_words(b24: Asker) -> None:
    (invoice,) = invoices(b24, 1, assignedById=SELLER)
    b24.control("user", id=SELLER, may_move_stages=False)
    result = client(b24, SELLER).move([Move(invoice, PAID)]).results[invoice]
    assert isinstance(result, Rejected)
    assert result.problems[0].values["message"] == "Insufficient permissions to change the stage"
    assert stage(b24, invoice) == SENT


@pytest.mark.parametrize("gone", ["DT31_7:UC_GONE", "DT31_2:P"])
def test_a_stage_that_the_portal_does_not_have_moves_nothing_and_is_not_believed(b24: Asker, gone: str) -> None:
    (invoice,) = invoices(b24, 1)
    bitrix24 = client(b24)
    before = bitrix24.standings([invoice])[invoice]
    moved = bitrix24.move([Move(invoice, gone)])
    assert moved.results == {}
    assert moved.looked[invoice].stage == SENT
    assert not moved.looked[invoice].came_to(gone, before, answered=True)


def item(stage: str, previous: str = "", minute: int = 0) -> Item:
    return Item(1, stage, previous_stage=previous, moved_at=datetime(2026, 9, 18, 10, minute, tzinfo=UTC))


@pytest.mark.parametrize(
    ("before", "after", "came"),
    [
        (item(SENT), item(PAID, SENT, 1), True),
        (item(SENT), item(UNPAID, PAID, 1), True),  # a robot moved it on
        (item(SENT), item(SENT, PAID, 1), True),  # a robot moved it back
        (item(SENT), item(SENT), False),
        (item(SENT, PAID), item(SENT, PAID), False),  # it was paid once, long ago
        (item(SENT), item(UNPAID, SENT, 1), False),  # somebody else moved it meanwhile, and our move was ignored
        (item(SENT), item(NEW, UNPAID, 1), True),  # two robots moved it on
    ],
)
def test_whether_an_invoice_came_to_a_stage_is_seen_at_its_last_move(before: Item, after: Item, came: bool) -> None:
    assert after.came_to(PAID, before, answered=True) is came


def test_what_others_moved_twice_is_no_move_of_ours_where_it_is_only_looked_at() -> None:
    assert not item(NEW, UNPAID, 1).came_to(PAID, item(SENT))


def test_the_time_limit_of_the_method_stops_the_rest_and_keeps_what_was_done(b24: Asker) -> None:
    ids = invoices(b24, 5)
    b24.control("settings", blocked_method="crm.item.update", blocked_after=2)
    moved = client(b24).move([Move(id, PAID) for id in ids[:4]], ids[4:])
    assert [type(result) for result in moved.results.values()] == [Item, Item, RetryLater, RetryLater]
    assert set(moved.looked) == {ids[4]}
    assert [stage(b24, id) for id in ids] == [PAID, PAID, SENT, SENT, SENT]


def test_when_all_of_it_is_blocked_nothing_was_moved(b24: Asker) -> None:
    ids = invoices(b24, 2)
    b24.control("settings", blocked_method="crm.item.update")
    with pytest.raises(RetryLater) as raised:
        client(b24).move([Move(id, PAID) for id in ids])
    assert raised.value.seconds == 600


# -- answers that do not come -----------------------------------------------------------------------------------------

UNCLEAR = {
    "drop after": {"do": "drop_after"},
    "drop before": {"do": "drop_before"},
    "half an answer": {"do": "truncate"},
    "html 504": {"do": "answer_after", "status": 504, "body": HTML},
    "html 200": {"do": "answer_after", "status": 200, "body": HTML},
    "empty 200": {"do": "answer_after", "status": 200, "body": ""},
    "a list": {"do": "answer_after", "status": 200, "body": "[]"},
    "no result": {"do": "answer_after", "status": 200, "body": "{}"},
    "an empty result": {"do": "answer_after", "status": 200, "body": '{"result": []}'},
    "broken at work": {"do": "answer_after", "status": 500, "body": '{"error": "INTERNAL_SERVER_ERROR"}'},
    "an unknown 500": {"do": "answer_after", "status": 500, "body": '{"error": "", "error_description": "Ошибка"}'},
}


@pytest.mark.parametrize("kind", UNCLEAR)
def test_a_lost_answer_is_unknown_and_never_sent_again_by_itself(b24: Asker, kind: str) -> None:
    (invoice,) = invoices(b24, 1)
    bitrix24 = client(b24)
    calls(b24)
    fault(b24, **UNCLEAR[kind])
    with pytest.raises(OutcomeUnknown):
        bitrix24.move([Move(invoice, PAID)])
    assert len(calls(b24)) == 1
    assert stage(b24, invoice) == (SENT if kind == "drop before" else PAID)
    assert bitrix24.standings([invoice])[invoice].stage == stage(b24, invoice)


def test_a_portal_too_slow_for_a_write_is_unknown_and_for_a_look_is_later(
    b24: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    (invoice,) = invoices(b24, 1)
    bitrix24 = client(b24)
    monkeypatch.setattr(wire, "WRITE_TIMEOUT", (0.2, 0.2))
    fault(b24, "delay", seconds=0.5)
    with pytest.raises(OutcomeUnknown):
        bitrix24.move([Move(invoice, PAID)])
    monkeypatch.setattr(wire, "TIMEOUT", (0.2, 0.2))
    fault(b24, "delay", seconds=0.5)
    with pytest.raises(RetryLater):
        bitrix24.standings([invoice])


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (503, '{"error": "QUERY_LIMIT_EXCEEDED"}'),
        (429, '{"error": "OPERATION_TIME_LIMIT"}'),
        (503, '{"error": "OVERLOAD_LIMIT"}'),
        (401, '{"error": "CONNECTION_ERROR"}'),
        (403, HTML),
        (302, ""),
    ],
)
def test_what_was_certainly_not_done_may_be_tried_later(b24: Asker, status: int, body: str) -> None:
    (invoice,) = invoices(b24, 1)
    fault(b24, "answer", status=status, body=body)
    with pytest.raises(RetryLater):
        client(b24).move([Move(invoice, PAID)])
    assert stage(b24, invoice) == SENT


def test_a_portal_where_nobody_listens_was_not_written_to() -> None:
    class Lent(Tokens):
        def __init__(self) -> None:
            self.now = "a token"

    with pytest.raises(RetryLater):
        Bitrix24("http://localhost:9/bitrix24", Lent()).move([Move(1, PAID)])


def test_a_read_is_still_repeated_once(b24: Asker) -> None:
    (invoice,) = invoices(b24, 1)
    bitrix24 = client(b24)
    calls(b24)
    fault(b24, "drop_after")
    assert set(bitrix24.standings([invoice])) == {invoice}
    assert len(calls(b24)) == 2


def test_an_expired_token_is_renewed_and_the_batch_moved_once(b24: Asker) -> None:
    (invoice,) = invoices(b24, 1)
    tokens = Tokens(b24, ADMIN)
    bitrix24 = Bitrix24(f"{b24.base}/bitrix24", tokens)
    b24.control("tokens/expire")
    assert isinstance(bitrix24.move([Move(invoice, PAID)]).results[invoice], Item)
    assert tokens.renewed == 1


def test_a_token_that_ends_with_each_renewal_is_a_lost_sign_in(b24: Asker) -> None:
    (invoice,) = invoices(b24, 1)
    body = json.dumps({"result": {"result": [], "result_error": {f"move_{invoice}": {"error": "expired_token"}}}})
    fault(b24, "answer", status=200, body=body, times=2)
    with pytest.raises(Disconnected):
        client(b24).move([Move(invoice, PAID)])


# -- what a portal may answer that is not documented ------------------------------------------------------------------


def answered(b24: Asker, moves: list[Move], results: Any, errors: Any = ()) -> dict[int, Item | JobError]:
    body = json.dumps({"result": {"result": results, "result_error": errors or [], "result_time": []}})
    fault(b24, "answer", status=200, body=body)
    return dict(client(b24).move(moves).results)


@pytest.mark.parametrize(
    "strange",
    [[], True, None, "ok", {"item": None}, {"item": []}, {"item": {}}, {"item": {"id": "x", "stageId": PAID}},
     {"item": {"id": 2, "stageId": PAID}}, {"item": {"id": 1}}, {"item": {"id": 1, "stageId": None}}],
)  # fmt: skip
def test_an_answer_that_does_not_say_so_is_no_move(b24: Asker, strange: Any) -> None:
    assert answered(b24, [Move(1, PAID)], {"move_1": strange}) == {}


def test_ids_and_times_may_be_spelt_otherwise(b24: Asker) -> None:
    item = {"id": "1", "stageId": PAID, "updatedTime": "yesterday"}
    assert answered(b24, [Move(1, PAID)], {"move_1": {"item": item}}) == {1: Item(1, PAID)}


def test_an_invoice_that_the_answer_forgets_is_missing(b24: Asker) -> None:
    item = {"id": 1, "stageId": PAID}
    assert set(answered(b24, [Move(1, PAID), Move(2, PAID)], {"move_1": {"item": item}})) == {1}


def test_what_ends_in_the_middle_of_a_batch_keeps_what_was_done(b24: Asker) -> None:
    errors = {
        "move_2": {"error": "expired_token"}, "move_3": {"error": "authorization_error"},
        "move_4": {"error": "INTERNAL_SERVER_ERROR"}, "move_5": {"error": "", "error_description": "Pflichtfeld"},
    }  # fmt: skip
    done = {"move_1": {"item": {"id": 1, "stageId": PAID}}}
    results = answered(b24, [Move(id, PAID) for id in range(1, 6)], done, errors)
    assert [type(result) for result in results.values()] == [Item, RetryLater, RetryLater, OutcomeUnknown, Rejected]


def test_a_look_that_fails_beside_moves_costs_the_look_alone(b24: Asker) -> None:
    body = {
        "result": {"move_1": {"item": {"id": 1, "stageId": PAID}}},
        "result_error": {"look": {"error": "INVALID_ARG_VALUE"}},
    }
    fault(b24, "answer", status=200, body=json.dumps({"result": body}))
    moved = client(b24).move([Move(1, PAID)], [2, 3])
    assert (set(moved.results), moved.looked) == ({1}, {})


def test_a_portal_that_ignores_the_filter_shows_nothing_that_was_not_asked_for(b24: Asker) -> None:
    rows = [{"id": 1, "stageId": SENT}, {"id": 2, "stageId": SENT}, "rubbish", {"id": None}]
    fault(b24, "answer", status=200, body=json.dumps({"result": {"result": {"look_0": {"items": rows}}}}))
    assert set(client(b24).standings([2])) == {2}


def test_a_batch_that_reads_still_fails_as_a_whole() -> None:
    envelope = {"result": {"result": {"a": 1}, "result_error": {"b": {"error": "OPERATION_TIME_LIMIT"}}}}
    with pytest.raises(RetryLater):
        batch_of(envelope)
    assert isinstance(batch_of(envelope, writes=True).errors["b"], RetryLater)
    with pytest.raises(ExpiredToken):
        batch_of({"result": {"result": [], "result_error": {"b": {"error": "expired_token"}}}}, writes=True)

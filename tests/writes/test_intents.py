"""Intents: of one subject one write is open, whoever asks; an unclear one is handed to whoever resolves it."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from b24xero.db.models import Intent, Organisation, User, utc_now
from b24xero.extensions import db
from b24xero.writes import claims, intents
from b24xero.writes.intents import Write
from tests.conftest import on_both

ACME = Write("contact", "create", "B24-CO-41", {"Name": "Acme Plumbing"})


@pytest.fixture
def people(app: Flask) -> Iterator[tuple[Organisation, User]]:
    with app.app_context():
        organisation = Organisation(xero_id="t-1", name="Harbour & Hill Joinery", stored_books={})
        user = User(bitrix24_id=1, name="Mere Tautahi")
        db.session.add_all([organisation, user])
        db.session.commit()
        yield organisation, user


@on_both
def test_of_one_subject_one_write_is_open(people: tuple[Organisation, User]) -> None:
    first = intents.begin(*people, ACME)
    assert first
    assert intents.begin(*people, ACME) is None
    intents.settle([first], "done", "c-1")
    assert intents.begin(*people, ACME), "the first has ended"


@on_both
def test_of_many_at_once_only_one_begins(app: Flask, people: tuple[Organisation, User]) -> None:
    organisation_id, user_id = people[0].id, people[1].id
    begun: list[bool] = []
    gate = threading.Barrier(8)

    def press() -> None:
        with app.app_context():
            both = db.session.get_one(Organisation, organisation_id), db.session.get_one(User, user_id)
            db.session.commit()
            gate.wait()
            begun.append(intents.begin(*both, ACME) is not None)
            db.session.remove()

    threads = [threading.Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(begun) == [False] * 7 + [True]


@on_both
def test_calls_that_begin_the_same_subjects_in_other_orders_begin_each_once(
    app: Flask, people: tuple[Organisation, User]
) -> None:
    """Nor do they wait for each other for ever, which PostgreSQL would end with an error."""
    organisation_id, user_id = people[0].id, people[1].id
    writes = [Write("invoice", "create", str(n), {"InvoiceNumber": f"INV-{n}"}) for n in range(50)]
    begun: list[str] = []
    gate = threading.Barrier(4)

    def call(order: random.Random) -> None:
        with app.app_context():
            both = db.session.get_one(Organisation, organisation_id), db.session.get_one(User, user_id)
            db.session.commit()
            mine = order.sample(writes, len(writes))
            gate.wait()
            begun.extend(intent.subject for intent in intents.begin_all(*both, mine) if intent)
            db.session.remove()

    threads = [threading.Thread(target=call, args=(random.Random(n),)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(begun) == sorted(write.subject for write in writes)


@on_both
def test_of_two_of_one_subject_in_one_call_the_first_begins(people: tuple[Organisation, User]) -> None:
    begun = intents.begin_all(*people, [ACME, ACME])
    assert [intent is not None for intent in begun] == [True, False]


def test_a_subject_that_is_open_does_not_keep_the_others_of_its_call_back(people: tuple[Organisation, User]) -> None:
    intents.begin(*people, ACME)
    other = Write("contact", "create", "B24-CO-42", {"Name": "Bay Homes"})
    held, begun = intents.begin_all(*people, [ACME, other])
    assert held is None
    assert begun
    assert begun.state == "sent"


def test_the_words_are_kept_while_open_and_their_hash_for_good(people: tuple[Organisation, User]) -> None:
    intent = intents.begin(*people, ACME)
    assert intent
    assert intent.body == ACME.body
    intents.settle([intent], "done", "c-1")
    stored = db.session.scalars(select(Intent).execution_options(populate_existing=True)).one()
    assert (stored.body, stored.vendor_id, stored.body_hash) == (None, "c-1", intents.body_hash(ACME.body))


def test_a_write_under_way_is_nobody_elses(people: tuple[Organisation, User]) -> None:
    intent = intents.begin(*people, ACME, claim="press-1")
    assert intent
    assert not intents.take(intent, "press-2")
    assert not intents.is_free(intent, utc_now(), "press-2")
    assert intents.is_free(intent, utc_now() + claims.PRESS + timedelta(seconds=1)), "its process is gone by then"


def test_a_run_takes_over_at_once_what_its_killed_worker_sent(people: tuple[Organisation, User]) -> None:
    intent = intents.begin(*people, ACME, claim="run-7")
    assert intent
    assert intents.take(intent, "run-7")


def test_an_unclear_write_is_taken_once(people: tuple[Organisation, User]) -> None:
    intent = intents.begin(*people, ACME, claim="press-1")
    assert intent
    intents.settle([intent], "unclear")
    assert intents.take(intent, "press-2")
    assert not intents.take(intent, "press-3")


def test_an_ended_write_is_not_taken(people: tuple[Organisation, User]) -> None:
    intent = intents.begin(*people, ACME)
    assert intent
    intents.settle([intent], "refused")
    assert not intents.take(intent, "")
    assert intents.open_of(people[0], "contact", ACME.subject) is None


def test_planned_steps_wait_to_be_sent(people: tuple[Organisation, User]) -> None:
    (step,) = intents.plan(*people, [Write("item", "create", "form-1", {"Code": "OAK"})])
    assert step
    assert (step.state, step.sent_at) == ("planned", None)
    assert intents.take(step, "press-1")
    assert step.state == "sent"


def test_old_receipts_are_thrown_away_and_open_writes_never(people: tuple[Organisation, User]) -> None:
    ended = intents.begin(*people, ACME)
    assert ended
    intents.settle([ended], "done")
    left_open = intents.begin(*people, Write("contact", "create", "B24-CO-42", {}))
    assert left_open
    assert intents.forget_old(utc_now()) == 0
    assert intents.forget_old(utc_now() + intents.KEPT + timedelta(days=1)) == 1
    assert intents.open_of(people[0], "contact", "B24-CO-42")

"""Runs as people meet them: pressing, watching, stopping, and who may know of whose."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from b24xero import worker
from b24xero.db.models import Organisation, SyncEntry, SyncRun, User, XeroLogin, utc_now
from b24xero.errors import problem
from b24xero.extensions import db
from tests.conftest import Vendors
from tests.people import HTMX, Form, Person, forms, parsed, text
from tests.web.test_pages import check, strict, words_of

OUTCOMES = ("created", "updated", "unchanged", "moved", "skipped", "rejected", "failed")


def a_run(app: Flask, name: str = "Mere Tautahi", **columns: Any) -> int:
    """A run of this person, as a worker would have left it."""
    with app.app_context():
        user = db.session.scalars(select(User).filter_by(name=name)).one()
        organisation = db.session.scalars(select(Organisation)).first()
        assert organisation
        usual = {"kind": "pull", "user_id": user.id, "organisation_id": organisation.id}
        if columns.get("state") == "running":
            usual["lease_until"] = utc_now() + timedelta(minutes=1)
        run = SyncRun(**(usual | columns))
        db.session.add(run)
        db.session.commit()
        return run.id


def change(app: Flask, run_id: int, **columns: Any) -> None:
    with app.app_context():
        run = db.session.get_one(SyncRun, run_id)
        for name, value in columns.items():
            setattr(run, name, value)
        db.session.commit()


def an_entry(app: Flask, run_id: int | None = None, name: str = "Mere Tautahi", **columns: Any) -> int:
    """What happened to one invoice, in this run or by a press."""
    with app.app_context():
        user = db.session.scalars(select(User).filter_by(name=name)).one()
        organisation = db.session.scalars(select(Organisation)).first()
        assert organisation
        usual = {"kind": "pull" if run_id else "push", "bitrix24_id": 1412, "number": "INV-0412", "outcome": "moved"}
        entry = SyncEntry(run_id=run_id, user_id=user.id, organisation_id=organisation.id, **(usual | columns))
        db.session.add(entry)
        db.session.commit()
        return entry.id


def stored(code: str, /, **values: object) -> dict[str, Any]:
    return problem(code, **values).as_json()


def post(person: Person, address: str, *, htmx: bool = False, **values: Any) -> Any:
    headers = HTMX if htmx else {}
    return person.client.post(address, data={"csrf_token": person.token(), **values}, headers=headers)


def panel(person: Person, run_id: int) -> Any:
    """The panel as it asks for itself."""
    answer = person.client.get(f"/runs/{run_id}", headers=HTMX)
    assert answer.status_code == 200
    strict(f"<!doctype html><html><head><title>a</title></head><body>{answer.text}</body></html>")
    return answer


def asks_again(answer: Any) -> bool:
    return "hx-trigger" in answer.text


def counts(page: str) -> dict[str, int]:
    (found,) = (dl for dl in parsed(page).iter("dl") if "counts" in (dl.get("class") or ""))
    return {div.find("dt").text: int(div.find("dd").text) for div in found.iter("div")}


def form(page: str, action: str) -> Form:
    return next(form for form in forms(page, "/") if form.action.endswith(action))


def linked(person: Person, vendors: Vendors) -> tuple[int, str]:
    """An invoice that stands in Xero, with its number."""
    invoice_id = vendors.new_invoice()
    assert person.press(invoice_id).status_code == 200
    return invoice_id, str(vendors.invoice(invoice_id)["item"]["accountNumber"])


@pytest.fixture
def tom(app: Flask, ready: Person) -> Person:
    """A manager, who is no administrator."""
    return Person(app, "Tom Hallam").sign_in()


# -- pressing ---------------------------------------------------------------------------------------------------------


def test_a_press_answers_the_panel_that_asks_again(ready: Person, app: Flask, vendors: Vendors) -> None:
    vendors.forget_requests()
    answer = post(ready, "/runs/pull", htmx=True)
    assert answer.status_code == 200
    assert 'hx-trigger="every 1s"' in answer.text
    assert "Update from Xero has begun." in text(answer.text)
    assert list(parsed(answer.text).iter("progress"))
    with app.app_context():
        run = db.session.scalars(select(SyncRun)).one()
        assert (run.kind, run.state, run.user.name) == ("pull", "queued", "Mere Tautahi")
    assert vendors.calls("xero") + vendors.calls("bitrix24") == []


def test_without_scripts_a_press_leads_to_the_run(ready: Person) -> None:
    page = ready.client.get("/invoices").text
    assert form(page, "/runs/pull").says("Update from Xero")
    answer = post(ready, "/runs/pull")
    assert answer.status_code == 303
    shown = ready.client.get(answer.headers["Location"])
    check(shown.text)
    assert "Update from Xero" in text(shown.text)


def test_a_second_press_starts_nothing(ready: Person) -> None:
    assert post(ready, "/runs/pull").headers["Location"] == post(ready, "/runs/pull").headers["Location"]


def test_a_press_beside_a_run_in_another_tab_leads_to_that_run(ready: Person, app: Flask, vendors: Vendors) -> None:
    run_id = a_run(app, kind="push", state="running")
    answer = post(ready, "/invoices/many/write", id=str(vendors.new_invoice()))
    assert answer.status_code == 422
    check(answer.text)
    links = {words_of(a): a.get("href") for a in parsed(answer.text).find(".//main").iter("a")}
    assert links["See the run that is under way"] == f"/runs/{run_id}"


def test_a_press_without_xero_leads_to_the_connection_and_back(mere: Person) -> None:
    answer = mere.client.post("/runs/pull", data={"csrf_token": mere.token()})
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/xero/connect")
    by_htmx = mere.client.post("/runs/pull", data={"csrf_token": mere.token()}, headers=HTMX)
    assert by_htmx.status_code == 401
    assert by_htmx.headers["HX-Redirect"].startswith("/xero/connect")


def test_a_press_before_the_set_up_says_where_it_is_done(mere: Person) -> None:
    mere.connect()
    answer = post(mere, "/runs/pull")
    assert answer.status_code == 422
    check(answer.text)
    assert "Go to Set-up" in text(answer.text)
    assert post(mere, "/runs/pull", htmx=True).headers["HX-Retarget"] == "#notices"


def test_one_invoice_is_updated_from_its_row(ready: Person, app: Flask, vendors: Vendors) -> None:
    invoice_id, number = linked(ready, vendors)
    row = ready.list(q=number).text
    assert form(row, f"/invoices/{invoice_id}/pull").says("Update from Xero")
    answer = post(ready, f"/invoices/{invoice_id}/pull", htmx=True)
    assert answer.status_code == 200
    assert "one invoice" in answer.text
    with app.app_context():
        assert db.session.scalars(select(SyncRun)).one().asked == {"only": invoice_id}
    assert post(ready, f"/invoices/{invoice_id}/pull").headers["Location"].startswith("/runs/")


@pytest.mark.parametrize("number", ["7", "999999", "2147483648", "99999999999999999999"])
def test_an_invoice_that_is_not_in_xero_is_not_updated(ready: Person, app: Flask, number: str) -> None:
    assert post(ready, f"/invoices/{number}/pull").status_code == 404
    with app.app_context():
        assert db.session.scalars(select(SyncRun)).all() == []


def test_what_is_not_in_xero_offers_no_update(ready: Person, vendors: Vendors) -> None:
    invoice_id = vendors.new_invoice()
    assert f"/invoices/{invoice_id}/pull" not in ready.list().text
    assert f"/invoices/{invoice_id}/history" in ready.list().text


# -- watching ---------------------------------------------------------------------------------------------------------


def test_from_the_press_to_paid_in_the_row(ready: Person, app: Flask, vendors: Vendors) -> None:
    _invoice_id, number = linked(ready, vendors)
    vendors.control("xero/pay", invoice=number)
    location = post(ready, "/runs/pull").headers["Location"]
    run_id = int(location.rpartition("/")[2])
    with app.app_context():
        worker.take(run_id)
    answer = panel(ready, run_id)
    assert "Finished" in text(answer.text)
    assert "1 of 1" in text(answer.text)
    assert counts(answer.text) == {**dict.fromkeys(OUTCOMES, 0), "moved": 1}
    assert answer.headers["HX-Trigger"] == "run-ended"
    assert not asks_again(answer)
    assert "Finished: 1 paid, NZD 299.00." in text(answer.text).replace("\xa0", " ")
    row = text(ready.list(q=number).text)
    assert "Paid" in row
    assert "Xero: as of" in text(ready.client.get("/invoices").text)


def again(answer: Any) -> str:
    """Where a panel asks for itself."""
    (section,) = (one for one in parsed(answer.text).iter("section") if one.get("data-run"))
    return str(section.get("hx-get"))


def test_a_panel_that_would_show_the_same_does_not_come_again(ready: Person, app: Flask) -> None:
    run_id = a_run(app, state="running", total=128, done=57, counts={"moved": 31})
    here = again(panel(ready, run_id))
    same = ready.client.get(here, headers=HTMX)
    assert (same.status_code, same.text) == (204, "")
    change(app, run_id, done=58)
    assert "58 of 128" in text(ready.client.get(here, headers=HTMX).text)
    change(app, run_id, state="finished", ended_at=utc_now())
    assert not asks_again(ready.client.get(here, headers=HTMX))


@pytest.mark.parametrize(("age", "every"), [(0, "1s"), (29, "1s"), (31, "2s"), (179, "2s"), (181, "5s"), (9000, "5s")])
def test_the_longer_a_run_goes_on_the_less_often_its_panel_asks(
    ready: Person, app: Flask, age: int, every: str
) -> None:
    run_id = a_run(app, state="running", created_at=utc_now() - timedelta(seconds=age))
    assert f'hx-trigger="every {every}"' in panel(ready, run_id).text


def test_while_it_runs_it_tells_how_far_it_is(ready: Person, app: Flask) -> None:
    run_id = a_run(app, state="running", total=128, done=57, counts={"moved": 31, "rejected": 1})
    answer = panel(ready, run_id)
    (bar,) = parsed(answer.text).iter("progress")
    assert (bar.get("value"), bar.get("max")) == ("57", "128")
    assert "57 of 128" in text(answer.text)
    assert 'hx-trigger="every 1s"' in answer.text
    assert "HX-Trigger" not in answer.headers
    assert 'id="live"' not in answer.text
    assert counts(answer.text)["moved"] == 31
    assert 'class="zero"' in answer.text


def test_before_the_number_is_known_the_bar_says_what_is_done(ready: Person, app: Flask) -> None:
    answer = panel(ready, a_run(app, state="running"))
    (bar,) = parsed(answer.text).iter("progress")
    assert bar.get("value") is None
    assert "Looking in Xero" in text(answer.text)


STATES = [
    ({"state": "queued"}, "Waits for its turn", True),
    ({"state": "running", "total": 3, "done": 1}, "1 of 3", True),
    ({"state": "running", "total": 3, "stop_asked": True}, "Stopping", True),
    ({"state": "waiting", "waits_for": "xero", "total": 9, "problems": [stored("xero_disconnected")]},
     "Waits for your Xero login", False),
    ({"state": "waiting", "waits_for": "xero", "problems": [stored("organisation_changed", name="Studio")]},
     "The run is for Studio", False),
    ({"state": "waiting", "waits_for": "bitrix24"}, "Waits for your sign-in to Bitrix24", False),
    ({"state": "waiting", "waits_for": "time", "resume_at": utc_now(), "problems": [stored("xero_day_limit", hours=3)]},
     "It is renewed within 3 h.", True),
    ({"state": "finished", "ended_at": utc_now()}, "Xero has nothing new", False),
    ({"state": "finished", "ended_at": utc_now(), "total": 2, "done": 2, "counts": {"moved": 1}},
     "1 invoice waits for somebody to whom Bitrix24 shows it", False),
    ({"state": "stopped", "ended_at": utc_now(), "total": 3, "done": 1}, "What was done stays done", False),
    ({"state": "closed", "ended_at": utc_now(), "problems": [stored("run_closed", left=4)]}, "Not done: 4.", False),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "words", "moves"), STATES)
def test_every_state_has_its_words_and_asks_only_while_something_moves(
    ready: Person, app: Flask, columns: dict[str, Any], words: str, moves: bool
) -> None:
    run_id = a_run(app, **columns)
    page = ready.client.get(f"/runs/{run_id}")
    check(page.text)
    assert words in text(page.text)
    answer = panel(ready, run_id)
    assert asks_again(answer) == moves
    ended = columns["state"] in ("finished", "stopped", "closed")
    assert (answer.headers.get("HX-Trigger") == "run-ended") == ended
    assert bool(list(parsed(answer.text).iter("form"))) != ended
    assert set(counts(answer.text)) == set(OUTCOMES)


def test_watching_costs_no_call(ready: Person, app: Flask, vendors: Vendors) -> None:
    run_id = a_run(app, state="running", total=3)
    vendors.forget_requests()
    panel(ready, run_id)
    ready.client.get(f"/runs/{run_id}")
    assert vendors.calls("xero") + vendors.calls("bitrix24") == []


def test_a_run_that_waits_for_a_login_leads_to_it_and_back(ready: Person, app: Flask) -> None:
    run_id = a_run(app, state="waiting", waits_for="xero", total=9)
    page = ready.client.get(f"/runs/{run_id}").text
    (link,) = (a for a in parsed(page).iter("a") if a.get("class") == "primary")
    assert (link.text, link.get("href")) == ("Connect to Xero", f"/xero/connect?next=/runs/{run_id}")
    start = ready.client.get(link.get("href"))
    back = ready.client.get(re.sub(r"^https?://[^/]+", "", ready.at_xero(start.headers["Location"])))
    assert back.headers["Location"] == f"/runs/{run_id}"
    with app.app_context():
        assert db.session.get_one(SyncRun, run_id).state == "queued"


def test_a_run_that_waits_for_the_sign_in_leads_to_it_though_one_is_signed_in(ready: Person, app: Flask) -> None:
    run_id = a_run(app, state="waiting", waits_for="bitrix24")
    page = ready.client.get(f"/runs/{run_id}").text
    (link,) = (a for a in parsed(page).iter("a") if a.get("class") == "primary")
    assert ready.client.get(link.get("href")).headers["Location"].startswith("http")


def test_the_latest_problems_stand_there_with_their_fixes(ready: Person, app: Flask) -> None:
    run_id = a_run(app, state="running", total=20, done=9, counts={"skipped": 7, "moved": 2})
    gone = stored("stage_vanished_now", stage="DT31_7:OLD", status="part")
    for number in range(7):
        an_entry(app, run_id, number=f"INV-000{number}", outcome="skipped", problems=[gone])
    an_entry(app, run_id, number="INV-0099", before="Sent", after="Paid")
    page = panel(ready, run_id).text
    assert re.findall(r"INV-\d+", text(page)) == ["INV-0006", "INV-0005", "INV-0004", "INV-0003", "INV-0002"]
    assert "“Part paid” moves invoices to a stage that is gone" in text(page)
    assert 'href="/setup#moves"' in page


def test_the_invoices_page_shows_the_run_that_is_under_way(ready: Person, app: Flask, tom: Person) -> None:
    run_id = a_run(app, state="running", total=3, done=1)
    page = ready.client.get("/invoices").text
    check(page)
    assert f'id="run-{run_id}"' in page
    assert 'hx-trigger="run-ended from:body"' in page
    tom.connect()
    assert f'id="run-{run_id}"' not in tom.client.get("/invoices").text


def test_the_invoices_page_shows_no_run_that_has_ended(ready: Person, app: Flask) -> None:
    now = utc_now()
    run_id = a_run(app, state="finished", ended_at=now - timedelta(minutes=5), counts={"moved": 3, "unchanged": 240})
    page = ready.client.get("/invoices").text
    assert f'id="run-{run_id}"' not in page
    assert "Xero: as of" in text(page)


# -- told elsewhere ---------------------------------------------------------------------------------------------------


def news(person: Person, run_id: int) -> Any:
    return person.client.get(f"/runs/{run_id}/news", headers=HTMX)


@pytest.mark.parametrize(
    "columns",
    [{"state": "queued"}, {"state": "running", "total": 3, "done": 1},
     {"state": "waiting", "waits_for": "time", "resume_at": utc_now()}],
)  # fmt: skip
def test_of_a_run_that_moves_there_is_no_news(ready: Person, app: Flask, columns: dict[str, Any]) -> None:
    answer = news(ready, a_run(app, **columns))
    assert (answer.status_code, answer.text) == (204, "")


NEWS = [
    ({"state": "finished", "counts": {"moved": 3}}, "Update from Xero finished: 3 moved.", "good"),
    ({"state": "finished", "asked": {"only": 7}}, "Update from Xero finished: nothing new.", "good"),
    ({"state": "finished", "kind": "push", "counts": {"created": 2, "rejected": 1}},
     "Create / Edit on Xero finished: 2 created, 1 rejected.", "warn"),
    ({"state": "stopped", "counts": {"moved": 1}}, "Update from Xero was stopped: 1 moved.", ""),
    ({"state": "closed", "waits_for": "xero"}, "closed after 24 hours of waiting: nothing new.", "warn"),
    ({"state": "waiting", "waits_for": "xero"}, "Update from Xero waits for your Xero login.", "warn"),
    ({"state": "waiting", "waits_for": "bitrix24"}, "Update from Xero waits for your sign-in to Bitrix24.", "warn"),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "words", "tone"), NEWS)
def test_what_moves_no_more_is_told_with_a_way_to_the_run(
    ready: Person, app: Flask, columns: dict[str, Any], words: str, tone: str
) -> None:
    run_id = a_run(app, **columns)
    answer = news(ready, run_id)
    assert answer.status_code == 200
    strict(f"<!doctype html><html><head><title>a</title></head><body>{answer.text}</body></html>")
    (toast,) = (e for e in parsed(answer.text).iter("div") if "toast" in (e.get("class") or "").split())
    assert words in text(answer.text)
    assert (toast.get("class").split()[1:], toast.get("data-run")) == ([tone] if tone else [], str(run_id))
    assert [a.get("href") for a in toast.iter("a")] == [f"/runs/{run_id}"]


def test_news_is_for_the_runs_person_alone(ready: Person, app: Flask, tom: Person) -> None:
    of_mere, of_tom = (a_run(app, name, state="finished") for name in ("Mere Tautahi", "Tom Hallam"))
    assert news(tom, of_tom).status_code == 200
    assert news(tom, of_mere).status_code == 404
    assert news(ready, of_tom).status_code == 404  # an administrator may read the run, but it was not theirs
    for number in ("0", "999999", "99999999999999999999"):
        assert ready.client.get(f"/runs/{number}/news", headers=HTMX).status_code == 404


def test_news_costs_no_call(ready: Person, app: Flask, vendors: Vendors) -> None:
    moving, ended = a_run(app, state="running"), a_run(app, state="finished")
    vendors.forget_requests()
    news(ready, moving), news(ready, ended), ready.client.get("/activity")
    assert vendors.calls("xero") + vendors.calls("bitrix24") == []


def test_every_page_knows_its_persons_runs_that_move(ready: Person, app: Flask, tom: Person) -> None:
    mine = [a_run(app, state="running"), a_run(app, kind="push", state="waiting", waits_for="time")]
    (
        a_run(app, state="finished"),
        a_run(app, state="waiting", waits_for="xero"),
        a_run(app, "Tom Hallam", state="queued"),
    )
    page = parsed(ready.client.get("/products").text)
    (toasts,) = (e for e in page.iter("div") if e.get("id") == "toasts")
    assert [int(run) for run in toasts.get("data-moving").split()] == mine
    panel_of_another = ready.client.get(f"/runs/{a_run(app, 'Tom Hallam', state='running')}").text
    assert [e for e in parsed(panel_of_another).iter("section") if e.get("data-run")] == []


# -- stopping ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("state", "after"), [("queued", "stopped"), ("waiting", "stopped"), ("running", "running")])
def test_stop(ready: Person, app: Flask, state: str, after: str) -> None:
    run_id = a_run(app, state=state)
    stop = form(ready.client.get(f"/runs/{run_id}").text, f"/runs/{run_id}/stop")
    assert stop.says("Stop")
    answer = ready.client.post(stop.action, data=stop.values)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/runs/{run_id}")
    with app.app_context():
        run = db.session.get_one(SyncRun, run_id)
        assert (run.stop_asked, run.state) == (True, after)


def test_stop_by_htmx_answers_the_panel(ready: Person, app: Flask) -> None:
    stopping = post(ready, f"/runs/{a_run(app, state='running')}/stop", htmx=True)
    assert "Stopping" in text(stopping.text)
    assert asks_again(stopping)
    stopped = post(ready, f"/runs/{a_run(app, state='queued')}/stop", htmx=True)
    assert "Stopped" in text(stopped.text)
    assert stopped.headers["HX-Trigger"] == "run-ended"


def test_what_has_ended_is_not_stopped(ready: Person, app: Flask) -> None:
    run_id = a_run(app, state="finished", ended_at=utc_now())
    assert post(ready, f"/runs/{run_id}/stop").status_code == 303
    with app.app_context():
        assert not db.session.get_one(SyncRun, run_id).stop_asked


# -- who may ----------------------------------------------------------------------------------------------------------


def test_a_run_is_its_persons_and_the_administrators(ready: Person, app: Flask, tom: Person) -> None:
    of_mere, of_tom = a_run(app, state="running"), a_run(app, "Tom Hallam", state="waiting", waits_for="xero")
    for headers in ({}, HTMX):
        assert tom.client.get(f"/runs/{of_mere}", headers=headers).status_code == 404
        assert tom.client.get(f"/runs/{of_tom}", headers=headers).status_code == 200
    assert post(tom, f"/runs/{of_mere}/stop").status_code == 404
    page = ready.client.get(f"/runs/{of_tom}").text
    check(page)
    assert "Waits for the Xero login of Tom Hallam" in text(page)
    assert "/xero/connect?next" not in page


@pytest.mark.parametrize("number", ["0", "999999", "2147483648", "99999999999999999999", "abc", "-1"])
def test_a_run_that_is_none_is_not_found(ready: Person, number: str) -> None:
    assert ready.client.get(f"/runs/{number}").status_code == 404
    assert post(ready, f"/runs/{number}/stop").status_code == 404


def test_the_wrong_verb_is_told_so(ready: Person, app: Flask) -> None:
    run_id = a_run(app, state="queued")
    assert ready.client.get(f"/runs/{run_id}/stop").status_code == 405
    assert ready.client.get("/invoices/7/pull").status_code == 405
    assert post(ready, f"/runs/{run_id}").status_code == 405


@pytest.mark.parametrize(("verb", "address"), [("POST", "/runs/pull"), ("POST", "/invoices/7/pull"),
                                               ("GET", "/runs/1"), ("POST", "/runs/1/stop")])  # fmt: skip
def test_nobody_comes_without_a_sign_in(app: Flask, verb: str, address: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    answer = app.test_client().open(address, method=verb)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/login")


def test_a_lapsed_login_leads_from_the_press_to_the_connection_and_back_to_the_list(ready: Person, app: Flask) -> None:
    with app.app_context():
        db.session.scalars(select(XeroLogin)).one().ends_at = utc_now() - timedelta(minutes=1)
        db.session.commit()
    token = ready.token()
    answer = ready.client.post(
        "/runs/pull", data={"csrf_token": token},
        headers={**HTMX, "HX-Current-URL": "http://localhost/invoices?stage=DT31_7:S"},
    )  # fmt: skip
    assert answer.headers["HX-Redirect"].endswith("next=/invoices?stage%3DDT31_7:S")


@pytest.mark.parametrize("code", ["xero_down", "xero_unreadable", "xero_busy", "bitrix24_down", "bitrix24_busy"])
def test_a_run_that_goes_on_by_itself_asks_nobody_to_try_again(ready: Person, app: Flask, code: str) -> None:
    waits = {"state": "waiting", "waits_for": "time", "resume_at": utc_now(), "problems": [stored(code, seconds=30)]}
    said = text(ready.client.get(f"/runs/{a_run(app, **waits)}").text)
    assert "It goes on by itself" in said
    assert "Try again in a moment" not in said.partition("b24xero did not answer")[0]
    assert "Nothing was" not in said.partition("b24xero did not answer")[0]

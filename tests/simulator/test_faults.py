"""Planned and random failures: each does what it says to the connection and to the books, in the vendor's own words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from b24xero.simulator import http, world
from b24xero.simulator.faults import KINDS, Chance, Fault
from b24xero.simulator.world import World

LIST = {"entityTypeId": 31, "start": -1}
APPLIED = {"drop_after", "error_after", "gateway_after", "truncate", "slow"}


@dataclass
class Both:
    """Both vendors on one socket, and a client with a token for each."""

    base: str
    built: World

    def control(self, name: str, **values: Any) -> Any:
        answer = requests.post(f"{self.base}/_control/{name}", json=values, timeout=60)
        assert answer.ok, answer.text
        return answer.json()

    def bitrix24(self) -> requests.Response:
        token = self.control("bitrix24/token", user_id=1)["access_token"]
        return requests.post(f"{self.base}/bitrix24/rest/crm.item.list", json={**LIST, "auth": token}, timeout=60)

    def add_contact(self, name: str) -> requests.Response:
        """A write at Xero."""
        token = self.control("xero/token")["access_token"]
        organisation = next(iter(self.built.xero.organisations))
        headers = {"Authorization": f"Bearer {token}", "xero-tenant-id": organisation, "Accept": "application/json"}
        body = {"Contacts": [{"Name": name}]}
        return requests.put(f"{self.base}/xero/api.xro/2.0/Contacts", json=body, headers=headers, timeout=60)

    def has_contact(self, name: str) -> bool:
        return name in [contact["Name"] for contact in self.control("xero/contacts")]


@pytest.fixture(scope="module")
def served() -> Iterator[Both]:
    built = world.build("http://localhost:9", limits=False)
    with http.serving(built.server) as base:
        yield Both(base, built)


@pytest.fixture
def both(served: Both) -> Both:
    served.control("faults/clear")
    return served


@pytest.mark.parametrize("kind", KINDS["xero"])
def test_each_kind_applies_the_write_or_does_not(both: Both, kind: str) -> None:
    both.control("faults/random", vendor="xero", rate=1, kinds=[kind], seconds=0.05)
    name = f"Acme Plumbing {kind}"
    try:
        said = both.add_contact(name).status_code
    except requests.exceptions.RequestException:
        said = 0
    wanted = {"drop_before": 0, "drop_after": 0, "truncate": 0, "slow": 200, "limit": 429, "unavailable": 503}
    status = wanted.get(kind, 502 if kind.startswith("gateway") else 500)
    assert (said, both.has_contact(name)) == (status, kind in APPLIED)


def test_xeros_limit_comes_without_a_body_and_says_when_to_come_again(both: Both) -> None:
    both.control("faults/random", vendor="xero", rate=1, kinds=["limit"])
    answer = both.add_contact("Acme Plumbing")
    assert (answer.content, answer.headers["Retry-After"]) == (b"", "1")
    assert answer.headers["X-Rate-Limit-Problem"] == "minute"


@pytest.mark.parametrize(
    ("kind", "status", "code"), [("limit", 503, "QUERY_LIMIT_EXCEEDED"), ("expired", 401, "expired_token")]
)
def test_the_portal_refuses_in_its_own_words(both: Both, kind: str, status: int, code: str) -> None:
    both.control("faults/random", vendor="bitrix24", rate=1, kinds=[kind])
    answer = both.bitrix24()
    assert (answer.status_code, answer.json()["error"]) == (status, code)


def test_a_fifth_means_a_fifth_and_the_same_seed_hits_the_same_calls(both: Both) -> None:
    def hit(seed: int) -> list[str]:
        chance = Chance("bitrix24", rate=0.2, seed=seed)
        request = Request(EnvironBuilder("/rest/crm.item.list").get_environ())
        faults = [chance.fault("bitrix24", request) for _ in range(1000)]
        return [fault.do if fault else "" for fault in faults]

    assert hit(1) == hit(1) != hit(2)
    assert 160 < 1000 - Counter(hit(1))[""] < 240


def test_sign_in_pages_and_tokens_are_left_alone(both: Both) -> None:
    for vendor in KINDS:
        both.control("faults/random", vendor=vendor, rate=1, kinds=["error_before"])
    assert (
        requests.get(f"{both.base}/bitrix24/oauth/authorize/", params={"client_id": "x"}, timeout=60).status_code == 400
    )
    assert requests.get(f"{both.base}/bitrix24-oauth/oauth/token/", timeout=60).status_code == 400
    assert requests.get(f"{both.base}/xero/identity/connect/authorize", timeout=60).status_code != 500
    assert both.bitrix24().status_code == 500
    assert both.control("faults/clear") == {"xero": {"seen": 0, "hit": 0}, "bitrix24": {"seen": 1, "hit": 1}}
    assert both.bitrix24().status_code == 200


def test_what_was_planned_comes_before_what_chance_has_in_store(both: Both) -> None:
    both.control("faults/random", vendor="bitrix24", rate=1, kinds=["gateway_before"])
    both.control("faults", do="answer", vendor="bitrix24", status=418)
    assert [both.bitrix24().status_code for _ in range(2)] == [418, 502]


def test_what_is_held_is_carried_out_when_it_is_let_go_or_never(both: Both) -> None:
    for held, status in ((Fault("hold", vendor="bitrix24"), 200), (Fault("hold", vendor="bitrix24"), 0)):
        both.built.server.faults.append(held)
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(both.bitrix24)
            held.held.until_there()
            assert not asked.done()
            if status:
                held.held.let_go()
                assert asked.result().status_code == status
            else:
                held.held.lose()
                with pytest.raises(requests.ConnectionError):
                    asked.result()


def test_an_act_happens_right_before_the_call_and_the_vendor_answers_as_it_does_after_it(both: Both) -> None:
    values = {"id": 1, "app_access": False}
    both.control("faults", do="act", vendor="bitrix24", control="bitrix24/user", values=values)
    answer = both.bitrix24()
    both.control("bitrix24/user", id=1, app_access=True)
    assert (answer.status_code, answer.json()["error"]) == (401, "user_access_error")


@pytest.mark.parametrize(
    ("control", "values"),
    [
        ("faults", {"do": "vanish"}),
        ("faults", {"do": "act", "control": "bitrix24/no-such"}),
        ("faults/random", {"vendor": "quickbooks"}),
        ("faults/random", {"vendor": "xero", "kinds": ["expired"]}),
    ],
)
def test_a_misspelt_fault_is_refused(both: Both, control: str, values: dict[str, Any]) -> None:
    assert requests.post(f"{both.base}/_control/{control}", json=values, timeout=60).status_code == 400


def test_every_move_to_another_stage_is_remembered(both: Both) -> None:
    made = both.control("bitrix24/invoice", title="Bathroom", stageId="DT31_7:S", by=1)["item"]["id"]
    for stage in ("P", "P", "D"):
        both.control("bitrix24/move", id=made, stage=stage, by=7)
    moves = [move for move in both.control("bitrix24/moves") if move["id"] == made]
    assert [(move["from"], move["to"], move["by"]) for move in moves] == [
        ("DT31_7:S", "DT31_7:P", 7),
        ("DT31_7:P", "DT31_7:D", 7),
    ]

"""The address that Xero posts to, hurried and deceived; how soon what it tells shows; what a day without news costs."""

from __future__ import annotations

import base64
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import requests
from sqlalchemy import select

from b24xero.db.models import AutomaticSync, Organisation, utc_now
from b24xero.db.transactions import writing
from b24xero.extensions import db
from b24xero.simulator.xero import webhooks as simulated
from b24xero.xero import webhooks
from bench import payments
from bench.fairness import served
from bench.news import KEY, World
from bench.place import Place
from bench.workers import working

A_SECOND = 200


def forged(count: int, seed: int = 1) -> int:
    """How many of so many posts that somebody else made, or that were changed on the way, are taken for Xero's own."""
    chance, taken = random.Random(seed), 0
    for n in range(count):
        post = simulated.signed({"events": [{"tenantId": str(n), "eventCategory": "INVOICE"}]}, KEY)
        body, signature = bytearray(post["body"].encode()), bytearray(base64.b64decode(post["signature"]))
        at = chance.randrange(len(body) + len(signature) + 1)
        if at < len(body):
            body[at] ^= 1 << chance.randrange(7)
        elif at < len(body) + len(signature):
            signature[at - len(body)] ^= 1 << chance.randrange(8)
        else:
            signature = bytearray(chance.randbytes(32))
        taken += webhooks.is_signed(bytes(body), base64.b64encode(signature).decode(), (KEY,))
    return taken


def hurried(here: Place, seconds: float) -> dict[str, object]:
    """Two hundred posts a second to the app as it is served."""
    tenant = _tenant(here)
    with here.app.app_context(), writing():
        sync = db.session.scalars(select(AutomaticSync)).one()
        sync.has_news, sync.heard_at, sync.sequence = False, None, 0
    answers: list[tuple[int, float]] = []
    with served(here) as base, ThreadPoolExecutor(16) as senders:
        began = time.monotonic()
        for n in range(int(A_SECOND * seconds)):
            time.sleep(max(0.0, began + n / A_SECOND - time.monotonic()))
            senders.submit(_post, base, tenant, n, answers)
        senders.shutdown()
        took = time.monotonic() - began
    with here.app.app_context():
        heard = db.session.scalars(select(AutomaticSync)).one()
    lost = sum(status != 200 for status, _ in answers)
    return {
        "posts": len(answers), "posts a second": round(len(answers) / took), "not answered 200": lost,
        "p95, ms": round(_p95([milliseconds for _, milliseconds in answers])),
        "news is noted": heard.has_news and heard.heard_at is not None,
    }  # fmt: skip


_mine = threading.local()


def _post(base: str, tenant: str, n: int, answers: list[tuple[int, float]]) -> None:
    wire: requests.Session = _mine.__dict__.setdefault("wire", requests.Session())
    post = event_of(tenant, n)
    began = time.monotonic()
    try:
        headers = {webhooks.SIGNATURE: post["signature"], "Content-Type": "application/json"}
        status = wire.post(f"{base}/webhooks/xero", data=post["body"], headers=headers, timeout=10).status_code
    except requests.RequestException:
        status = 0
    answers.append((status, (time.monotonic() - began) * 1000))


def in_process(here: Place, count: int) -> float:
    """Milliseconds within which 95 of 100 posts are answered, without a wire."""
    client, tenant, took = here.app.test_client(), _tenant(here), []
    for n in range(count):
        post = event_of(tenant, n)
        began = time.perf_counter()
        answer = client.post("/webhooks/xero", data=post["body"], headers={webhooks.SIGNATURE: post["signature"]})
        took.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(answer.status_code)
    return round(_p95(took), 1)


def event_of(tenant: str, n: int) -> dict[str, str]:
    event = {"tenantId": tenant, "eventCategory": "INVOICE", "eventType": "UPDATE", "resourceId": f"{n:032x}"}
    return simulated.signed({"events": [event], "firstEventSequence": n, "lastEventSequence": n}, KEY)


def _tenant(here: Place) -> str:
    with here.app.app_context():
        return db.session.scalars(select(Organisation.xero_id).join(AutomaticSync)).one()


def _p95(figures: list[float]) -> float:
    return sorted(figures)[len(figures) * 95 // 100]


def shown(world: World, count: int) -> dict[str, object]:
    """Seconds from a payment in Xero to its stage in Bitrix24, with a worker of its own and the webhook."""
    world.write(count)
    world.pass_time(timedelta(minutes=3))
    world.look()
    with world.here.app.app_context(), writing():  # the clocks that were handed in lie ahead of the worker's
        sync = db.session.scalars(select(AutomaticSync)).one()
        sync.asked_xero_at = sync.asked_bitrix24_at = utc_now()
    took = []
    world.posts()
    with working(world.here, count=1):
        time.sleep(5)
        for id, found in list(world.in_xero().items())[-count:]:
            began = time.monotonic()
            world.here.control("xero/pay", invoice=found[0]["InvoiceID"])
            for post in world.posts():
                world.person.client.post(
                    "/webhooks/xero", data=post["body"], headers={webhooks.SIGNATURE: post["signature"]}
                )
            while world.here.invoice(id)["stageId"] != payments.PAID and time.monotonic() - began < 60:
                time.sleep(0.1)
            took.append(time.monotonic() - began)
    return {
        "payments": len(took),
        "shown within, p95, s": round(_p95(took), 1),
        "median, s": round(sorted(took)[len(took) // 2], 1),
    }


def link(world: World, count: int) -> None:
    """As many as so many invoices stand in both systems."""
    if missing := max(0, count - len(world.titles)):
        world.write(missing)
        world.pass_time(timedelta(minutes=3))
        world.look()
        world.posts()


def idle_day(world: World, *, is_told: bool) -> dict[str, object]:
    """Calls of a day on which nothing happens. Where we are told of nothing, the daily reading of all that is open is
    among them; where we are told, it comes once in as many days as there are thousands."""
    with world.here.app.app_context(), writing():
        sync = db.session.scalars(select(AutomaticSync)).one()
        sync.untold, sync.found_at = (0 if is_told else 1), None
        organisation = db.session.get_one(Organisation, sync.organisation_id)
        organisation.swept_at = organisation.swept_at if is_told else None
    world.posts()
    world.here.control("requests/clear")
    for _ in range(24 * 60):
        world.pass_time(timedelta(minutes=1))
        world.look()
    # Their clock is ahead of ours here, so that tokens end before their time: those refusals are no calls of a day.
    seen = [one for one in world.here.control("requests") if one["status"] != 401]
    xero = [one for one in seen if one["vendor"] == "xero" and "/api.xro/" in one["path"]]
    return {
        "linked": len(world.titles),
        "calls to Xero": len(xero),
        "calls to Bitrix24": sum(one["vendor"] == "bitrix24" for one in seen),
    }

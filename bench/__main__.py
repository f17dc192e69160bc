"""The command ``python3 run.py bench``: which bench runs, on what, and how its table is printed."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping, Sequence

from bench import fairness, fuzz, invoices, news, payments, report, rolling, sheet, webhooks
from bench import table as whole_table
from bench.chaos import Course, Pulls, Pushes, Storm, weather
from bench.place import DATABASES, admin, colleagues, fresh_folder, place
from bench.verdict import Verdict, of_pull, of_push, said

INVOICES = {"postgresql": 10_000, "sqlite": 2_000}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="run.py bench", description="How fast it is, and whether it holds.")
    parser.add_argument("--small", action="store_true", help="a hundredth of everything, and nothing is written down")
    commands = parser.add_subparsers(dest="command")
    fuzz_parser = commands.add_parser("fuzz", help="requests of any shape, and vendors whose fields have other types")
    fuzz_parser.add_argument("--requests", type=int, default=10_000)
    fuzz_parser.add_argument("--one-in", type=int, default=7, help="of all odd values in all fields; 1 takes long")
    fuzz_parser.add_argument("--database", choices=DATABASES, default="sqlite")
    sheet_parser = commands.add_parser("sheet", help="the month end of many invoices at the vendors' own limits")
    sheet_parser.add_argument("--invoices", type=int, default=9_700, help="beside those of the portal: 10,000 at most")
    commands.add_parser("fairness", help="a vendor that hangs and clients that are slow, on the server as it is served")
    rolling_parser = commands.add_parser("rolling", help="webs and workers replaced one by one while people press")
    rolling_parser.add_argument("--invoices", type=int, default=400, help="a quarter of them goes in one run")
    rolling_parser.add_argument("--rounds", type=int, default=3)
    chaos_parser = commands.add_parser(
        "chaos", help="push and pull while a fifth of all calls fail and workers are killed"
    )
    chaos_parser.add_argument("--invoices", type=int, help="default: 10,000 on PostgreSQL, 2,000 on SQLite")
    chaos_parser.add_argument("--payments", type=int, help="of so many invoices; default: of every second one")
    chaos_parser.add_argument("--database", choices=DATABASES, help="default: one after the other")
    chaos_parser.add_argument("--numbers", choices=("bitrix24", "xero"), default="bitrix24", help="who numbers them")
    chaos_parser.add_argument("--old", action="store_true", help="a portal of old invoices (crm.invoice.*)")
    chaos_parser.add_argument("--seed", type=int, default=1)
    news_parser = commands.add_parser(
        "news", help="automatic sync while events get lost, either side is away and workers are killed"
    )
    news_parser.add_argument("--changes", type=int, default=1_000)
    news_parser.add_argument("--rounds", type=int, default=12)
    news_parser.add_argument("--ping-pong", type=int, default=1_000)
    news_parser.add_argument("--forged", type=int, default=100_000)
    news_parser.add_argument("--seconds", type=float, default=30, help="of 200 posts each")
    news_parser.add_argument("--database", choices=DATABASES, default="sqlite")
    news_parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args(arguments)
    if wanted.command == "news":
        return automatic(wanted)
    if wanted.command == "chaos":
        databases = [wanted.database] if wanted.database else list(INVOICES)
        storm, numbers = Storm(seed=wanted.seed), wanted.numbers
        counts = {name: wanted.invoices or INVOICES[name] for name in databases}
        return max([
            chaos(name, count, storm, numbers, old=wanted.old, paid=wanted.payments) for name, count in counts.items()
        ])  # fmt: skip
    if wanted.command == "sheet":
        return month_end(wanted.invoices)
    if wanted.command == "rolling":
        return rolled(wanted.invoices, wanted.rounds)
    if wanted.command == "fuzz":
        return fuzzed(wanted.database, wanted.requests, wanted.one_in)
    return fair() if wanted.command == "fairness" else whole(small=wanted.small)


def whole(*, small: bool) -> int:
    """The table, printed and written into the documentation; a small one is only printed."""
    size = whole_table.SMALL if small else whole_table.Size()
    sections = whole_table.made(size, lambda words: print(f"  {words}", flush=True))
    print(report.text(sections))
    if not small:
        report.write(sections)
    return 0


def chaos(database: str, count: int, storm: Storm, numbers: str, *, old: bool = False, paid: int | None = None) -> int:
    """Push so many invoices, then pull the payments of so many of them, or of half; 1 when anything is not as it must
    be."""
    heading(
        f"{database}: {count:,} invoices, {storm.rate:.0%} of all calls faulty, two workers, one killed every 3-5 s"
    )
    with place(database, fresh_folder(database), "old" if old else "new") as here:
        began = time.monotonic()
        mere = admin(here, **(payments.OLD_SET_UP if old else payments.SET_UP), number=numbers)
        everyone = [mere, *colleagues(here)]
        share = invoices.write(here, count, storm.seed)
        ids = [id for own in share.values() for id in own]
        print(f"  the world was made in {time.monotonic() - began:.0f} s", flush=True)
        course = weather(here, storm, lambda c: [Pushes(here, one, c, share[one.name]) for one in everyone])
        wrong = told("push", course, of_push(here, ids))
        stages = payments.receive(here, ids[: count // 2 if paid is None else paid], storm.seed)
        before = {id: said(here, id) for id in stages} if old else None
        course = weather(here, storm, lambda c: [Pulls(here, mere, c)])
        return max(wrong, told("pull", course, of_pull(here, stages, before)))


def rolled(count: int, rounds: int) -> int:
    """Replace every process of the Procfile so many times under load; 1 when a press was lost or is unclear."""
    heading("postgresql: two webs and two workers, replaced one by one while four people press")
    with place("postgresql", fresh_folder("rolling")) as here:
        told, ids = rolling.replaced(here, count, rounds)
        verdict = of_push(here, ids)
    unclear = sum(n for status, n in told.answers.items() if status != "200")
    ended = sum(n for code, n in told.codes.items() if code)
    table("rolling", {
        **verdict.figures, "presses answered": told.answers["200"], "unclear": unclear,
        "ended otherwise than well": ended,
        "longest answer, ms": round(told.longest * 1000), "seconds": round(told.seconds),
    })  # fmt: skip
    print(
        f"  answers {dict(told.answers)}; run {told.run}; {sum(told.codes.values())} processes ended {dict(told.codes)}"
    )
    return int(wrongs(verdict) > 0 or unclear > 0 or ended > 0)


def automatic(wanted: argparse.Namespace) -> int:
    """Automatic sync in bad weather, back and forth, hurried, deceived and idle; 1 when anything is not as it must
    be."""
    began, wrong = time.monotonic(), 0
    with place(wanted.database, fresh_folder(wanted.database), XERO_WEBHOOK_KEYS=news.KEY) as here:
        world = news.begin(here, wanted.seed)
        news.storm(world, wanted.changes, wanted.rounds)
        wrong += judged("after the weather", news.caught_up(world))
        table("on the way", {**world.counts, "seconds": round(time.monotonic() - began)})
        table("a gap of 30 hours", news.gap(world, min(100, wanted.changes)))
        wrong += judged("back and forth", news.ping_pong(world, wanted.ping_pong))
        table("an idle day, polling", webhooks.idle_day(world, is_told=False))
        table("an idle day, told", webhooks.idle_day(world, is_told=True))
        table("paid in Xero, shown in Bitrix24", webhooks.shown(world, 20))
        table("200 posts a second", webhooks.hurried(here, wanted.seconds))
        taken = webhooks.forged(wanted.forged)
        table(
            "posts",
            {"p95 without a wire, ms": webhooks.in_process(here, 200), f"taken of {wanted.forged:,} forged": taken},
        )
    return int(bool(wrong or taken))


def judged(title: str, verdict: Verdict) -> int:
    """Print it; 1 when something is wrong."""
    table(title, verdict.figures)
    return wrongs(verdict)


def fair() -> int:
    """A hundred presses on a vendor that hangs, then a hundred slow clients of each kind; 1 when others wait for it."""
    wrong = 0
    for title, work in (("a vendor that hangs", fairness.hanging), ("slow clients", fairness.slow)):
        with place("sqlite", fresh_folder("fairness")) as here:
            rows, found = work(here)
        table(title, rows)
        print("".join(f"  NOT AS IT MUST BE: {one}\n" for one in found), end="", flush=True)
        wrong += len(found)
    return int(wrong > 0)


def fuzzed(database: str, requests: int, one_in: int) -> int:
    """Ask anything of every address, then turn every field of every answer; 1 when anything was an accident."""
    fuzz.quick()
    wrong = 0
    for title, work, size in (("requests", fuzz.of_requests, requests), ("answers", fuzz.of_answers, one_in)):
        with place(database, fresh_folder(database)) as here:
            rows, accidents = work(here, size)
        table(title, {**rows, "accidents": len(accidents)})
        print("".join(f"  NOT AS IT MUST BE: {one[:300]}\n" for one in accidents[: fuzz.EXAMPLES]), end="", flush=True)
        wrong += len(accidents)
    return int(wrong > 0)


def month_end(count: int) -> int:
    """1 when it took longer, or asked more, than it may."""
    heading(f"month end of {count:,} invoices on both sides, at the vendors' limits")
    with place("sqlite", fresh_folder("sheet"), limits=True, **sheet.LIMITS) as here:
        admin(here)
        rows, wrong = sheet.found(sheet.timed(here, count))
    table("both read, compared and kept", rows)
    print("".join(f"  NOT AS IT MUST BE: {one}\n" for one in wrong), end="", flush=True)
    return int(bool(wrong))


def told(what: str, course: Course, verdict: Verdict) -> int:
    """Print how it went and what came of it; 1 when something is wrong."""
    table(what, {**verdict.figures, "seconds": round(course.seconds)})
    hits = [f"{vendor} {course.hits[vendor]} of {course.calls[vendor]}" for vendor in course.calls]
    rests = [f"{code} {n}" for code, n in course.rests.most_common()]
    print(
        f"  {course.runs} runs in {course.rounds} rounds, {course.kills} kills, {course.returns} times signed in again"
    )
    print(f"  calls hit: {', '.join(hits)}; rests: {', '.join(rests) or 'none'}", flush=True)
    return wrongs(verdict)


def wrongs(verdict: Verdict) -> int:
    """Print what is not as it must be; 1 when anything is not."""
    for name, examples in verdict.wrong.items():
        print(f"  NOT AS IT MUST BE: {name} is {verdict.figures[name]}, not {verdict.wanted[name]}: {examples}")
    return int(bool(verdict.wrong))


def heading(words: str) -> None:
    print(f"\n== {words}", flush=True)


def table(title: str, rows: Mapping[str, object]) -> None:
    width = max(map(len, rows), default=0)
    print(f"\n  {title}")
    for name, value in rows.items():
        shown = f"{value:,}" if isinstance(value, int) else value
        print(f"    {name:<{width}}  {shown:>10}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

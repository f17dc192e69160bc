"""``run.py bench news`` in small: events lost, doubled and out of order, outages, workers that die."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import news, webhooks
from bench.place import Place, place


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Place]:
    with place("sqlite", tmp_path, XERO_WEBHOOK_KEYS=news.KEY) as here:
        yield here


@pytest.mark.slow
def test_after_any_weather_the_next_look_has_caught_up(here: Place) -> None:
    world = news.begin(here)
    news.storm(world, changes=36, rounds=4, deaths=0.03)
    verdict = news.caught_up(world)
    assert verdict.wrong == {}, world.counts
    assert world.counts["deaths"] > 0
    assert world.counts["posts lost"] > 0


@pytest.mark.slow
def test_what_goes_back_and_forth_is_written_once_each(here: Place) -> None:
    assert news.ping_pong(news.begin(here), changes=4).wrong == {}


def test_posts_that_are_forged_or_changed_by_a_bit_are_none() -> None:
    assert webhooks.forged(2_000) == 0


@pytest.mark.slow
def test_a_gap_is_closed_with_one_call_a_thousand(here: Place) -> None:
    told = news.gap(news.begin(here), changes=8)
    assert told["changed in the gap"] == 8
    assert told["calls to Xero"] <= told["at most"]

"""How often somebody may ask."""

from __future__ import annotations

import logging
from uuid import uuid4

import pytest
from django.core.cache import cache
from redis import ConnectionError as NoCache

from loyalty_site.web import rates


@pytest.fixture
def name() -> str:
    rates.silence["until"] = 0.0
    return f"test-{uuid4()}"


def test_it_lets_so_many_through_in_a_minute_and_says_when_to_come_back(name: str) -> None:
    waits = [rates.seconds_to_wait(name, per_minute=5, now=1_000_000_000.0) for _ in range(7)]
    assert waits == [0, 0, 0, 0, 0, 20, 20]
    assert rates.seconds_to_wait(name, per_minute=5, now=1_000_000_020.0) == 0


def test_processes_share_the_allowance(name: str) -> None:
    def ask() -> int:
        rates.allowances.clear()  # as a process that has not asked before
        return rates.seconds_to_wait(name, per_minute=3, now=1_000_000_000.0)

    assert [bool(ask()) for _ in range(5)] == [False, False, False, True, True]


def test_a_large_allowance_costs_a_round_trip_for_a_hundredth_of_it(name: str) -> None:
    for _ in range(25):
        assert rates.seconds_to_wait(name, per_minute=1_000, now=1_000_000_000.0) == 0
    assert cache.get(f"rate:{name}:16666666") == 30


def test_nothing_is_refused_while_the_cache_is_down(
    name: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked = []

    def down(*_arguments: object) -> None:
        asked.append(1)
        raise NoCache

    monkeypatch.setattr(rates.cache, "add", down, raising=False)
    with caplog.at_level(logging.WARNING):
        waits = [rates.seconds_to_wait(name, per_minute=1, now=1_000_000_000.0) for _ in range(10)]
    assert (waits, len(asked), len(caplog.records)) == ([0] * 10, 1, 1)


def test_nought_is_no_limit(name: str) -> None:
    assert {rates.seconds_to_wait(name, per_minute=0, now=0.0) for _ in range(100)} == {0}

"""Tests of where a member's pace leads; every name finishes "it ..."."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from members.reading.purses import purses
from members.reading.tier_progress import progress_of
from members.tests import factories
from programs.tests.factories import document

pytestmark = pytest.mark.django_db

LEVELS = [{"code": "bronze", "name": "Bronze", "at": 0}, {"code": "gold", "name": "Gold", "at": 1_000}]


def short(window: dict[str, Any], amount: str, at: datetime) -> str:
    tiers = {"basis": "points", "window": window, "levels": LEVELS}
    anna = factories.account(program=factories.shop(terms_document=document(tiers=tiers)))
    factories.order(anna, amount, at=at)
    progress = progress_of(purses(anna.member, now=at)[0], now=at)
    assert progress is not None
    return progress.short_at_this_pace


MIDDLE = datetime(2026, 7, 2, 12, tzinfo=UTC)  # half of the year is over, and a bit


@pytest.mark.parametrize(("amount", "words"), [("300.00", "402"), ("500.00", "3"), ("510.00", "")])
def test_it_foretells_from_the_part_of_the_year_that_is_over(amount, words):
    assert short({"kind": "calendar_year"}, amount, MIDDLE) == words


def test_it_foretells_nothing_too_early_or_without_a_last_day():
    assert short({"kind": "calendar_year"}, "10.00", datetime(2026, 2, 1, tzinfo=UTC)) == ""
    assert short({"kind": "rolling", "months": 12}, "10.00", MIDDLE) == ""

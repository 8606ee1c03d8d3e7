"""What staff see at a glance; every name finishes "it …"."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from members.models import Account
from members.reading import glance
from members.reading.purses import purses
from members.tests import factories
from members.tests.factories import NOW
from programs.tests.factories import document

pytestmark = pytest.mark.django_db


def said(account: Account, *, now: datetime = NOW, **fields: Any) -> list[str]:
    for name, value in fields.items():
        setattr(account.member, name, value)
    held = purses(account.member, now=now)
    found = glance.badges(account.member, held, merchant=account.program.merchant, location="", now=now)
    return [badge.text for badge in found]


def test_says_what_expires_within_a_month_and_on_which_day() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "85.00", at=datetime(2025, 3, 31, 10, tzinfo=UTC))
    assert said(account) == ["85 expire on 31\u00a0Mar"]
    assert said(account, now=NOW - timedelta(days=30)) == []


def test_says_what_is_on_the_way() -> None:
    terms = document(earning={"pending_days": 9})
    account = factories.account(program=factories.shop(terms_document=terms))
    factories.order(account, "96.00", at=NOW)
    assert said(account) == ["96 on the way, 19\u00a0Mar"]


@pytest.mark.parametrize(
    ("born_on", "words"),
    [
        (date(1990, 3, 10), ["Birthday today"]),
        (date(1990, 3, 31), ["Birthday 31\u00a0Mar"]),
        (date(1990, 4, 1), []),
        (date(1990, 3, 9), []),
    ],
)
def test_says_when_a_birthday_is_near(born_on: date, words: list[str]) -> None:
    assert said(factories.account(program=factories.shop()), born_on=born_on) == words


def test_keeps_a_birthday_of_29_february_on_the_28th() -> None:
    assert glance.next_birthday(date(2000, 2, 29), date(2026, 2, 1)) == date(2026, 2, 28)
    assert glance.next_birthday(date(2000, 2, 29), date(2026, 3, 1)) == date(2027, 2, 28)
    assert glance.next_birthday(date(2000, 2, 29), date(2028, 2, 1)) == date(2028, 2, 29)


def test_says_that_a_card_is_blocked() -> None:
    assert said(factories.account(program=factories.shop()), is_blocked=True) == ["Card is blocked"]


def test_shows_cashback_as_money() -> None:
    terms = document(unit={"one": "point", "many": "points", "as_money": True})
    account = factories.account(program=factories.shop(terms_document=terms))
    factories.order(account, "318.00", at=NOW)
    shown = glance.balance(purses(account.member, now=NOW)[0])
    assert (shown.figure, shown.words) == ("3.18\u00a0zł", "to spend")

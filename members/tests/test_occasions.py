"""Occasions: each test's name finishes "it …"."""

from datetime import UTC, date, datetime

import pytest

from members import celebrating
from members.models import Account, Member
from members.tests import factories
from programs import terms

pytestmark = pytest.mark.django_db

BIRTHDAY = {"code": "cake", "name": "Cake", "when": {"event": "birthday"}, "give": {"points": 50}}
ANNIVERSARY = {"code": "year", "name": "Another year", "when": {"event": "anniversary"}, "give": {"points": 20}}
WELCOME = {"code": "hello", "name": "Hello", "when": {"event": "sign_up"}, "give": {"points": 25}}


def account(*rules: dict[str, object], **person: object) -> Account:
    return factories.account(program=factories.shop(terms_document=terms.P0 | {"rules": list(rules)}), **person)


def celebrate(account: Account, day: date) -> dict[str, int]:
    """Run the night that closes the day before."""
    closed = date.fromordinal(day.toordinal() - 1)
    now = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
    return celebrating.work(account.program.merchant_id, closed, 0, 2**62, now)


def balance(account: Account) -> int:
    account.refresh_from_db()
    return account.balance


def test_gives_a_birthday_once_a_year() -> None:
    anna = account(BIRTHDAY, born_on=date(1990, 12, 3))
    assert celebrate(anna, date(2026, 12, 2))["birthday gifts"] == 0
    assert celebrate(anna, date(2026, 12, 3))["birthday gifts"] == 1
    assert celebrate(anna, date(2026, 12, 3))["birthday gifts"] == 0
    assert balance(anna) == 50
    celebrate(anna, date(2027, 12, 3))
    assert anna.entries.count() == 2


def test_gives_nothing_to_whoever_was_erased_though_staff_unblock_the_row() -> None:
    anna = account(ANNIVERSARY, joined_at=datetime(2025, 3, 3, 12, tzinfo=UTC))
    Member.objects.filter(accounts=anna).update(erased_at=factories.NOW)
    assert celebrate(anna, date(2026, 3, 3))["anniversary gifts"] == 0


def test_gives_somebody_born_on_a_leap_day_the_28th_in_other_years() -> None:
    anna = account(BIRTHDAY, born_on=date(2000, 2, 29))
    assert celebrate(anna, date(2027, 2, 28))["birthday gifts"] == 1
    assert celebrate(anna, date(2028, 2, 28))["birthday gifts"] == 0
    assert celebrate(anna, date(2028, 2, 29))["birthday gifts"] == 1


def test_gives_an_anniversary_by_the_merchants_calendar_and_not_on_the_day_of_joining() -> None:
    late = datetime(2025, 5, 9, 22, 30, tzinfo=UTC)  # 10 May in Warsaw
    anna = account(ANNIVERSARY, now=late)
    assert celebrate(anna, date(2025, 5, 10))["anniversary gifts"] == 0
    assert celebrate(anna, date(2026, 5, 9))["anniversary gifts"] == 0
    assert celebrate(anna, date(2026, 5, 10))["anniversary gifts"] == 1


def test_holds_to_the_cap_and_the_budget_of_a_rule() -> None:
    capped = BIRTHDAY | {"cap": {"points": 70, "per": "lifetime"}, "budget": 100}
    anna = account(capped, born_on=date(1990, 12, 3))
    ben = factories.account(program=anna.program, name="Ben", born_on=date(1991, 12, 3))
    cleo = factories.account(program=anna.program, name="Cleo", born_on=date(1992, 12, 4))
    celebrate(anna, date(2026, 12, 3))
    celebrate(anna, date(2026, 12, 4))
    assert [balance(one) for one in (anna, ben, cleo)] == [50, 50, 0]
    dora = account(capped | {"budget": 1000}, born_on=date(1990, 12, 3))
    for year in (2026, 2027, 2028):
        celebrate(dora, date(year, 12, 3))
    assert sorted(dora.entries.values_list("points", flat=True)) == [20, 50]


def test_shares_a_budget_out_among_those_of_one_day() -> None:
    anna = account(BIRTHDAY | {"budget": 70}, born_on=date(1990, 12, 3))
    ben = factories.account(program=anna.program, name="Ben", born_on=date(1991, 12, 3))
    celebrate(anna, date(2026, 12, 3))
    assert balance(anna) + balance(ben) == 70


def test_welcomes_who_joins_but_not_who_is_taken_over() -> None:
    joined = account(WELCOME)
    taken_over = factories.member(merchant=joined.program.merchant, name="Ben", is_sign_up=False)
    assert balance(joined) == 25
    assert taken_over.accounts.get().balance == 0


def test_explains_and_expires_like_any_award() -> None:
    anna = account(BIRTHDAY, born_on=date(1990, 12, 3))
    celebrate(anna, date(2026, 12, 3))
    entry = anna.entries.get()
    assert entry.kind == "earn"
    assert entry.explain["rules"] == {"cake": "50"}
    assert entry.lot.expires_at == datetime(2027, 12, 3, 23, tzinfo=UTC)


def test_moves_the_end_of_points_that_end_by_inactivity() -> None:
    lively = terms.P0 | {"rules": [BIRTHDAY], "expiry": {"kind": "inactivity", "months": 6}}
    anna = factories.account(program=factories.shop(terms_document=lively), born_on=date(1990, 12, 3))
    factories.order(anna, "10.00", at=datetime(2026, 11, 1, 12, tzinfo=UTC))
    celebrate(anna, date(2026, 12, 3))
    assert {lot.expires_at for lot in anna.lots.all()} == {datetime(2027, 6, 3, 22, tzinfo=UTC)}

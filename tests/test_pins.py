"""PINs: whose they are, which are refused, and how slowly they are guessed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from members.tests import factories
from members.tests.at_once import at_once
from programs.models import Pin, Staff
from programs.staffing import pins

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.fixture
def ewa() -> Staff:
    staff = factories.staff(merchant=factories.merchant())
    pins.choose(staff, "4821", now=NOW)
    return staff


def attempt(staff: Staff, pin: str, *, now: datetime = NOW) -> Staff | str:
    try:
        return pins.check(staff.pk, pin, merchant=staff.merchant, now=now)
    except pins.PinRefused as refusal:
        return type(refusal).__name__


def test_it_answers_whose_it_is(ewa: Staff) -> None:
    assert attempt(ewa, "4821") == ewa
    assert attempt(ewa, "4822") == "WrongPin"


def test_it_is_kept_as_a_digest(ewa: Staff) -> None:
    assert "4821" not in Pin.objects.get().secret


def test_it_opens_no_other_shop_and_nothing_for_who_left(ewa: Staff) -> None:
    other = factories.staff(merchant=factories.merchant())
    with pytest.raises(pins.WrongPin):
        pins.check(ewa.pk, "4821", merchant=other.merchant, now=NOW)
    Staff.objects.filter(pk=ewa.pk).update(is_active=False)
    assert attempt(ewa, "4821") == "WrongPin"


def test_it_rests_after_five_wrong_tries_even_for_the_right_one(ewa: Staff) -> None:
    found = [attempt(ewa, wrong) for wrong in ("1111", "2222", "3333", "4444", "5555")]
    assert found == ["WrongPin"] * 4 + ["PinRests"]
    assert attempt(ewa, "4821") == "PinRests"
    assert attempt(ewa, "4821", now=NOW + timedelta(seconds=59)) == "PinRests"
    assert attempt(ewa, "4821", now=NOW + timedelta(seconds=60)) == ewa


def test_each_further_wrong_try_costs_twice_the_time(ewa: Staff) -> None:
    assert [pins.rest_after(count) / timedelta(minutes=1) for count in (4, 5, 6, 7, 8)] == [0, 1, 2, 4, 8]
    assert pins.rest_after(1_000) == timedelta(days=1)


def test_a_right_one_forgets_the_wrong_ones(ewa: Staff) -> None:
    for wrong in ("1111", "2222", "3333", "4444"):
        attempt(ewa, wrong)
    assert attempt(ewa, "4821") == ewa
    assert attempt(ewa, "1111") == "WrongPin"


@pytest.mark.parametrize("weak", ["123", "1234567", "abcd", "12 4", "7777", "1234", "890", "987654", "٤٨٢١"])
def test_what_anybody_would_try_is_refused(ewa: Staff, weak: str) -> None:
    with pytest.raises(pins.WeakPin):
        pins.choose(ewa, weak, now=NOW)
    assert attempt(ewa, "4821") == ewa


def test_choosing_another_ends_the_first_and_its_rest(ewa: Staff) -> None:
    for wrong in range(5):
        attempt(ewa, f"000{wrong}")
    pins.choose(ewa, "739105", now=NOW)
    assert attempt(ewa, "4821") == "WrongPin"
    assert attempt(ewa, "739105") == ewa


def test_only_the_same_shop_takes_it_away(ewa: Staff) -> None:
    assert not pins.remove(ewa, by=factories.staff(merchant=factories.merchant()), now=NOW)
    assert pins.remove(ewa, by=factories.staff(merchant=ewa.merchant), now=NOW)
    assert attempt(ewa, "4821") == "WrongPin"
    assert list(pins.operators(ewa.merchant)) == []


@pytest.mark.django_db(transaction=True)
def test_many_at_once_have_no_more_tries_than_one_after_the_other() -> None:
    staff = factories.staff(merchant=factories.merchant())
    pins.choose(staff, "4821", now=NOW)
    found = at_once(*[lambda pin=f"900{n}": attempt(staff, pin) for n in range(8)])
    assert sorted(found) == ["PinRests"] * 4 + ["WrongPin"] * 4
    assert Pin.objects.get().wrong_count == 5

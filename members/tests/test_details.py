"""What staff correct about a member; each test's name finishes "it …"."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from members import correcting
from members.refusals import NotAllowed
from members.tests import factories
from members.tests.factories import NOW
from programs.models import Role

pytestmark = pytest.mark.django_db


def test_it_lets_go_of_whoever_signs_in_with_the_old_address() -> None:
    merchant = factories.shop().merchant
    manager, user = factories.staff(merchant=merchant, role=Role.MANAGER), factories.user(email="ola@example.com")
    ola = factories.member(merchant=merchant, email=user.email, user=user)
    assert correcting.correct(ola, {"name": "Ola Lis"}, {}, by=manager, now=NOW).user == user
    fresh = correcting.correct(ola, {"email": "ola.lis@example.com"}, {}, by=manager, now=NOW)
    assert (fresh.email, fresh.user) == ("ola.lis@example.com", None)
    fresh.refresh_from_db()
    assert fresh.user is None


BORN, OTHER = date(1990, 5, 17), date(1991, 6, 18)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.OWNER])
def test_a_birthday_that_is_set_is_changed_by_managers(role: Role) -> None:
    merchant = factories.shop().merchant
    member = factories.member(merchant=merchant, born_on=BORN)
    by = factories.staff(merchant=merchant, role=role)
    for born_on in (OTHER, None):
        assert correcting.correct(member, {"born_on": born_on}, {}, by=by, now=NOW).born_on == born_on


@pytest.mark.parametrize("born_on", [OTHER, None])
def test_a_cashier_changes_no_birthday_that_is_set(born_on: date | None) -> None:
    merchant = factories.shop().merchant
    member = factories.member(merchant=merchant, born_on=BORN)
    cashier = factories.staff(merchant=merchant, role=Role.CASHIER)
    with pytest.raises(NotAllowed, match="a manager or the owner"):
        correcting.correct(member, {"name": "Ola Lis", "born_on": born_on}, {}, by=cashier, now=NOW)
    member.refresh_from_db()
    assert member.born_on == BORN
    assert member.name != "Ola Lis"


def test_a_cashier_writes_down_a_birthday_that_was_missing_and_leaves_one_that_is_set() -> None:
    merchant = factories.shop().merchant
    member, cashier = factories.member(merchant=merchant), factories.staff(merchant=merchant, role=Role.CASHIER)
    assert correcting.correct(member, {"born_on": BORN}, {}, by=cashier, now=NOW).born_on == BORN
    same = correcting.correct(member, {"name": "Ola Lis", "born_on": BORN}, {}, by=cashier, now=NOW)
    assert (same.name, same.born_on) == ("Ola Lis", BORN)


def test_nobody_is_born_tomorrow() -> None:
    merchant = factories.shop().merchant
    member, owner = factories.member(merchant=merchant), factories.staff(merchant=merchant, role=Role.OWNER)
    with pytest.raises(NotAllowed):
        correcting.correct(member, {"born_on": NOW.date() + timedelta(days=2)}, {}, by=owner, now=NOW)

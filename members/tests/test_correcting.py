"""Tests of what staff correct about a member; every name finishes "it ..."."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from loyalty_site.models import AuditEvent
from members import correcting
from members.models import Member
from members.refusals import NotAllowed, OwnCard
from members.tests import factories
from members.tests.at_once import at_once
from members.tests.factories import NOW
from programs.models import Role, Staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> Member:
    return factories.member(merchant=factories.merchant(), email="anna@example.com", phone="+48601234567")


@pytest.fixture
def kuba(anna: Member) -> Staff:
    return factories.staff(merchant=anna.merchant)


def correct(member: Member, by: Staff, own: dict[str, Any] | None = None, **facts: Any) -> Member:
    return correcting.correct(member, facts, own or {}, by=by, now=NOW)


def test_it_changes_what_is_given_and_leaves_the_rest(anna, kuba):
    correct(anna, kuba, {"coffee": "Flat white"}, name="Anna Nowak")
    correct(anna, kuba, {"size": "M"})
    anna.refresh_from_db()
    assert (anna.name, anna.email, anna.fields) == (
        "Anna Nowak",
        "anna@example.com",
        {"coffee": "Flat white", "size": "M"},
    )
    correct(anna, kuba, {"size": None})
    anna.refresh_from_db()
    assert anna.fields == {"coffee": "Flat white"}


def test_it_audits_what_changed_and_no_personal_data(anna, kuba):
    correct(anna, kuba, {"coffee": "Flat white"}, name="Anna Nowak", phone="")
    event = AuditEvent.objects.get(action=correcting.CORRECTED)
    assert sorted(event.details["changed"]) == ["fields.coffee", "name", "phone"]
    assert (event.actor, event.subject) == (kuba.user, anna.number)
    for known in ("Kowalczyk", "Nowak", "601", "Flat"):
        assert known not in str(event.details)


def test_it_writes_nothing_where_nothing_changes(anna, kuba):
    correct(anna, kuba, name=anna.name)
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(("field", "value"), [("email", "ben@example.com"), ("phone", "+48602345678")])
def test_it_refuses_what_is_another_members(anna, kuba, field, value):
    factories.member(merchant=anna.merchant, name="Ben", **{field: value})
    with pytest.raises(NotAllowed, match="Another member"):
        correct(anna, kuba, **{field: value})


def test_it_leaves_a_birthday_that_is_set_to_managers(anna, kuba):
    correct(anna, kuba, born_on=date(1991, 12, 3))
    with pytest.raises(NotAllowed, match="manager"):
        correct(anna, kuba, born_on=date(1991, 12, 4))
    manager = factories.staff(merchant=anna.merchant, role=Role.MANAGER)
    assert correct(anna, manager, born_on=date(1991, 12, 4)).born_on == date(1991, 12, 4)
    with pytest.raises(NotAllowed, match="Nobody was born"):
        correct(anna, manager, born_on=date(2091, 12, 4))


def test_it_lets_go_of_who_signs_in_with_the_old_address(anna, kuba):
    Member.objects.filter(pk=anna.pk).update(user=factories.user(email="anna@example.com"))
    assert correct(anna, kuba, name="Anna").user is not None
    assert correct(anna, kuba, email="a.kowalczyk@example.com").user is None


def test_it_keeps_people_from_their_own_card_and_from_other_shops(anna):
    own = factories.staff(merchant=anna.merchant, user=factories.user(email="anna@example.com"))
    with pytest.raises(OwnCard):
        correct(anna, own, name="X")
    with pytest.raises(NotAllowed, match="another shop"):
        correct(anna, factories.staff(merchant=factories.merchant()), name="X")


@pytest.mark.django_db(transaction=True)
def test_it_gives_one_address_to_one_of_two_at_once(anna, kuba):
    ben = factories.member(merchant=anna.merchant, name="Ben")
    told = [lambda m=m: correct(m, kuba, email="new@example.com") for m in (anna, ben)]
    results = at_once(*told)
    assert sorted(isinstance(result, NotAllowed) for result in results) == [False, True]
    assert Member.objects.filter(email="new@example.com").count() == 1

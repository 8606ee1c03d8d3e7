"""Numbers of cards."""

import pytest
from django.db import IntegrityError, transaction

from members import cards, enrolling, finding
from members.models import CardNumber, Member
from members.refusals import NotAllowed, UnknownMember
from members.tests.factories import NOW, member, merchant

pytestmark = pytest.mark.django_db


def other_number(person: Member, number: str, *, works: bool) -> CardNumber:
    return CardNumber.objects.create(
        merchant=person.merchant, number=number, member=person, works=works, reason=CardNumber.Reason.LOST
    )


def test_it_knows_which_numbers_are_free() -> None:
    anna = member(merchant=merchant(), number="BL1")
    other_number(anna, "BL2", works=False)
    assert [cards.is_free(anna.merchant, number) for number in ("BL1", "BL2", "BL3")] == [False, False, True]
    assert cards.is_free(merchant(), "BL1")


def test_it_finds_a_member_by_every_number_that_works() -> None:
    anna = member(merchant=merchant(), number="BL1")
    other_number(anna, "BL2", works=True)
    other_number(anna, "BL3", works=False)
    assert finding.known(anna.merchant, "bl 2") == anna.pk
    with pytest.raises(UnknownMember):
        finding.known(anna.merchant, "BL3")


def test_it_gives_nobody_a_number_that_a_card_had() -> None:
    anna = member(merchant=merchant(), number="BL1")
    other_number(anna, "BL2", works=False)
    with pytest.raises(NotAllowed):
        enrolling.enrol(enrolling.NewMember(number="BL2"), merchant=anna.merchant, now=NOW)


def test_the_database_refuses_a_number_that_a_card_had() -> None:
    anna = member(merchant=merchant(), number="BL1")
    other_number(anna, "BL2", works=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Member.objects.create(merchant=anna.merchant, number="BL2")
    Member.objects.create(merchant=merchant(), number="BL2")

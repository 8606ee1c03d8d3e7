"""Cards that are replaced by two people at once, each over a real connection; every name finishes "it …"."""

from __future__ import annotations

import pytest

from members import enrolling, reissuing
from members.models import CardNumber, Member
from members.tests.at_once import at_once
from members.tests.factories import NOW, member, merchant, staff

pytestmark = pytest.mark.django_db(transaction=True)


def test_replaces_a_card_once_when_pressed_by_four_at_once() -> None:
    kuba = staff(merchant=merchant())
    anna = member(merchant=kuba.merchant, number="BL10")
    lost = {"replaces": "BL10", "reason": CardNumber.Reason.LOST, "by": kuba, "now": NOW}
    answers = at_once(*[lambda: reissuing.reissue(anna, **lost)] * 4)
    anna.refresh_from_db()
    assert {answer.number for answer in answers} == {anna.number}
    assert list(anna.other_numbers.values_list("number", "works")) == [("BL10", False)]


def test_gives_a_card_that_lies_ready_to_one_of_two() -> None:
    kuba = staff(merchant=merchant())
    people = [member(merchant=kuba.merchant, name=name, number=f"BL1{name[0]}") for name in ("Anna", "Ben")]
    lost = {"reason": CardNumber.Reason.LOST, "by": kuba, "now": NOW, "number": "BL77"}
    at_once(
        *[lambda who=who: reissuing.reissue(who, replaces=who.number, **lost) for who in people],
        lambda: enrolling.enrol(enrolling.NewMember(name="Ola", number="BL77"), merchant=kuba.merchant, now=NOW),
    )
    assert Member.objects.filter(number="BL77").count() == 1

"""Cards that are lost or worn; every name finishes "it …"."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty_site.models import AuditEvent
from members import cards, finding, reissuing
from members.models import CardNumber, Member
from members.refusals import CardReplaced, Conflict, NotAllowed
from members.tests.factories import NOW, member, merchant, staff
from programs.models import Staff

pytestmark = pytest.mark.django_db
LOST = CardNumber.Reason.LOST


@pytest.fixture
def kuba() -> Staff:
    return staff(merchant=merchant())


@pytest.fixture
def anna(kuba: Staff) -> Member:
    return member(merchant=kuba.merchant, number="BL10", email="anna@example.com")


def replaced(person: Member, by: Staff, number: str = "", **details: Any) -> Member:
    wish = {"replaces": person.number, "reason": LOST, "now": NOW} | details
    return reissuing.reissue(person, by=by, number=number, **wish)


def test_the_new_number_finds_the_member_and_the_old_one_nobody(kuba: Staff, anna: Member) -> None:
    fresh = replaced(anna, kuba).number
    assert fresh != "BL10"
    assert finding.known(kuba.merchant, fresh) == anna.pk
    assert finding.known(kuba.merchant, "anna@example.com") == anna.pk
    with pytest.raises(CardReplaced):
        finding.known(kuba.merchant, "bl 10")
    assert cards.withdrawn(kuba.merchant, "bl-10").member == anna


def test_it_takes_the_number_of_a_card_that_lies_ready(kuba: Staff, anna: Member) -> None:
    assert replaced(anna, kuba, "bl 77-77").number == "BL7777"


def test_it_refuses_a_number_that_is_or_was_somebody_elses(kuba: Staff, anna: Member) -> None:
    other = member(merchant=kuba.merchant, number="BL20")
    replaced(other, kuba, "BL21")
    for number in ("BL20", "BL21"):
        with pytest.raises(NotAllowed, match="another card"):
            replaced(anna, kuba, number)
    anna.refresh_from_db()
    assert anna.number == "BL10"
    assert not anna.other_numbers.exists()


@pytest.mark.parametrize("number", ["!!", "123", "ABCDEF", "1" * 21])
def test_it_refuses_what_is_no_number(kuba: Staff, anna: Member, number: str) -> None:
    with pytest.raises(NotAllowed, match="no card number"):
        replaced(anna, kuba, number)


def test_a_retry_changes_nothing(kuba: Staff, anna: Member) -> None:
    first = replaced(anna, kuba).number
    assert replaced(anna, kuba).number == first
    assert anna.other_numbers.count() == 1


def test_a_page_that_was_overtaken_is_refused(kuba: Staff, anna: Member) -> None:
    replaced(anna, kuba, "BL11")
    with pytest.raises(Conflict):
        replaced(anna, kuba, "BL12")


def test_a_card_that_turns_up_again_is_taken_up_again(kuba: Staff, anna: Member) -> None:
    fresh = replaced(anna, kuba)
    assert replaced(fresh, kuba, "BL10", reason=CardNumber.Reason.OTHER).number == "BL10"
    assert finding.known(kuba.merchant, "BL10") == anna.pk
    with pytest.raises(CardReplaced):
        finding.known(kuba.merchant, fresh.number)


def test_it_writes_down_who_replaced_which_card(kuba: Staff, anna: Member) -> None:
    fresh = replaced(anna, kuba).number
    event = AuditEvent.objects.get(action=reissuing.REPLACED)
    assert (event.actor, event.subject) == (kuba.user, fresh)
    assert event.details == {"before": {"number": "BL10"}, "after": {"number": fresh}, "reason": "lost"}


def test_another_number_of_a_member_is_stopped_alone(kuba: Staff, anna: Member) -> None:
    other = CardNumber.objects.create(
        merchant=kuba.merchant, number="BL99", member=anna, works=True, reason=CardNumber.Reason.MERGED
    )
    assert finding.known(kuba.merchant, "BL99") == anna.pk
    for _press in range(2):
        reissuing.stop(other, reason=LOST, by=kuba, now=NOW)
    with pytest.raises(CardReplaced):
        finding.known(kuba.merchant, "BL99")
    assert finding.known(kuba.merchant, "BL10") == anna.pk
    assert AuditEvent.objects.filter(action=reissuing.STOPPED).count() == 1


def test_the_number_of_somebody_who_was_merged_can_be_stopped(kuba: Staff, anna: Member) -> None:
    gone = member(merchant=kuba.merchant, number="BL30")
    Member.objects.filter(pk=gone.pk).update(merged_into=anna)
    works = CardNumber.objects.create(
        merchant=kuba.merchant, number="BL30", member=anna, works=True, reason=CardNumber.Reason.MERGED
    )
    assert finding.known(kuba.merchant, "BL30") == anna.pk
    reissuing.stop(works, reason=LOST, by=kuba, now=NOW)
    with pytest.raises(CardReplaced):
        finding.known(kuba.merchant, "BL30")


def test_nobody_replaces_the_card_of_somebody_who_was_erased(kuba: Staff, anna: Member) -> None:
    Member.objects.filter(pk=anna.pk).update(erased_at=NOW)
    with pytest.raises(NotAllowed):
        replaced(anna, kuba)

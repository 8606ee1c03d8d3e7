"""Tests of notes about members; every name finishes "it ..."."""

from __future__ import annotations

from datetime import timedelta

import pytest

from loyalty_site.models import AuditEvent
from members import noting
from members.models import Member, MemberNote
from members.refusals import NotAllowed
from members.tests import factories
from members.tests.at_once import at_once
from members.tests.factories import NOW
from programs.models import Role, Staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> Member:
    return factories.member(merchant=factories.merchant())


@pytest.fixture
def kuba(anna: Member) -> Staff:
    return factories.staff(merchant=anna.merchant)


def write(member: Member, text: str, by: Staff, *, is_pinned: bool = False, hours: int = 0) -> MemberNote:
    return noting.write(member, text, is_pinned=is_pinned, by=by, now=NOW + timedelta(hours=hours))


def test_it_keeps_several_notes_and_pins_one(anna, kuba):
    write(anna, "Oat milk", kuba, is_pinned=True)
    write(anna, "Asked for the Guji", kuba, hours=1)
    write(anna, "Allergic to nuts", kuba, is_pinned=True, hours=2)
    assert [note.text for note in anna.notes.all()] == ["Allergic to nuts", "Asked for the Guji", "Oat milk"]
    assert anna.note == "Allergic to nuts"


def test_it_writes_the_same_words_once(anna, kuba):
    assert write(anna, "Oat milk", kuba) == write(anna, " Oat milk ", kuba)
    assert AuditEvent.objects.filter(action=noting.WRITTEN, subject=anna.number).count() == 1


def test_it_writes_no_words_of_a_note_into_the_audit_log(anna, kuba):
    write(anna, "Lives in Mokotów", kuba)
    assert "Mokotów" not in str(AuditEvent.objects.get(action=noting.WRITTEN).details)


@pytest.mark.parametrize("text", ["", "   "])
def test_it_refuses_a_note_without_words(anna, kuba, text):
    with pytest.raises(NotAllowed, match="Write what"):
        write(anna, text, kuba)


def test_it_moves_the_pin_and_takes_it_off(anna, kuba):
    first, second = write(anna, "One", kuba, is_pinned=True), write(anna, "Two", kuba, hours=1)
    noting.pin(second, is_pinned=True, by=kuba, now=NOW)
    assert anna.note == "Two"
    noting.pin(first, is_pinned=False, by=kuba, now=NOW)  # is not pinned any more: nothing changes
    assert anna.note == "Two"
    noting.pin(second, is_pinned=False, by=kuba, now=NOW)
    assert anna.note == ""


def test_it_lets_its_author_and_managers_remove_a_note(anna, kuba):
    own, other = write(anna, "One", kuba), write(anna, "Two", kuba, hours=1)
    colleague = factories.staff(merchant=anna.merchant)
    with pytest.raises(NotAllowed):
        noting.remove(own, by=colleague, now=NOW)
    noting.remove(own, by=kuba, now=NOW)
    noting.remove(other, by=factories.staff(merchant=anna.merchant, role=Role.MANAGER), now=NOW)
    assert not anna.notes.exists()
    assert AuditEvent.objects.filter(action=noting.REMOVED).count() == 2


def test_it_keeps_notes_to_the_shop(anna):
    with pytest.raises(NotAllowed, match="another shop"):
        write(anna, "Hello", factories.staff(merchant=factories.merchant()))


@pytest.mark.django_db(transaction=True)
def test_it_pins_one_note_when_two_write_at_once(anna, kuba):
    at_once(*[lambda text=text: write(anna, text, kuba, is_pinned=True) for text in ("One", "Two", "Three")])
    assert anna.notes.count() == 3
    assert anna.notes.filter(is_pinned=True).count() == 1

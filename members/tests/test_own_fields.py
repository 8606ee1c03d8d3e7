"""Tests of a shop's own fields; every name finishes "it ..."."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from members import keeping_fields, own_fields
from members.models import Member, MemberField
from members.refusals import NotAllowed
from members.tests import factories
from members.tests.factories import NOW
from programs.models import Role, Staff

Kind = MemberField.Kind


def field(kind: str = Kind.TEXT, **fields: object) -> MemberField:
    return MemberField(code="f", name="F", kind=kind, **fields)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.TEXT, "  Oat   flat white ", "Oat flat white"),
        (Kind.NUMBER, "42,50", "42.5"),
        (Kind.NUMBER, "\u22123", "-3"),
        (Kind.NUMBER, "1 000", "1000"),
        (Kind.NUMBER, "-0", "0"),
        (Kind.DATE, "2026-11-22", "2026-11-22"),
        (Kind.YES_NO, "Tak", True),
        (Kind.YES_NO, "no", False),
        (Kind.CHOICE, "espresso", "Espresso"),
        *((kind, "  ", None) for kind in Kind),
    ],
)
def test_it_keeps_one_spelling_of_each_value(kind, text, value):
    assert own_fields.value_of(field(kind, choices=["Espresso", "Filter"]), text) == value


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        (Kind.TEXT, "x" * 201, "at most 200"),
        (Kind.NUMBER, "many", "such as 42.5"),
        (Kind.NUMBER, "NaN", "number"),
        (Kind.NUMBER, "1e13", "12 digits"),
        (Kind.NUMBER, "0.00001", "4 after"),
        (Kind.DATE, "22.11.2026", "year-month-day"),
        (Kind.DATE, "2026-02-30", "year-month-day"),
        (Kind.YES_NO, "perhaps", "yes or no"),
        (Kind.CHOICE, "Tea", "Espresso, Filter"),
    ],
)
def test_it_says_what_to_write_instead(kind, text, words):
    with pytest.raises(ValidationError, match=words):
        own_fields.value_of(field(kind, choices=["Espresso", "Filter"]), text)


@given(st.decimals(min_value=-999_999_999_999, max_value=999_999_999_999, places=4))
def test_it_reads_back_every_number_that_it_wrote(number):
    once = own_fields.value_of(field(Kind.NUMBER), f"{number:f}")
    assert Decimal(str(once)) == number
    assert own_fields.value_of(field(Kind.NUMBER), str(once)) == once


@given(st.text(max_size=60), st.sampled_from(Kind.values))
def test_it_keeps_or_refuses_whatever_is_typed(text, kind):
    asked = field(kind, choices=["Espresso", "Filter"])
    try:
        value = own_fields.value_of(asked, text)
    except ValidationError:
        return
    if value is not None:
        assert own_fields.words(asked, value, this_year=2026)
        assert own_fields.value_of(asked, {True: "yes", False: "no"}.get(value, str(value))) == value


# --- keeping them ---


@pytest.fixture
def owner(db: None) -> Staff:
    return factories.staff(merchant=factories.merchant(), role=Role.OWNER)


def add(owner: Staff, name: str = "Coffee", kind: str = Kind.TEXT, **fields: object) -> MemberField:
    given = {"choices": [], "is_at_till": False} | fields
    return keeping_fields.add(owner.merchant, name=name, kind=kind, by=owner, now=NOW, **given)


def test_it_gives_each_field_a_code_of_its_own(owner):
    codes = [add(owner, name).code for name in ("Shoe size", "Shoe-size", "咖啡", "茶")]
    assert codes == ["shoe-size", "shoe-size-2", "field", "field-2"]


def test_it_refuses_a_name_that_is_taken(owner):
    add(owner)
    with pytest.raises(NotAllowed, match="already"):
        add(owner, "coffee")


def test_it_forgets_what_was_written_in_a_removed_field(owner, monkeypatch):
    monkeypatch.setattr(keeping_fields, "AT_ONCE", 2)
    coffee, size = add(owner), add(owner, "Size")
    for name in ("Anna", "Ben", "Cleo"):
        member = factories.member(merchant=owner.merchant, name=name)
        Member.objects.filter(pk=member.pk).update(fields={"coffee": "Flat white", "size": "M"})
    keeping_fields.remove(coffee, by=owner, now=NOW)
    assert own_fields.kept_by(owner.merchant) == [size]
    assert [keeping_fields.sweep(NOW) for _time in range(3)] == [2, 1, 0]
    assert list(Member.objects.values_list("fields", flat=True)) == [{"size": "M"}] * 3
    assert list(MemberField.objects.all()) == [size]


def test_it_moves_a_field_up(owner):
    first, second, third = (add(owner, name) for name in ("A", "B", "C"))
    keeping_fields.raise_up(third, by=owner, now=NOW)
    keeping_fields.raise_up(first, by=owner, now=NOW)
    assert own_fields.kept_by(owner.merchant) == [first, third, second]
    keeping_fields.raise_up(first, by=owner, now=NOW)
    assert own_fields.kept_by(owner.merchant) == [first, third, second]


def test_it_keeps_no_field_too_many(owner, monkeypatch):
    monkeypatch.setattr(keeping_fields, "MOST", 1)
    add(owner)
    with pytest.raises(NotAllowed, match="at most 1"):
        add(owner, "Size")

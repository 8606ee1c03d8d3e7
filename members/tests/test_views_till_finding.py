"""Tests of finding people at the till, and of adding them; every name finishes "it …"."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from members.models import Account, CardNumber
from members.tests import factories
from members.tests.agreeing import ticked
from members.tests.test_views_till import PANEL, anna, at, kuba, page_of, program, queries_of, till
from programs.models import Program

pytestmark = pytest.mark.django_db
__all__ = ["anna", "kuba", "program", "till"]  # fixtures


def test_is_ready_for_the_next_person(till: Client, program: Program) -> None:
    page = till.get(at(program)).content.decode()
    assert "Ready for the next person" in page
    assert "autofocus" in page


@pytest.mark.parametrize(
    "text", ["{number}", "{spaced}", "601234567", "+48 601 234 567", "0048601234567", "ANNA@example.com", "anna kow"]
)
def test_opens_the_only_member_that_fits(till: Client, anna: Account, text: str) -> None:
    number = anna.member.number
    typed = text.format(number=number, spaced=f"{number[:2].lower()} {number[2:6]} {number[6:]}")
    answer = till.get(at(anna.program, "find/"), {"q": typed})
    assert (answer.status_code, answer["Location"]) == (302, page_of(anna))


def test_opens_a_whole_number_while_it_is_typed_but_no_part(till: Client, anna: Account) -> None:
    whole = till.get(at(anna.program, "find/"), {"q": anna.member.number}, headers=PANEL)
    assert page_of(anna) in whole["HX-Location"]
    part = till.get(at(anna.program, "find/"), {"q": "60123456"}, headers=PANEL)
    assert "HX-Location" not in part
    assert "Anna Kowalczyk" in part.content.decode()


def test_lists_those_who_fit_with_tier_and_phone_ending(till: Client, anna: Account) -> None:
    factories.member(merchant=anna.program.merchant, name="Anna Nowak")
    page = till.get(at(anna.program, "find/"), {"q": "anna"}).content.decode()
    assert "phone ends 567" in page
    assert "Bronze" in page
    assert "Anna Nowak" in page
    assert "601234567" not in page


def test_finds_in_the_same_number_of_queries_however_many_fit(till: Client, anna: Account) -> None:
    factories.member(merchant=anna.program.merchant, name="Anna B")
    few = queries_of(till, at(anna.program, "find/?q=anna"))
    for number in range(8):
        factories.member(merchant=anna.program.merchant, name=f"Anna {number}")
    assert queries_of(till, at(anna.program, "find/?q=anna")) == few


def test_offers_to_add_whoever_is_not_found(till: Client, program: Program) -> None:
    page = till.get(at(program, "find/"), {"q": "<b>603 000 111"}).content.decode()
    assert "Nobody here fits “&lt;b&gt;603 000 111”" in page
    assert "members/add/?contact=%3Cb%3E603%20000%20111" in page


def test_finds_nobody_of_another_shop(till: Client, anna: Account) -> None:
    stranger = factories.account(program=factories.shop(), phone="609 999 999")
    assert (
        till.get(page_of(stranger).replace(stranger.program.merchant.slug, anna.program.merchant.slug)).status_code
        == 404
    )
    assert till.get(page_of(stranger)).status_code == 404
    page = till.get(at(anna.program, "find/"), {"q": "609999999"})
    assert page.status_code == 200
    assert "Nobody here fits" in page.content.decode()


# --- adding ---


@pytest.mark.parametrize(
    ("contact", "kept"), [("603 000 111", ("+48603000111", "")), ("New@Example.com", ("", "new@example.com"))]
)
def test_adds_a_member_by_phone_or_email(till: Client, program: Program, contact: str, kept: tuple[str, str]) -> None:
    typed = {"contact": contact, "name": "Nowa", "reference": uuid4()} | ticked(program.merchant, "marketing:sms")
    page = till.post(at(program, "members/add/"), typed, follow=True)
    member = program.merchant.members.get(name="Nowa")
    assert (member.phone, member.email, member.consents) == (*kept, ["marketing:sms", "terms:"])
    assert "Nowa is a member now" in page.content.decode()
    assert Account.objects.filter(member=member, program=program).exists()


@pytest.mark.parametrize(
    ("contact", "words"),
    [("", "Type a phone number"), ("12", "not a phone number"), ("a@", "valid email"), ("601234567", "Search for it")],
)
def test_says_why_somebody_cannot_be_added(till: Client, anna: Account, contact: str, words: str) -> None:
    typed = {"contact": contact, "reference": uuid4()} | ticked(anna.program.merchant)
    page = till.post(at(anna.program, "members/add/"), typed)
    assert page.status_code == 422
    assert words in page.content.decode()


def test_says_that_a_card_was_replaced(till: Client, anna: Account) -> None:
    shop = anna.program.merchant
    CardNumber.objects.create(merchant=shop, member=anna.member, number="BL00000001", works=False, reason="lost")
    page = till.get(at(anna.program, "find/"), {"q": "BL 0000 0001"}).content.decode()
    assert "was replaced and works no more" in page
    assert "Nobody here fits" not in page


def test_opens_by_the_card_of_before_a_merge_while_it_is_typed(till: Client, anna: Account) -> None:
    shop = anna.program.merchant
    CardNumber.objects.create(merchant=shop, member=anna.member, number="BL00000001", works=True, reason="merged")
    answer = till.get(at(anna.program, "find/"), {"q": "bl 0000 0001"}, headers=PANEL)
    assert page_of(anna) in answer["HX-Location"]

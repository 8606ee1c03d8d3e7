"""Tests of purchases that a till kept and sends later; every name finishes "it …"."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from members.models import Account, Order
from members.tests import factories
from members.tests.test_views_till import NOW, PANEL, at, balance_of, client_of
from programs.models import Program, Staff
from programs.staffing.marks import GOOD_FOR, mark_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def program() -> Program:
    return factories.shop()


@pytest.fixture
def kuba(program: Program) -> Staff:
    return factories.staff(merchant=program.merchant, location=factories.location(merchant=program.merchant))


@pytest.fixture
def ewa(program: Program) -> Staff:
    return factories.staff(merchant=program.merchant, name="Ewa")


@pytest.fixture
def anna(program: Program) -> Account:
    return factories.account(program=program, email="anna@example.com", phone="601 234 567")


def send(who: Staff, customer: str, **fields: Any) -> Any:
    sent = {"customer": customer, "amount": "48.50", "reference": uuid4(), "age": 0, "by": mark_of(who)} | fields
    sender = client_of(sent.pop("sender", who))
    return sender.post(f"/till/{who.merchant.slug}/purchases/", sent, headers=PANEL)


def test_records_it_at_the_time_and_in_the_name_of_who_made_it(kuba: Staff, ewa: Staff, anna: Account) -> None:
    with time_machine.travel(NOW, tick=False):
        answer = send(kuba, anna.member.number, age=3600, sender=ewa)
    order = Order.objects.get()
    assert (order.placed_at, order.recorded_by, order.location) == (NOW - timedelta(hours=1), kuba, kuba.location)
    assert "48.50\u00a0zł recorded for Anna Kowalczyk" in answer.content.decode()
    assert "points-changed" in answer["HX-Trigger"]
    assert balance_of(anna) == 48


@pytest.mark.parametrize("customer", ["601234567", "anna@example.com"])
def test_finds_whom_the_cashier_named(kuba: Staff, anna: Account, customer: str) -> None:
    assert send(kuba, customer).status_code == 200
    assert Order.objects.get().member == anna.member


def test_records_it_once_however_often_and_late_it_comes(kuba: Staff, anna: Account) -> None:
    reference = uuid4()
    number = anna.member.number
    first = {"amount": "48.50", "reference": reference}
    client_of(kuba).post(at(anna.program, f"members/{number}/purchases/"), first)  # its answer was lost
    assert send(kuba, number, reference=reference, age=60).status_code == 200
    assert send(kuba, number, reference=reference, age=90).status_code == 200
    assert Order.objects.count() == 1
    assert balance_of(anna) == 48


def test_refuses_other_content_under_a_known_reference(kuba: Staff, anna: Account) -> None:
    reference = uuid4()
    send(kuba, anna.member.number, reference=reference)
    answer = send(kuba, anna.member.number, reference=reference, amount="50")
    assert answer.status_code == 422
    assert "48.50\u00a0zł was recorded by the first press" in answer.content.decode()
    assert balance_of(anna) == 48


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"customer": "BL00000000"}, "Nobody here has the number, e-mail or phone “BL00000000”"),
        ({"amount": "48.505"}, "PLN has 2 decimals"),
        ({"amount": "0"}, "Type an amount above 0"),
        ({"by": "nobody"}, "It cannot be told any more who made this purchase"),
        ({"age": 40 * 86400}, "more than 30 days old"),
    ],
)
def test_says_in_one_sentence_why_it_was_refused(kuba: Staff, anna: Account, fields: Any, words: str) -> None:
    answer = send(kuba, **{"customer": anna.member.number} | fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Order.objects.exists()


def test_refuses_a_note_of_another_shop_or_an_old_one(kuba: Staff, anna: Account) -> None:
    stranger = factories.staff(merchant=factories.merchant())
    assert send(kuba, anna.member.number, by=mark_of(stranger)).status_code == 422
    with time_machine.travel(NOW - GOOD_FOR - timedelta(days=1)):
        old = mark_of(kuba)
    assert send(kuba, anna.member.number, by=old).status_code == 422


def test_serves_nobody_themselves_even_when_a_colleague_sends_it(program: Program, kuba: Staff, ewa: Staff) -> None:
    own = factories.account(program=program, name="Kuba", user=kuba.user)
    answer = send(kuba, own.member.number, sender=ewa)
    assert answer.status_code == 422
    assert "Nobody changes points on their own card" in answer.content.decode()


def test_leaves_it_with_the_browser_until_somebody_signs_in(kuba: Staff, anna: Account) -> None:
    sent = {"customer": anna.member.number, "amount": "5", "reference": uuid4(), "age": 0, "by": mark_of(kuba)}
    answer = Client().post(at(anna.program, "purchases/"), sent, headers=PANEL)
    assert "HX-Redirect" in answer
    assert not Order.objects.exists()

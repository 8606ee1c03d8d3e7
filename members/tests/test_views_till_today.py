"""Tests of what a till did today, and of each person's totals; every name finishes "it …"."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from members.models import Order
from members.tests import factories
from members.tests.test_views_till import NOW, at, client_of, page_of, queries_of
from programs.models import Program, Staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def program() -> Program:
    return factories.shop()


def record(by: Staff, program: Program, *amounts: str) -> None:
    account = factories.account(program=program)
    for amount in amounts:
        client_of(by).post(page_of(account, "purchases/"), {"amount": amount, "reference": uuid4()})


def test_adds_up_what_each_person_recorded_here_today(program: Program) -> None:
    place = factories.location(merchant=program.merchant)
    elsewhere = factories.location(merchant=program.merchant, code="other")
    kuba, ewa, jan = (
        factories.staff(merchant=program.merchant, name=name, location=where)
        for name, where in (("Kuba", place), ("Ewa", place), ("Jan", elsewhere))
    )
    with time_machine.travel(NOW - timedelta(days=2)):
        record(kuba, program, "1000")
    record(kuba, program, "10", "20.50", "5")
    client_of(kuba).post(at(program, f"purchases/{Order.objects.get(amount=5).pk}/undo/"))
    record(ewa, program, "40")
    record(jan, program, "7")
    page = " ".join(client_of(kuba).get(at(program)).content.decode().split())
    totals = page[page.index("till-totals") : page.index("</table>")]
    assert totals.index("Ewa") < totals.index("1 purchase") < totals.index("40.00 zł") < totals.index("Kuba")
    assert totals.index("2 purchases") < totals.index("30.50 zł")
    assert "Jan" not in totals


def test_shows_it_in_the_same_number_of_queries_however_much_was_done(program: Program) -> None:
    kuba = factories.staff(merchant=program.merchant, location=factories.location(merchant=program.merchant))
    record(kuba, program, "10")
    few = queries_of(client_of(kuba), at(program))
    for name in ("Ewa", "Jan"):
        record(factories.staff(merchant=program.merchant, name=name, location=kuba.location), program, "10", "20")
    assert queries_of(client_of(kuba), at(program)) == few

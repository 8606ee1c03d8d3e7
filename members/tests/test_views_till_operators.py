"""Tests of taking over a till with a PIN; every name finishes "it …"."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from members.models import Account, Order
from members.tests import factories
from members.tests.factories import NOW
from members.tests.test_views_till import at, client_of, page_of
from programs.models import Program, Role, Staff
from programs.staffing import pins

pytestmark = pytest.mark.django_db
PIN = "4711"


@pytest.fixture
def program() -> Program:
    return factories.shop()


@pytest.fixture
def marta(program: Program) -> Staff:
    return factories.staff(merchant=program.merchant, role=Role.OWNER, name="Marta")


@pytest.fixture
def kuba(program: Program) -> Staff:
    kuba = factories.staff(merchant=program.merchant)
    pins.choose(kuba, PIN, now=NOW)
    return kuba


@pytest.fixture
def till(marta: Staff) -> Client:
    return client_of(marta)


def take_over(till: Client, staff: Staff, pin: str = PIN) -> int:
    return till.post(f"/till/{staff.merchant.slug}/operator/", {"operator": staff.pk, "pin": pin}).status_code


def test_records_in_the_name_of_whoever_took_over(till: Client, kuba: Staff, program: Program) -> None:
    anna = factories.account(program=program)
    assert take_over(till, kuba) == 302
    till.post(page_of(anna, "purchases/"), {"amount": "5", "reference": uuid4()})
    assert Order.objects.get().recorded_by == kuba
    page = till.get(at(program)).content.decode()
    assert "Menu of Kuba" in page
    assert "Dashboard" not in page


def test_stays_with_the_one_who_is_there_after_a_wrong_pin(till: Client, kuba: Staff, program: Program) -> None:
    assert take_over(till, kuba, "0000") == 422
    assert "Menu of Marta" in till.get(at(program)).content.decode()


def test_knows_nobody_of_another_shop_and_nobody_without_a_pin(till: Client, marta: Staff, program: Program) -> None:
    stranger = factories.staff(merchant=factories.merchant())
    pins.choose(stranger, PIN, now=NOW)
    sent = {"operator": stranger.pk, "pin": PIN}
    assert till.post(at(program, "operator/"), sent).status_code == 422
    assert till.post(at(program, "operator/"), sent | {"operator": marta.pk}).status_code == 422
    assert "Nobody has a PIN yet" in till.get(at(program, "operator/")).content.decode()


def test_opens_the_till_alone_even_for_an_owners_pin(till: Client, kuba: Staff, marta: Staff, program: Program) -> None:
    pins.choose(marta, PIN, now=NOW)
    take_over(till, kuba)
    take_over(till, marta)
    other = factories.shop()
    slug = program.merchant.slug
    for path in (
        f"/m/{slug}/",
        "/me/",
        "/accounts/email/",
        "/admin/",
        "/",
        "/nowhere/",
        f"/till/{other.merchant.slug}/",
    ):
        assert till.get(path)["Location"] == at(program, "operator/"), path
    assert till.get(at(program)).status_code == 200


def test_ends_when_the_pin_or_the_work_ends(till: Client, kuba: Staff, program: Program) -> None:
    take_over(till, kuba)
    Staff.objects.filter(pk=kuba.pk).update(is_active=False)
    assert till.get(at(program))["Location"] == at(program, "operator/")
    till.post("/accounts/logout/")
    assert "operator" not in till.session


def test_lets_an_owner_undo_nothing_of_whoever_was_there_before(till: Client, kuba: Staff, program: Program) -> None:
    anna: Account = factories.account(program=program)
    till.post(page_of(anna, "purchases/"), {"amount": "5", "reference": uuid4()})
    assert "Undo" in till.get(at(program)).content.decode()
    take_over(till, kuba)
    assert "Undo" not in till.get(at(program)).content.decode()

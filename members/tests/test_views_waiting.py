"""What waits for a second person, as a page: each test's name finishes "it …"."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from members.models import Account, Adjustment
from members.tests import factories
from programs.models import Role, Staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> Account:
    return factories.account(program=factories.shop())


@pytest.fixture
def kuba(anna: Account) -> Staff:
    return factories.staff(merchant=anna.program.merchant, name="Kuba")


@pytest.fixture
def manager(client: Client, anna: Account) -> Client:
    client.force_login(factories.staff(merchant=anna.program.merchant, role=Role.MANAGER, name="Zofia").user)
    return client


def text_of(client: Client, account: Account) -> str:
    return client.get(reverse("dashboard-waiting", args=[account.program.merchant.slug])).content.decode()


def test_it_lists_what_waits_and_what_was_decided(manager: Client, anna: Account, kuba: Staff) -> None:
    waiting: Any = factories.adjustment(anna, 1_000, by=kuba)
    assert "Asked for by Kuba" in text_of(manager, anna)
    decide = reverse("dashboard-adjustment-decide", args=[anna.program.merchant.slug, waiting.pk])
    for nothing in ({}, {"decision": "maybe"}):
        assert manager.post(decide, nothing).status_code == 400
    manager.post(decide, {"decision": "approve"})
    text = text_of(manager, anna)
    assert "Nothing waits" in text
    assert "Approved by Zofia for Kuba" in text
    assert Adjustment.objects.get().state == Adjustment.State.POSTED


def test_it_shows_nothing_of_another_shop(manager: Client, anna: Account) -> None:
    other = factories.account(program=factories.shop())
    factories.adjustment(other, 1_000, by=factories.staff(merchant=other.program.merchant))
    assert "Nothing waits" in text_of(manager, anna)


def test_it_takes_the_same_queries_for_many(
    manager: Client, anna: Account, kuba: Staff, django_assert_max_num_queries: Any
) -> None:
    for _number in range(8):
        factories.adjustment(anna, 1_000, by=kuba)
    text_of(manager, anna)
    with django_assert_max_num_queries(14):
        text_of(manager, anna)

"""Tests of what a member's points are worth; every name finishes "it ..."."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from members.tests import factories
from programs.models import Role
from programs.tests.factories import document
from rewards.tests.factories import reward

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("worth", "as_money", "words"),
    [(Decimal("12.00"), False, ", worth about 25\u00a0zł"), (None, False, ""), (Decimal("12.00"), True, "")],
)
def test_it_says_what_points_buy_where_rewards_tell(worth, as_money, words):
    unit = {"one": "point", "many": "points", "as_money": as_money}
    anna = factories.account(program=factories.shop(terms_document=document(unit=unit)))
    factories.order(anna, "318.00")
    reward(program=anna.program, points_price=150, money_value=worth)
    client, merchant = Client(), anna.program.merchant
    client.force_login(factories.staff(merchant=merchant, role=Role.CASHIER).user)
    page = client.get(f"/m/{merchant.slug}/members/{anna.member.number}/worth/{anna.program.code}/")
    assert page.content.decode().strip() == words

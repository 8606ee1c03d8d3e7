"""Tests of rewards for blocked cards; every name finishes "it ..."."""

from __future__ import annotations

import pytest
from django.test import Client

from members import blocking
from members.models import Account
from members.tests import factories
from members.tests.factories import NOW
from programs.models import Role
from rewards import redeeming
from rewards.refusals import NotEligible
from rewards.tests.factories import reward

pytestmark = pytest.mark.django_db


def test_it_redeems_nothing_and_hands_nothing_over():
    program = factories.shop()
    anna = factories.account(program=program)
    factories.order(anna, "500.00")
    manager = factories.staff(merchant=program.merchant, role=Role.MANAGER)
    cup = reward(program=program, points_price=100)
    voucher = redeeming.redeem(account=anna, reward=cup, reference="r1", now=NOW)
    blocking.block(anna.member, "Found in the street", by=manager, now=NOW)
    held = Account.objects.select_related("member").get(pk=anna.pk)
    with pytest.raises(NotEligible, match="blocked"):
        redeeming.redeem(account=held, reward=cup, reference="r2", now=NOW)
    with pytest.raises(NotEligible, match="blocked"):
        redeeming.use(voucher, by=manager, now=NOW)
    assert redeeming.cancel(voucher, now=NOW).state == "cancelled"


def test_it_tells_members_to_ask_at_the_shop_and_staff_to_ask_a_manager(client: Client) -> None:
    program = factories.shop()
    user = factories.user()
    anna = factories.account(program=program, user=user)
    factories.order(anna, "500.00")
    manager = factories.staff(merchant=program.merchant, role=Role.MANAGER)
    cup, slug = reward(program=program, points_price=100), program.merchant.slug
    blocking.block(anna.member, "Found in the street", by=manager, now=NOW)
    client.force_login(user)
    pages = [client.get(f"/p/{slug}/rewards/"), client.get(f"/p/{slug}/rewards/{cup.pk}/redeem/")]
    pages.append(client.post(f"/p/{slug}/rewards/{cup.pk}/redeem/", {"reference": "r1"}))
    for page in pages:
        assert "Ask at the shop" in page.text
        assert "Ask a manager" not in page.text
    client.force_login(manager.user)
    assert "Ask a manager" in client.get(f"/till/{slug}/members/{anna.member.number}/rewards/").text

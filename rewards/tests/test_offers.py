"""Offers: each test's name finishes "it …"."""

from datetime import timedelta

import pytest

from members.reading.purses import purses
from members.tests import factories
from members.tests.factories import NOW
from rewards import redeeming
from rewards.offers import ladders, offers_to
from rewards.tests.factories import reward

pytestmark = pytest.mark.django_db


def test_puts_what_can_be_had_first_then_the_nearest_then_what_points_do_not_buy() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "100.00")
    prices = {"Beans": 480, "Coffee": 100, "Refill": 60, "Mug": 120}
    for name, price in prices.items():
        reward(program=account.program, name=name, points_price=price)
    reward(program=account.program, name="Cupping", points_price=10, min_tier="gold")
    offers = offers_to(purses(account.member, now=NOW), now=NOW)
    assert [offer.reward.name for offer in offers] == ["Coffee", "Refill", "Mug", "Beans", "Cupping"]
    assert [offer.missing for offer in offers] == [0, 0, 20, 380, 0]
    assert [offer.refusal.code for offer in offers if offer.refusal] == ["not-eligible"]
    (ladder,) = ladders(offers)
    assert (ladder.prices, ladder.next.reward.name) == ((60, 100, 120, 480), "Mug")


def test_counts_what_was_had_in_the_rewards_own_period() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "400.00")
    daily = reward(program=account.program, limit_times=1, limit_per="day")
    redeeming.redeem(account=account, reward=daily, reference="1", now=NOW)
    today, tomorrow = (offers_to(purses(account.member, now=at), now=at) for at in (NOW, NOW + timedelta(days=1)))
    assert today[0].refusal.code == "limit-reached"
    assert tomorrow[0].can_have


def test_takes_the_same_queries_for_many_rewards(django_assert_num_queries) -> None:
    account = factories.account(program=factories.shop())
    for number in range(30):
        reward(program=account.program, points_price=10 + number, limit_times=number % 3 or None)
    held = purses(account.member, now=NOW)
    with django_assert_num_queries(2):
        offers_to(held, now=NOW)

"""Redeeming: each test's name finishes "it …"."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from members import refunds
from members.refunds import NewRefund
from members.refusals import InsufficientPoints
from members.tests import factories
from members.tests.factories import NOW
from rewards import redeeming
from rewards.models import Redemption
from rewards.refusals import LimitReached, NotEligible, OutOfStock, VoucherOver
from rewards.tests.factories import reward

pytestmark = pytest.mark.django_db


def test_draws_from_the_lots_that_expire_first() -> None:
    account = factories.account(program=factories.shop())
    for month, points in ((3, 30), (4, 50), (5, 40)):
        factories.order(account, f"{points}.00", at=datetime(2025, month, 20, 10, tzinfo=UTC))
    cup = reward(program=account.program, points_price=60)
    redemption = redeeming.redeem(account=account, reward=cup, reference="r", now=NOW)
    assert [draw.points for draw in redemption.entry.draws.order_by("id")] == [30, 30]
    assert list(account.lots.order_by("pk").values_list("remaining", flat=True)) == [0, 20, 40]
    assert len(redemption.entry.explain["lots"]) == 2


def test_gives_a_retry_the_first_voucher() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "100.00")
    cup = reward(program=account.program)
    first = redeeming.redeem(account=account, reward=cup, reference="r", now=NOW)
    assert redeeming.redeem(account=account, reward=cup, reference="r", now=NOW) == first
    account.refresh_from_db()
    assert account.balance == 0


def test_refuses_what_the_points_do_not_reach() -> None:
    account = factories.account(program=factories.shop())
    cup = reward(program=account.program, stock=3)
    with pytest.raises(InsufficientPoints):
        redeeming.redeem(account=account, reward=cup, reference="r", now=NOW)
    cup.refresh_from_db()
    assert cup.stock == 3


def test_refuses_out_of_stock_over_the_limit_and_below_the_tier() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "400.00")
    with pytest.raises(OutOfStock):
        redeeming.redeem(account=account, reward=reward(program=account.program, stock=0), reference="1", now=NOW)
    monthly = reward(program=account.program, limit_times=1, points_price=10)
    redeeming.redeem(account=account, reward=monthly, reference="2", now=NOW)
    with pytest.raises(LimitReached):
        redeeming.redeem(account=account, reward=monthly, reference="3", now=NOW)
    for_gold = reward(program=account.program, min_tier="gold")
    with pytest.raises(NotEligible):
        redeeming.redeem(account=account, reward=for_gold, reference="4", now=NOW)


def test_puts_points_back_into_their_lots_and_expires_those_whose_day_has_passed() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "30.00", at=datetime(2025, 3, 31, 10, tzinfo=UTC))
    factories.order(account, "30.00", at=datetime(2025, 4, 30, 10, tzinfo=UTC))
    cup = reward(program=account.program, points_price=60, stock=1, limit_times=1)
    bought_at = datetime(2026, 3, 20, 10, tzinfo=UTC)
    redemption = redeeming.redeem(account=account, reward=cup, reference="r", now=bought_at)
    redeeming.cancel(redemption, now=datetime(2026, 4, 10, 10, tzinfo=UTC))
    account.refresh_from_db()
    cup.refresh_from_db()
    assert (account.balance, cup.stock) == (30, 1)
    assert list(account.entries.order_by("id").values_list("kind", "points"))[2:] == [
        ("redeem", -60),
        ("restore", 60),
        ("expire", -30),
    ]


def test_uses_a_voucher_once() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "100.00")
    cashier = factories.staff(merchant=account.program.merchant)
    redemption = redeeming.redeem(account=account, reward=reward(program=account.program), reference="r", now=NOW)
    assert redeeming.use(redemption, by=cashier, now=NOW).state == Redemption.State.USED
    with pytest.raises(VoucherOver):
        redeeming.use(redemption, by=cashier, now=NOW)


def test_gives_points_back_when_a_voucher_runs_out() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "100.00")
    redeeming.redeem(account=account, reward=reward(program=account.program), reference="r", now=NOW)
    later = NOW + timedelta(minutes=16)
    assert (redeeming.sweep_lapsed(later), redeeming.sweep_lapsed(later)) == (1, 0)
    account.refresh_from_db()
    assert account.balance == 100


def test_lets_a_voucher_not_lapse_that_was_used_in_its_last_moment() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "100.00")
    cup = reward(program=account.program)
    redemption = redeeming.redeem(account=account, reward=cup, reference="r", now=NOW)
    redeeming.use(redemption, by=factories.staff(merchant=account.program.merchant), now=NOW)
    redeeming.give_back(redemption, Redemption.State.LAPSED, now=NOW + timedelta(minutes=16))
    account.refresh_from_db()
    redemption.refresh_from_db()
    assert (account.balance, redemption.state) == (0, Redemption.State.USED)


def test_pays_a_debt_with_the_points_that_a_voucher_gives_back() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "100.00", reference="O")
    voucher = redeeming.redeem(
        account=account, reward=reward(program=account.program, points_price=90), reference="r", now=NOW
    )
    refunds.refund(
        NewRefund(reference="R", order_reference="O", amount=Decimal(100)), merchant=account.program.merchant, now=NOW
    )
    account.refresh_from_db()
    assert (account.balance, account.debt) == (-90, 90)
    redeeming.cancel(voucher, now=NOW)
    account.refresh_from_db()
    assert (account.balance, account.debt, account.lots.open().count()) == (0, 0, 0)

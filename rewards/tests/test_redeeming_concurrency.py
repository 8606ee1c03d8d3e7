"""Racing for the last points and the last item, over real connections: each test's name finishes "it …"."""

from __future__ import annotations

import pytest

from members.models import Account
from members.refusals import InsufficientPoints
from members.tests import factories
from members.tests.factories import NOW
from members.tests.test_ledger_concurrency import assert_books_balance, at_once
from rewards import redeeming
from rewards.models import Redemption
from rewards.refusals import LimitReached, OutOfStock
from rewards.tests.factories import reward

pytestmark = pytest.mark.django_db(transaction=True)


def outcomes(results: list[object]) -> list[str]:
    return sorted(type(result).__name__ for result in results)


def test_gives_the_last_item_to_one_of_two_members() -> None:
    shop = factories.shop()
    accounts = [factories.account(program=shop, name=name) for name in ("Anna", "Ben")]
    for account in accounts:
        factories.order(account, "100.00")
    mug = reward(program=shop, stock=1)
    results = at_once(
        *[
            lambda account=account: redeeming.redeem(account=account, reward=mug, reference=f"r{account.pk}", now=NOW)
            for account in accounts
        ]
    )
    assert outcomes(results) == [OutOfStock.__name__, Redemption.__name__]
    assert sorted(Account.objects.values_list("balance", flat=True)) == [0, 100]
    assert_books_balance(accounts[0])


def test_spends_the_last_points_once() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "100.00")
    cup = reward(program=account.program)
    results = at_once(
        *[lambda n=n: redeeming.redeem(account=account, reward=cup, reference=f"r{n}", now=NOW) for n in range(2)]
    )
    assert outcomes(results) == [InsufficientPoints.__name__, Redemption.__name__]
    account.refresh_from_db()
    assert account.balance == 0
    assert_books_balance(account)


def test_redeems_a_double_click_once() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "300.00")
    cup = reward(program=account.program)
    click = lambda: redeeming.redeem(account=account, reward=cup, reference="click", now=NOW)  # noqa: E731
    first, second = at_once(click, click)
    assert first == second
    account.refresh_from_db()
    assert account.balance == 200


def test_holds_a_members_limit_when_two_tills_redeem_at_once() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "300.00")
    monthly = reward(program=account.program, limit_times=1)
    results = at_once(
        *[lambda n=n: redeeming.redeem(account=account, reward=monthly, reference=f"r{n}", now=NOW) for n in range(2)]
    )
    assert outcomes(results) == [LimitReached.__name__, Redemption.__name__]


def test_cancels_once_when_cancelled_twice_at_once() -> None:
    account = factories.account(program=factories.shop())
    factories.order(account, "100.00")
    redemption = redeeming.redeem(account=account, reward=reward(program=account.program), reference="r", now=NOW)
    at_once(*[lambda: redeeming.cancel(redemption, now=NOW)] * 2)
    account.refresh_from_db()
    assert account.balance == 100
    assert_books_balance(account)

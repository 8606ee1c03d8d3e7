"""Proving the books: each test's name finishes "it …"."""

import pytest
from django.db import connection

from members import audit
from members.models import Account
from members.tests import factories
from members.tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    account = factories.account(program=factories.shop())
    factories.order(account, "100.00")
    factories.adjustment(account, -30)
    return account


def unbalanced(account: Account) -> int:
    found: int = audit.work(account.program.merchant_id, None, 0, 2**62, NOW)["unbalanced"]
    return found


def test_finds_nothing_in_books_that_balance(account: Account) -> None:
    assert unbalanced(account) == 0


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE members_account SET balance = balance + 1",
        "UPDATE members_account SET balance = balance - 1, debt = debt + 1",
        "UPDATE members_pointslot SET remaining = remaining - 1",
        "UPDATE members_pointslot SET points = points + 1, remaining = remaining + 1",
        "UPDATE members_pointslot SET points=points+1, remaining=remaining+1; UPDATE members_account SET debt=1",
    ],
)
def test_finds_what_was_changed_behind_the_ledgers_back(account: Account, tampering: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(tampering)
    assert unbalanced(account) == 1

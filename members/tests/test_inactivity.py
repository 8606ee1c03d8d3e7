"""Points that end by inactivity: each test's name finishes "it …"."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from members import expiry, orders
from members.books import of as books
from members.models import Account
from members.new_orders import NewOrder
from members.tests import factories
from programs.tests.factories import document

pytestmark = pytest.mark.django_db

HISTORY = ["2025-01-10", "2025-05-10", "2025-09-10", "2026-01-10", "2026-05-10", "2026-09-10"]
TODAY = datetime(2026, 11, 22, 12, tzinfo=UTC)


def account() -> Account:
    terms = document(expiry={"kind": "inactivity", "months": 6}, tiers=None)
    return factories.account(program=factories.shop(terms_document=terms))


def record(account: Account, *days: str) -> None:
    """Import some days of history in one batch."""
    batch = [
        NewOrder(
            reference=day,
            member_id=account.member_id,
            amount=Decimal(10),
            source="import",
            placed_at=datetime.fromisoformat(f"{day}T12:00+00:00"),
        )
        for day in days
    ]
    orders.record_many(batch, merchant=account.program.merchant, now=TODAY)


def state(account: Account) -> tuple[int, set[str]]:
    account.refresh_from_db()
    ends = account.lots.open().values_list("expires_at", flat=True)
    return account.balance, {f"{end:%Y-%m-%d}" for end in ends if end}


@pytest.mark.parametrize(
    "batches",
    [
        [HISTORY],
        [HISTORY[:3], HISTORY[3:]],
        [HISTORY[3:], HISTORY[:3]],
        [[day] for day in HISTORY],
        [[day] for day in reversed(HISTORY)],
    ],
)
def test_holds_the_same_in_however_many_batches_a_history_comes(batches: list[list[str]]) -> None:
    anna = account()
    for batch in batches:
        record(anna, *batch)
    assert state(anna) == (60, {"2027-03-10"})
    assert (books(anna.program).expired, books(anna.program).outstanding) == (0, 60)


def test_gives_back_once_what_lives_on_and_nothing_that_has_ended_by_now() -> None:
    anna = account()
    for day in HISTORY:
        record(anna, day)
    points = anna.entries.filter(kind="expire").values_list("points", flat=True)
    assert sorted(points) == [-10] * 5 + [10] * 5


def test_leaves_a_gap_that_was_too_long_a_gap() -> None:
    anna = account()
    record(anna, "2025-01-10", "2025-03-10")
    record(anna, "2026-09-10")
    assert state(anna) == (10, {"2027-03-10"})


def test_revives_what_no_job_had_posted_as_expired() -> None:
    anna = account()
    factories.order(anna, "10.00", at=datetime(2026, 3, 1, 12, tzinfo=UTC))
    record(anna, "2026-08-01")
    assert state(anna) == (20, {"2027-02-01"})
    expiry.expire_accounts([anna.pk], now=TODAY)
    assert state(anna)[0] == 20

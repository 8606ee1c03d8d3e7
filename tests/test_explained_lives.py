"""Whatever happens to a card under whatever terms: each entry of it is worked out again from its explanation."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loyalty_site.refusals import Refused
from members import adjusting, expiry, orders, refunds, undoing
from members.models import Account, Order
from members.new_orders import NewOrder
from members.refunds import NewRefund
from members.tests import factories
from members.tests.factories import NOW
from programs import terms
from programs.earning import Line
from programs.models import Role, Staff
from programs.terms import P0, Terms
from programs.tests.factories import any_terms
from rewards import redeeming
from rewards.models import Redemption
from rewards.tests.factories import reward
from tests.test_explanations import check, entries

lasting = st.sampled_from(
    [
        {"kind": "never"},
        {"kind": "after", "days": 20},
        {"kind": "after", "months": 1, "round_to": "month"},
        {"kind": "inactivity", "months": 1},
    ]
)
levels = [
    {"code": "bronze", "name": "Bronze", "at": 0},
    {"code": "silver", "name": "Silver", "at": 60, "multiplier": "1.2", "entry_gift": 15},
    {"code": "gold", "name": "Gold", "at": 200, "multiplier": "1.5"},
]
amounts = st.sampled_from(["0.00", "0.60", "9.99", "25.00", "62.00", "140.35"])
steps = st.one_of(
    st.tuples(st.just("buy"), amounts, st.sampled_from(["coffee", "beans", ""])),
    st.tuples(st.just("buy"), amounts, st.sampled_from(["coffee", "beans", ""])),
    st.tuples(st.just("refund"), st.integers(0, 5), st.sampled_from([Decimal("0.25"), Decimal("0.5"), Decimal(1)])),
    st.tuples(st.just("redeem"), st.sampled_from([1, 20, 60])),
    st.tuples(st.just("cancel")),
    st.tuples(st.just("adjust"), st.sampled_from([-40, -5, 30])),
    st.tuples(st.just("undo"), st.integers(0, 5)),
    st.tuples(st.just("expire")),
    st.tuples(st.just("wait"), st.integers(1, 25)),
)

MORNING: list[tuple[Any, ...]] = [("buy", "140.35", "coffee"), ("wait", 4), ("redeem", 60), ("refund", 0, Decimal(1))]
EVENING: list[tuple[Any, ...]] = [("buy", "140.35", ""), ("cancel",), ("wait", 60), ("expire",), ("undo", 1)]


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Any terms, with each way of lasting and of taking back, and tiers that are soon reached."""
    under: Terms = draw(any_terms())
    document = terms.dump(under) | {"expiry": draw(lasting), "clawback": draw(st.sampled_from(sorted(POLICIES)))}
    document["earning"] |= {"pending_days": draw(st.sampled_from([0, 0, 3]))}
    document["paused"] = draw(st.sampled_from([False] * 5 + [True]))
    return document | {"tiers": P0["tiers"] | {"levels": levels}}


POLICIES = {"negative", "within_balance", "pending_only"}


class Life:
    """One card, and the steps that a test takes with it; what is refused changes nothing."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.program = factories.shop(terms_document=document)
        self.merchant = self.program.merchant
        self.account: Account = factories.account(program=self.program)
        self.owner: Staff = factories.staff(merchant=self.merchant, role=Role.OWNER)
        self.now: datetime = NOW
        self.count = 0

    def live(self, name: str, *arguments: Any) -> None:
        self.count += 1
        self.now += timedelta(hours=7)
        act: Callable[..., None] = getattr(self, name)
        with suppress(Refused):
            act(*arguments)

    def buy(self, amount: str, category: str) -> None:
        whole = Decimal(amount)
        lines = (Line("", category, 2, whole / 2), Line("", "", 1, whole - whole / 2)) if category else ()
        orders.record(
            NewOrder(reference=f"O{self.count}", member_id=self.account.member_id, amount=whole, lines=lines),
            merchant=self.merchant,
            now=self.now,
        )

    def bought(self, number: int) -> Order | None:
        found = list(self.merchant.orders.order_by("pk"))
        return found[number % len(found)] if found else None

    def refund(self, number: int, part: Decimal) -> None:
        order = self.bought(number)
        if order and order.amount:
            amount = round(order.amount * part, 2)
            new = NewRefund(reference=f"R{self.count}", order_reference=order.reference, amount=amount)
            refunds.refund(new, merchant=self.merchant, now=self.now)

    def undo(self, number: int) -> None:
        order = self.bought(number)
        if order and order.amount:
            undoing.undo_purchase(order, by=self.owner, now=self.now)

    def redeem(self, price: int) -> None:
        offered = reward(program=self.program, points_price=price)
        redeeming.redeem(account=self.account, reward=offered, reference=f"V{self.count}", now=self.now)

    def cancel(self) -> None:
        last = Redemption.objects.filter(account=self.account).order_by("pk").last()
        if last:
            redeeming.cancel(last, now=self.now)

    def adjust(self, points: int) -> None:
        reference = f"A{self.count}"
        adjusting.adjust(
            account=self.account, points=points, reason="x", by=self.owner, reference=reference, now=self.now
        )

    def expire(self) -> None:
        expiry.expire_accounts([self.account.pk], now=self.now)

    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents(), st.lists(steps, min_size=8, max_size=20))
def test_every_entry_of_any_life_explains_itself(document: dict[str, Any], story: list[tuple[Any, ...]]) -> None:
    with transaction.atomic():
        life = Life(document)
        for step in [*MORNING, *story, *EVENING]:
            life.live(*step)
        for entry in entries():
            check(entry)
        transaction.set_rollback(True)

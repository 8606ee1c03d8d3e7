"""The whole ledger against a simple model: hypothesis makes up a member's life and the two must agree at every step."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test

from loyalty_site.refusals import Refused
from members import adjusting, audit, balances, expiry, orders, refunds
from members.models import Account, PointsLot
from members.new_orders import NewOrder
from members.refunds import NewRefund
from members.tests import factories
from members.tests.factories import NOW
from programs import terms
from programs.models import Role
from rewards import redeeming
from rewards.tests.factories import reward

DAYS = 30
TERMS = terms.P0 | {
    "tiers": None,
    "earning": {"points": 1, "per": "1.00", "pending_days": 3},
    "expiry": {"kind": "after", "days": DAYS},
}


@dataclass
class ModelLot:
    """The simplest lot there is: whole days, no database."""

    points: int
    available_on: int
    ends_after: int
    remaining: int = 0

    def is_live(self, day: int) -> bool:
        return day <= self.ends_after


@dataclass
class Model:
    """A member's points as a list of lots and a debt."""

    lots: list[ModelLot] = field(default_factory=list)
    debt: int = 0

    def credit(self, points: int, *, day: int, pending: int) -> ModelLot:
        paid = min(points, self.debt)
        self.debt -= paid
        lot = ModelLot(points, day + pending, day + pending + DAYS, points - paid)
        self.lots.append(lot)
        return lot

    def spendable(self, day: int) -> int:
        return sum(lot.remaining for lot in self.lots if lot.available_on <= day and lot.is_live(day))

    def pending(self, day: int) -> int:
        return sum(lot.remaining for lot in self.lots if lot.available_on > day)

    def spend(self, points: int, *, day: int) -> list[tuple[ModelLot, int]]:
        live = [lot for lot in self.lots if lot.available_on <= day and lot.is_live(day)]
        return self.take(sorted(live, key=lambda lot: (lot.ends_after, lot.available_on, self.lots.index(lot))), points)

    def take(self, lots: list[ModelLot], points: int) -> list[tuple[ModelLot, int]]:
        draws = []
        for lot in lots:
            taken = min(lot.remaining, points)
            lot.remaining -= taken
            points -= taken
            draws.append((lot, taken))
        self.debt += points
        return draws

    def restore(self, draws: list[tuple[ModelLot, int]], *, day: int) -> None:
        for lot, points in draws:
            lot.remaining += points
        owed, self.debt = self.debt, 0
        self.debt = owed - sum(points for _, points in self.spend(min(owed, self.spendable(day)), day=day))

    def expire(self, day: int) -> None:
        for lot in self.lots:
            if not lot.is_live(day):
                lot.remaining = 0

    @property
    def balance(self) -> int:
        return sum(lot.remaining for lot in self.lots) - self.debt


class LedgerLife(RuleBasedStateMachine):
    """Orders, refunds, redemptions, adjustments, expiry, in any order, day after day."""

    bought = Bundle("bought")
    redeemed = Bundle("redeemed")

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.day, self.count, self.model = 0, 0, Model()
        self.program = factories.shop(terms_document=TERMS)
        self.account = factories.account(program=self.program)
        self.owner = factories.staff(merchant=self.program.merchant, role=Role.OWNER)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @property
    def now(self) -> Any:
        return NOW + timedelta(days=self.day)

    def number(self) -> str:
        self.count += 1
        return str(self.count)

    @rule(days=st.integers(1, 20))
    def pass_days(self, days: int) -> None:
        self.day += days

    @rule(target=bought, amount=st.integers(0, 200))
    def buy(self, amount: int) -> Any:
        reference = self.number()
        order = NewOrder(reference=reference, member_id=self.account.member_id, amount=Decimal(amount))
        recorded = orders.record(order, merchant=self.program.merchant, now=self.now)
        assert recorded.points == amount
        lot = self.model.credit(amount, day=self.day, pending=3)
        return {"reference": reference, "left": amount, "amount": amount, "lot": lot}

    @rule(purchase=bought, part=st.integers(1, 200))
    def refund(self, purchase: dict[str, Any], part: int) -> None:
        part = min(part, purchase["left"])
        if not part:
            return
        new = NewRefund(reference=self.number(), order_reference=purchase["reference"], amount=Decimal(part))
        taken = -refunds.refund(new, merchant=self.program.merchant, now=self.now).points
        lot = purchase["lot"]
        purchase["left"] -= part
        if lot.is_live(self.day):
            assert taken == part
        live = [other for other in self.model.lots if other.is_live(self.day)]
        order = sorted(
            live,
            key=lambda other: (
                other.available_on <= self.day,
                other is not lot,
                other.ends_after,
                other.available_on,
                self.model.lots.index(other),
            ),
        )
        self.model.take(order, taken)

    @rule(target=redeemed, price=st.integers(1, 150))
    def redeem(self, price: int) -> Any:
        offered = reward(program=self.program, points_price=price)
        try:
            redemption = redeeming.redeem(account=self.account, reward=offered, reference=self.number(), now=self.now)
        except Refused:
            assert price > self.model.spendable(self.day)
            return None
        return {"redemption": redemption, "draws": self.model.spend(price, day=self.day)}

    @rule(spent=consumes(redeemed))
    def cancel(self, spent: dict[str, Any] | None) -> None:
        if spent:
            redeeming.cancel(spent["redemption"], now=self.now)
            self.model.restore(spent["draws"], day=self.day)
            self.model.expire(self.day)

    @rule(points=st.integers(-100, 100).filter(bool))
    def adjust(self, points: int) -> None:
        try:
            adjusting.adjust(
                account=self.account, points=points, reason="x", by=self.owner, reference=self.number(), now=self.now
            )
        except Refused:
            assert -points > self.model.spendable(self.day)
            return
        if points > 0:
            self.model.credit(points, day=self.day, pending=0)
        else:
            self.model.spend(-points, day=self.day)

    @rule()
    def expire(self) -> None:
        expiry.expire_accounts([self.account.pk], now=self.now)
        self.model.expire(self.day)

    @invariant()
    def agrees(self) -> None:
        account = Account.objects.get(pk=self.account.pk)
        holding = balances.holding(account, now=self.now)
        assert holding.spendable == self.model.spendable(self.day)
        assert holding.pending == self.model.pending(self.day)
        assert (account.balance, account.debt) == (self.model.balance, self.model.debt)

    @invariant()
    def balances_its_books(self) -> None:
        assert audit.work(self.program.merchant_id, None, 0, 2**62, self.now)["unbalanced"] == 0
        assert all(0 <= lot.remaining <= lot.points for lot in PointsLot.objects.filter(account=self.account))


@pytest.mark.django_db
def test_agrees_with_a_simple_model() -> None:
    connection.ensure_connection()
    run_state_machine_as_test(
        LedgerLife,
        settings=settings(
            max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )

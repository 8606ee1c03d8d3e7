"""The whole ledger against a simple model: hypothesis makes up a member's life and the two must agree at every step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test

from loyalty_site.refusals import Refused
from members import adjusting, audit, balances, celebrating, crediting, expiry, orders, refunds, tiering
from members.models import Account, Adjustment, PointsLot
from members.new_orders import NewOrder
from members.refunds import NewRefund
from members.refusals import Conflict, Waiting
from members.tests import factories
from members.tests.factories import NOW
from programs import calendar, terms, versions
from programs.models import Role
from rewards import redeeming
from rewards.models import Redemption
from rewards.refusals import VoucherOver
from rewards.tests.factories import reward
from tests.faults import seeds
from tests.ledger_model import BIRTHDAY, BIRTHDAY_GIFT, DAYS, GIFTS, LEVELS, PENDING, Model, Purchase, Version

TIERS = [
    {"code": code, "name": code, "at": at, "multiplier": str(times), "entry_gift": GIFTS.get(code, 0)}
    for code, at, times in LEVELS
]
A_DAY = timedelta(days=1)


def document(*, rate: int = 1, pending: int = PENDING, days: int = DAYS) -> dict[str, Any]:
    gift = {"code": "b", "name": "b", "when": {"event": "birthday"}, "give": {"points": BIRTHDAY_GIFT}}
    return terms.P0 | {
        "earning": {"points": rate, "per": "1.00", "pending_days": pending},
        "rules": [gift],
        "expiry": {"kind": "after", "days": days},
        "tiers": {"basis": "points", "window": {"kind": "lifetime"}, "downgrade": "never", "levels": TIERS},
    }


class LedgerLife(RuleBasedStateMachine):
    """All that can happen to an account, in any order, day after day; everything may be sent again."""

    bought = Bundle("bought")
    awaited = Bundle("awaited")
    redeemed = Bundle("redeemed")
    adjusted = Bundle("adjusted")
    waiting = Bundle("waiting")

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.day, self.seconds, self.count, self.model = 0, 0, 0, Model()
        self.sent: list[tuple[Callable[[], Any], Any]] = []
        self.open: list[dict[str, Any]] = []
        self.program = factories.shop(terms_document=document())
        self.merchant = self.program.merchant
        born_on = (NOW + BIRTHDAY * A_DAY).date().replace(year=1990)
        self.account = factories.account(program=self.program, born_on=born_on)
        self.staff = {role: factories.staff(merchant=self.merchant, role=role) for role in Role}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @property
    def now(self) -> datetime:
        """Noon or a little later: a clock that never says the same twice."""
        self.seconds += 1
        return NOW + self.day * A_DAY + timedelta(seconds=self.seconds)

    def number(self) -> str:
        self.count += 1
        return str(self.count)

    def send(self, act: Callable[[], Any]) -> Any:
        """Do something that bears a reference, and remember how to send it again."""
        answer = act()
        self.sent.append((act, answer))
        return answer

    @rule(days=st.integers(1, 20))
    def pass_days(self, days: int) -> None:
        self.day += days

    @rule(which=st.integers(0, 200))
    def send_again(self, which: int) -> None:
        """Nothing changes, which the invariants see, and the answer is the first one."""
        if self.sent:
            act, answer = self.sent[which % len(self.sent)]
            assert identity(act()) == identity(answer)

    # --- Orders and refunds ------------------------------------------------------------------------------------

    def order(self, reference: str, amount: int, *, ago: int = 0) -> Purchase:
        at, member_id = self.now - ago * A_DAY, self.account.member_id
        new = NewOrder(reference=reference, member_id=member_id, amount=Decimal(amount), placed_at=at)
        recorded = self.send(lambda: orders.record(new, merchant=self.merchant, now=self.now))
        purchase = self.model.buy(reference, amount, day=self.day - ago, today=self.day)
        assert recorded.points == purchase.points
        return purchase

    @rule(target=bought, amount=st.integers(0, 200))
    def buy(self, amount: int) -> Purchase:
        return self.order(self.number(), amount)

    @rule(target=bought, amount=st.integers(1, 200), ago=st.integers(1, 50))
    def buy_long_ago(self, amount: int, ago: int) -> Purchase:
        return self.order(self.number(), amount, ago=ago)

    @rule(purchase=bought, more=st.integers(1, 5))
    def send_with_other_content(self, purchase: Purchase, more: int) -> None:
        new = NewOrder(
            reference=purchase.reference, member_id=self.account.member_id, amount=Decimal(purchase.amount + more)
        )
        with pytest.raises(Conflict):
            orders.record(new, merchant=self.merchant, now=self.now)

    @rule(purchase=bought, part=st.integers(1, 200), is_whole=st.booleans())
    def refund(self, purchase: Purchase, part: int, is_whole: bool) -> None:
        part = purchase.left if is_whole else min(part, purchase.left)
        if part:
            new = NewRefund(reference=self.number(), order_reference=purchase.reference, amount=Decimal(part))
            refunded = self.send(lambda: refunds.refund(new, merchant=self.merchant, now=self.now))
            assert -refunded.points == self.model.refund(purchase, part, day=self.day)

    @rule(target=awaited, part=st.integers(1, 100))
    def refund_what_has_not_come(self, part: int) -> Any:
        awaited = self.number()
        new = NewRefund(reference=self.number(), order_reference=awaited, amount=Decimal(part))
        with pytest.raises(Waiting):
            refunds.refund(new, merchant=self.merchant, now=self.now)
        return awaited, part

    @rule(target=bought, refunded=consumes(awaited), more=st.integers(0, 100))
    def buy_what_was_refunded(self, refunded: tuple[str, int], more: int) -> Purchase:
        reference, part = refunded
        purchase = self.order(reference, part + more)
        self.model.refund(purchase, part, day=self.day)
        return purchase

    # --- Rewards -----------------------------------------------------------------------------------------------

    @rule(target=redeemed, price=st.integers(1, 150))
    def redeem(self, price: int) -> Any:
        offered, reference = reward(program=self.program, points_price=price), self.number()
        buying = {"account": self.account, "reward": offered, "reference": reference}
        try:
            redemption = self.send(lambda: redeeming.redeem(**buying, now=self.now))
        except Refused:
            assert price > self.model.spendable(self.day)
            return None
        voucher = {"redemption": redemption, "draws": self.model.spend(price, day=self.day), "day": self.day}
        self.open.append(voucher)
        return voucher

    @rule(spent=redeemed)
    def use(self, spent: dict[str, Any] | None) -> None:
        if spent is None:
            return
        try:
            redeeming.use(spent["redemption"], by=self.staff[Role.CASHIER], now=self.now)
        except VoucherOver:
            assert spent not in self.open or spent["day"] < self.day
        else:
            self.open.remove(spent)

    @rule(spent=consumes(redeemed))
    def cancel(self, spent: dict[str, Any] | None) -> None:
        if spent and not spent.get("is_over"):
            redeeming.cancel(spent["redemption"], now=self.now)
            self.give_back(spent)

    @rule()
    def sweep_vouchers(self) -> None:
        late = [voucher for voucher in self.open if voucher["day"] < self.day]
        assert redeeming.sweep_lapsed(self.now) == len(late)
        for voucher in late:
            self.give_back(voucher)

    def give_back(self, voucher: dict[str, Any]) -> None:
        voucher["is_over"] = True
        self.open = [other for other in self.open if other is not voucher]
        self.model.restore(voucher["draws"], day=self.day)
        self.model.expire(self.day)

    # --- Corrections and gifts ---------------------------------------------------------------------------------

    @rule(target=adjusted, points=st.integers(-100, 100).filter(bool))
    def adjust(self, points: int) -> Any:
        wish = {"account": self.account, "points": points, "reason": "x", "by": self.staff[Role.OWNER]}
        reference = self.number()
        try:
            done = self.send(lambda: adjusting.adjust(**wish, reference=reference, now=self.now))
        except Refused:
            assert -points > self.model.spendable(self.day)
            return None
        return {"adjustment": done, "points": points, "draws": self.corrected(points)}

    def corrected(self, points: int) -> list[Any]:
        if points < 0:
            return self.model.spend(-points, day=self.day)
        self.model.give(points, self.day)
        return []

    @rule(done=consumes(adjusted))
    def undo(self, done: dict[str, Any] | None) -> None:
        if done is None:
            return
        try:
            self.send(lambda: adjusting.undo(adjustment=done["adjustment"], by=self.staff[Role.OWNER], now=self.now))
        except Refused:
            assert done["points"] > self.model.spendable(self.day)
            return
        if done["points"] < 0:
            self.model.restore(done["draws"], day=self.day)
            self.model.expire(self.day)
        else:
            self.model.spend(done["points"], day=self.day)

    @rule(target=waiting, points=st.integers(2_000, 3_000))
    def ask_for_much(self, points: int) -> Adjustment:
        wish = {"account": self.account, "points": points, "reason": "x", "by": self.staff[Role.CASHIER]}
        reference = self.number()
        asked = self.send(lambda: adjusting.adjust(**wish, reference=reference, now=self.now))
        assert asked.state == Adjustment.State.WAITING
        return asked

    @rule(asked=consumes(waiting), is_approved=st.booleans())
    def decide(self, asked: Adjustment, is_approved: bool) -> None:
        manager = self.staff[Role.MANAGER]
        adjusting.decide(adjustment=asked, by=manager, is_approved=is_approved, now=self.now)
        if is_approved:
            self.model.give(asked.points, self.day)

    @rule(points=st.integers(1, 80), through=st.sampled_from(["terms", "never", 0, 5]))
    def credit(self, points: int, through: str | int) -> None:
        ends = calendar.local_day(self.now, self.merchant.zone) + through * A_DAY if through in (0, 5) else through
        wish = {"account": self.account, "points": points, "reason": "x", "through": ends}
        reference = self.number()
        self.send(lambda: crediting.credit(**wish, reference=reference, now=self.now))
        last = {"terms": self.model.version_at(self.day).ends_after(self.day), "never": float("inf")}
        self.model.credit(points, self.day, last[through] if isinstance(through, str) else self.day + through)

    @rule()
    def celebrate(self) -> None:
        """The birthday's night, perhaps made up for later; its gift comes once."""
        if self.day < BIRTHDAY:
            return
        eve = (NOW + BIRTHDAY * A_DAY).date() - A_DAY
        celebrating.work(self.merchant.pk, eve, 0, 2**62, self.now)
        if "birthday" not in self.model.gifts:
            self.model.gifts.add("birthday")
            begins = BIRTHDAY - 0.5
            self.model.credit(BIRTHDAY_GIFT, begins, self.model.version_at(BIRTHDAY - 1).ends_after(begins))

    # --- What the night and the owner do -----------------------------------------------------------------------

    @rule()
    def expire(self) -> None:
        expiry.expire_accounts([self.account.pk], now=self.now)
        self.model.expire(self.day)

    @rule()
    def review(self) -> None:
        day = calendar.local_day(self.now, self.merchant.zone)
        tiering.review_accounts(self.program, [self.account.pk], day=day, now=self.now)
        self.model.climb(self.day, self.day, self.model.version_at(self.day))

    @rule(rank=st.integers(0, 2))
    def pin(self, rank: int) -> None:
        until = (self.now + 9 * A_DAY).date()
        manager = self.staff[Role.MANAGER]
        tiering.pin(self.account, LEVELS[rank][0], until=until, by=manager, reason="x", now=self.now)
        self.model.pin(rank, self.day)

    @rule(rate=st.integers(1, 3), pending=st.sampled_from([0, 3]), days=st.sampled_from([10, 30]))
    def publish(self, rate: int, pending: int, days: int) -> None:
        changed = document(rate=rate, pending=pending, days=days)
        versions.publish(self.program, changed, effective_at=self.now, author=None)
        self.model.versions.append(Version(self.day, rate, pending, days))

    # --- What must hold ----------------------------------------------------------------------------------------

    @invariant()
    def agrees(self) -> None:
        account, model = Account.objects.get(pk=self.account.pk), self.model
        holding = balances.holding(account, now=self.now)
        assert (holding.spendable, holding.pending) == (model.spendable(self.day), model.pending(self.day))
        assert (account.balance, account.debt) == (model.balance, model.debt)
        assert (account.tier_code, account.qualifying) == (model.tier, model.qualifying)
        assert account.order_count == model.order_count

    @invariant()
    def balances_its_books(self) -> None:
        assert audit.work(self.merchant.pk, None, 0, 2**62, self.now)["unbalanced"] == 0
        assert all(0 <= lot.remaining <= lot.points for lot in PointsLot.objects.filter(account=self.account))


def identity(answer: Any) -> Any:
    """What must be equal in the first answer and in every later one."""
    match answer:
        case orders.RecordedOrder():
            return answer.order_id, [(entry.entry_id, entry.points, entry.balance) for entry in answer.entries]
        case refunds.RecordedRefund():
            return answer.refund.pk, answer.points
        case Redemption():
            return answer.pk, answer.entry_id
    return answer.pk


@pytest.mark.django_db
def test_agrees_with_a_simple_model() -> None:
    connection.ensure_connection()
    deep = {"max_examples": 10 * seeds.ROUNDS, "stateful_step_count": 60} if seeds.ROUNDS else {}
    quick = {"max_examples": 25, "stateful_step_count": 30, "deadline": None}
    chosen = settings(**quick | deep, suppress_health_check=list(HealthCheck), print_blob=True)
    run_state_machine_as_test(seed(seeds.SEED)(LedgerLife) if seeds.ROUNDS else LedgerLife, settings=chosen)

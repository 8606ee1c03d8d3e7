"""A replay under the terms that were in force gives what the ledger has, entry by entry, whatever happened."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from loyalty_site import jobs
from loyalty_site.refusals import Refused
from members import adjusting, orders, refunds, tiering
from members.models import Account, LedgerEntry, Order, PointsLot
from members.new_orders import NewOrder
from members.refunds import NewRefund
from members.replaying import running, span
from members.tests import factories
from programs import calendar, terms
from programs.models import Program, Role
from programs.purchases import Line
from programs.versions import Schedule
from rewards import redeeming
from rewards.tests.factories import reward

BEGIN = datetime.fromisoformat("2026-01-05T10:00:00+01:00")
A_DAY = timedelta(days=1)


def shop_terms(**changes: Any) -> dict[str, Any]:
    levels = [
        {"code": "bronze", "name": "Bronze", "at": 0, "multiplier": "1.0"},
        {"code": "silver", "name": "Silver", "at": 60, "multiplier": "1.2", "entry_gift": 7},
        {"code": "gold", "name": "Gold", "at": 150, "multiplier": "1.5", "entry_gift": 11},
    ]
    tiers = {"basis": "points", "window": {"kind": "rolling", "months": 1}, "downgrade": "natural", "grace_days": 3}
    return terms.P0 | {"tiers": tiers | {"levels": levels}} | changes


def settle_books(now: datetime) -> None:
    """Let what was just posted bear the time at which it was, as it does when nobody plays with the clock."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in ("members_ledgerentry", "members_tierchange"):
            cursor.execute(f"UPDATE {table} SET posted_at = %s WHERE posted_at >= transaction_timestamp()", [now])
        cursor.execute("SET LOCAL session_replication_role = origin")


class Life:
    """A shop with a few members, to whom things happen."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.program = factories.shop(terms_document=document)
        self.merchant = self.program.merchant
        self.accounts = [factories.account(program=self.program) for _ in range(3)]
        self.owner = factories.staff(merchant=self.merchant, role=Role.OWNER)
        self.mug = reward(program=self.program, points_price=20)
        self.now, self.count = BEGIN, 0
        self.bought: list[tuple[NewOrder, Decimal]] = []
        self.redeemed: list[Any] = []
        self.adjusted: list[Any] = []

    def number(self) -> str:
        self.count += 1
        return f"N{self.count}"

    def do(self, step: tuple[Any, ...]) -> None:
        name, *details = step
        self.now += timedelta(minutes=7)
        try:
            with transaction.atomic():
                getattr(self, name)(*details)
        except Refused:
            pass
        settle_books(self.now)

    def wait(self, days: int, nights: bool) -> None:
        for _ in range(days):
            self.now += A_DAY
            if nights:
                self.night()

    def night(self) -> None:
        day = calendar.local_day(self.now, self.merchant.zone)
        at = calendar.start_of_day(day, self.merchant.zone) + timedelta(minutes=5)
        jobs.drain(jobs.open_job("expire", self.merchant.pk, day - A_DAY), clock=lambda: at)
        jobs.drain(jobs.open_job("review-tiers", self.merchant.pk, day - A_DAY), clock=lambda: at)
        settle_books(at)

    def buy(self, who: int, amount: int, ago: int, shelf: int) -> None:
        lines = (
            (
                Line("a", "beans", 2, Decimal(amount) / 4),
                Line("b", "milk", 1, Decimal(amount) / 2),
            )
            if shelf
            else ()
        )
        new = NewOrder(
            reference=self.number(), member_id=self.accounts[who].member_id, amount=Decimal(amount),
            source=Order.Source.API, placed_at=self.now - ago * A_DAY, lines=lines,
        )  # fmt: skip
        orders.record(new, merchant=self.merchant, now=self.now)
        self.bought.append((new, Decimal(amount)))

    def refund(self, which: int, part: int) -> None:
        if not self.bought:
            return
        place = which % len(self.bought)
        new, left = self.bought[place]
        amount = min(left, Decimal(part)) if part < 90 else left
        if amount <= 0:
            return
        refunds.refund(
            NewRefund(
                reference=self.number(), order_reference=new.reference, amount=amount, source=Order.Source.API,
                refunded_at=self.now,
            ),
            merchant=self.merchant, now=self.now,
        )  # fmt: skip
        self.bought[place] = new, left - amount

    def redeem(self, who: int) -> None:
        account = Account.objects.select_related("program__merchant", "member").get(pk=self.accounts[who].pk)
        self.redeemed.append(redeeming.redeem(account=account, reward=self.mug, reference=self.number(), now=self.now))

    def cancel(self, which: int) -> None:
        if self.redeemed:
            redeeming.cancel(self.redeemed[which % len(self.redeemed)], now=self.now)

    def adjust(self, who: int, points: int) -> None:
        made = adjusting.adjust(
            account=self.accounts[who], points=points, reason="x", by=self.owner, reference=self.number(), now=self.now
        )
        self.adjusted.append(made)

    def undo_adjust(self, which: int) -> None:
        if self.adjusted:
            adjusting.undo(adjustment=self.adjusted[which % len(self.adjusted)], by=self.owner, now=self.now)

    def pin(self, who: int, code: str, days: int) -> None:
        until = calendar.local_day(self.now, self.merchant.zone) + days * A_DAY
        tiering.pin(self.accounts[who], code, until=until, by=self.owner, reason="x", now=self.now)


WHO = st.integers(0, 2)
STEPS = st.one_of(
    st.tuples(st.just("buy"), WHO, st.integers(0, 90), st.just(0), st.integers(0, 1)),
    st.tuples(st.just("buy"), WHO, st.integers(0, 90), st.integers(0, 25), st.integers(0, 1)),
    st.tuples(st.just("refund"), st.integers(0, 50), st.integers(1, 100)),
    st.tuples(st.just("redeem"), WHO),
    st.tuples(st.just("cancel"), st.integers(0, 20)),
    st.tuples(st.just("adjust"), WHO, st.integers(-20, 20).filter(bool)),
    st.tuples(st.just("undo_adjust"), st.integers(0, 20)),
    st.tuples(st.just("pin"), WHO, st.sampled_from(["silver", "gold"]), st.integers(0, 9)),
    st.tuples(st.just("wait"), st.integers(0, 9), st.booleans()),
    st.tuples(st.just("wait"), st.integers(5, 20), st.just(True)),
)
RULES = [
    {"code": "tue", "name": "T", "when": {"weekdays": ["tue", "wed"]}, "give": {"multiplier": "2"},
     "cap": {"points": 40, "per": "week"}},
    {"code": "beans", "name": "B", "when": {"categories": ["beans"]}, "give": {"points": 1, "per": "2.00"}},
    {"code": "first", "name": "F", "when": {"first_purchase": True}, "give": {"points": 9}},
    {"code": "gold", "name": "G", "when": {"tiers": ["gold"]}, "give": {"points": 5}, "budget": 10},
]  # fmt: skip
KINDS = st.fixed_dictionaries(
    {
        "earning": st.sampled_from(
            [
                {"points": 1, "per": "1.00"},
                {"points": 1, "per": "10.00", "carry_over": True},
                {"points": 3, "per": "2.00", "rounding": "half_up", "cap": {"points": 90, "per": "week"}},
                {"points": 1, "per": "1.00", "pending_days": 3, "stacking": "best"},
            ]
        ),
        "rules": st.sampled_from([[], RULES]),
        "expiry": st.sampled_from(
            [{"kind": "never"}, {"kind": "after", "days": 20}, {"kind": "inactivity", "months": 1}]
        ),
        "clawback": st.sampled_from(["negative", "within_balance", "pending_only"]),
        "restore_grace_days": st.sampled_from([0, 5]),
        "basis": st.sampled_from(["points", "spend", "visits"]),
        "downgrade": st.sampled_from(["natural", "one_step", "never"]),
    }
)


PLAIN: dict[str, Any] = {
    "earning": {"points": 1, "per": "1.00"}, "rules": RULES, "expiry": {"kind": "never"}, "clawback": "negative",
    "restore_grace_days": 0, "basis": "points", "downgrade": "natural",
}  # fmt: skip
BY_VISITS = PLAIN | {"earning": {"points": 1, "per": "10.00", "carry_over": True}, "rules": [], "basis": "visits"}


def bought(*amounts: int) -> list[tuple[Any, ...]]:
    """Purchases of the first member, one after the other."""
    return [("buy", 0, amount, 0, 0) for amount in amounts]


CAP_IS_FREED = [("wait", 1, False), *bought(80), ("refund", 0, 100), *bought(80)]
BUDGET_IS_FREED = [*bought(90, 90, 10, 10), ("refund", 3, 100), *bought(10)]
VISIT_STILL_COUNTS = [*bought(30), ("refund", 0, 10), *bought(30)]
GIFT_IS_GIVEN_ONCE = [*bought(60), ("refund", 0, 100), ("wait", 6, True), *bought(60)]
CARRIED_FROM_BEFORE = [*bought(15), ("wait", 2, False), *bought(5)]
OWED_FROM_BEFORE = [*bought(90), ("redeem", 0), ("refund", 0, 100), ("wait", 2, False), *bought(30)]
WARNED_BEFORE = [*bought(60), ("refund", 0, 100), ("wait", 2, True), ("wait", 5, True), *bought(10)]


def document(kind: dict[str, Any]) -> dict[str, Any]:
    plain = {name: value for name, value in kind.items() if name not in ("basis", "downgrade")}
    made = shop_terms(**plain)
    scale = {"points": 1, "spend": 1, "visits": Decimal(1) / 30}[kind["basis"]]
    levels = [level | {"at": int(level["at"] * scale)} for level in made["tiers"]["levels"]]
    return made | {"tiers": made["tiers"] | {"basis": kind["basis"], "downgrade": kind["downgrade"], "levels": levels}}


def replayed(program: Program, start: datetime, end: datetime) -> Any:
    whole = span.span_of(program, start=start, end=end)
    issued: dict[tuple[int, str], int] = {}
    for entry in LedgerEntry.objects.filter(program=program, occurred_at__lt=start):
        for code, points in entry.explain.get("rule_points", {}).items():
            issued[program.pk, code] = issued.get((program.pk, code), 0) + points
    return running.replay(whole, 0, 2**62, [Schedule([program.pk])], issued=issued)[0]


def held_by(program: Program, at: datetime) -> int:
    return sum(
        lot.remaining for lot in PointsLot.objects.filter(program=program) if not lot.expires_at or lot.expires_at > at
    )


@pytest.mark.django_db
@settings(
    max_examples=12, deadline=None, derandomize=True, database=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(kind=KINDS, steps=st.lists(STEPS, min_size=12, max_size=40), begin=st.integers(0, 30))
@example(kind=PLAIN, steps=CAP_IS_FREED, begin=0)
@example(kind=PLAIN, steps=BUDGET_IS_FREED, begin=0)
@example(kind=BY_VISITS, steps=VISIT_STILL_COUNTS, begin=0)
@example(kind=PLAIN, steps=GIFT_IS_GIVEN_ONCE, begin=0)
@example(kind=PLAIN, steps=GIFT_IS_GIVEN_ONCE, begin=4)
@example(kind=BY_VISITS, steps=CARRIED_FROM_BEFORE, begin=1)
@example(kind=PLAIN, steps=OWED_FROM_BEFORE, begin=1)
@example(kind=PLAIN, steps=WARNED_BEFORE, begin=2)
def test_it_reproduces_the_ledger(kind: dict[str, Any], steps: list[tuple[Any, ...]], begin: int) -> None:
    with transaction.atomic():
        life = Life(document(kind))
        for step in steps:
            life.do(step)
        day = calendar.local_day(BEGIN, life.merchant.zone) + begin * A_DAY
        start = calendar.start_of_day(day, life.merchant.zone)
        end = life.now + timedelta(minutes=1)
        tally = replayed(life.program, start, end)
        entries = LedgerEntry.objects.filter(program=life.program, occurred_at__gte=start)
        earned = sum(entry.points for entry in entries if entry.kind == "earn")
        tiers = sorted(account.tier_code for account in Account.objects.filter(program=life.program))
        assert tally.differing == []
        assert sum(tally.days.values()) == earned
        assert sorted(tally.tiers.elements()) == tiers
        assert tally.held == held_by(life.program, end)
        assert tally.debt == sum(account.debt for account in Account.objects.filter(program=life.program))
        assert tally.unpaid_count == 0
        transaction.set_rollback(True)

"""Any two lives, merged and parted again: both are as they were, and what came between is as if no merge had been."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loyalty_site.refusals import Refused
from members import adjusting, audit, expiry, finding, refunds, tiering
from members.merging import apart, together
from members.models import Account, Member, Order, PointsLot
from members.refunds import NewRefund
from members.tests import factories
from members.tests.factories import NOW
from programs import calendar, terms
from programs.models import Role
from rewards import redeeming
from rewards.tests.factories import reward

A_DAY = timedelta(days=1)
PAIR = 2
LEVELS = [
    {"code": "a", "name": "A", "at": 0, "multiplier": "1.0"},
    {"code": "b", "name": "B", "at": 150, "multiplier": "1.5", "entry_gift": 7},
    {"code": "c", "name": "C", "at": 400, "multiplier": "2.0"},
]
TERMS: dict[str, Any] = {
    "earning": {"points": 1, "per": "1.00", "carry_over": True},
    "rules": [
        {"code": "r", "name": "r", "give": {"points": 5}, "cap": {"points": 12, "per": "month"}, "budget": 1_000}
    ],
    "expiry": {"kind": "after", "days": 25},
}
TIERS = {"basis": "points", "window": {"kind": "rolling", "months": 2}, "downgrade": "natural", "levels": LEVELS}
KINDS = st.sampled_from(["buy", "late", "refund", "redeem", "cancel", "adjust", "undo", "wait", "review", "expire"])
STEPS = st.lists(st.tuples(KINDS, st.integers(0, PAIR - 1), st.integers(1, 120)), max_size=14)


class World:
    """A shop and two members; the same steps are lived the same in each."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.program = factories.shop(terms_document=document)
        self.merchant = self.program.merchant
        self.accounts = [factories.account(program=self.program, name=name) for name in ("Anna", "Ania")]
        self.owner = factories.staff(merchant=self.merchant, role=Role.OWNER)
        self.day = self.seconds = self.count = 0
        self.bought: list[tuple[int, str]] = []
        self.had: list[tuple[int, Any]] = []
        self.corrected: list[tuple[int, Any]] = []
        self.is_merged = False
        self.refused: list[int] = []

    @property
    def now(self) -> datetime:
        self.seconds += 1
        return NOW + self.day * A_DAY + timedelta(seconds=self.seconds)

    def name(self) -> str:
        self.count += 1
        return str(self.count)

    def account(self, who: int) -> Account:
        """The account to act on; while merged, that of the member who stays."""
        return Account.objects.select_related("member", "program__merchant").get(
            pk=self.accounts[0 if self.is_merged else who].pk
        )

    def live(self, kind: str, who: int, size: int) -> None:
        try:
            getattr(self, kind)(who, size)
        except Refused:
            self.refused.append(self.count)

    def buy(self, who: int, size: int) -> None:
        self.bought.append((who, self.name()))
        factories.order(self.account(who), f"{size}.50", at=self.now, reference=self.bought[-1][1])

    def late(self, who: int, size: int) -> None:
        self.bought.append((who, self.name()))
        at = self.now
        factories.order(
            self.account(who), f"{size}.00", at=at - (size % 40) * A_DAY, now=at, reference=self.bought[-1][1]
        )

    def refund(self, who: int, size: int) -> None:
        if self.bought:
            reference = self.bought[size % len(self.bought)][1]
            order = Order.objects.get(merchant=self.merchant, reference=reference)
            amount = min(order.amount - order.refunded, Decimal(size))
            new = NewRefund(reference=self.name(), order_reference=reference, amount=amount)
            refunds.refund(new, merchant=self.merchant, now=self.now)

    def redeem(self, who: int, size: int) -> None:
        offered = reward(program=self.program, points_price=size)
        made = redeeming.redeem(account=self.account(who), reward=offered, reference=self.name(), now=self.now)
        self.had.append((who, made))

    def cancel(self, who: int, size: int) -> None:
        if self.had:
            redeeming.cancel(self.had.pop(size % len(self.had))[1], now=self.now)

    def adjust(self, who: int, size: int) -> None:
        points = size - 60 or 1
        made = adjusting.adjust(
            account=self.account(who), points=points, reason="x", by=self.owner, reference=self.name(), now=self.now
        )
        self.corrected.append((who, made))

    def undo(self, who: int, size: int) -> None:
        if self.corrected:
            adjusting.undo(adjustment=self.corrected.pop()[1], by=self.owner, now=self.now)

    def wait(self, who: int, size: int) -> None:
        self.day += size // 20

    def review(self, who: int, size: int) -> None:
        day = calendar.local_day(self.now, self.merchant.zone)
        tiering.review_accounts(self.program, [account.pk for account in self.accounts], day=day, now=self.now)

    def expire(self, who: int, size: int) -> None:
        expiry.expire_accounts([account.pk for account in self.accounts], now=self.now)

    # --- Merging -----------------------------------------------------------------------------------------------

    def merge(self) -> Any:
        member, into = self.accounts[1].member, self.accounts[0].member
        self.is_merged = True
        return together.merge(member, into=into, take=["name"], by=self.owner, now=self.now)

    def part(self, merge: Any) -> None:
        apart.undo(merge, by=self.owner, now=self.now)
        self.is_merged = False

    def proven(self) -> None:
        assert audit.prove(self.merchant.pk, 0, 2**62)[1] == []
        assert audit.total(self.program) == []

    def state(self) -> list[Any]:
        """All that an undo has to restore: lots, accounts, persons, whose purchases are whose, and both numbers."""
        self.expire(0, 0)
        return [
            (
                list(PointsLot.objects.open().filter(account=account).order_by("pk").values()),
                Account.objects.filter(pk=account.pk).values().get(),
                Member.objects.filter(pk=account.member_id).values().get(),
                list(Order.objects.filter(member=account.member_id).order_by("pk").values_list("pk", "refunded")),
                finding.known(self.merchant, account.member.number),
            )
            for account in self.accounts
        ]

    def holding(self, who: int) -> Any:
        """What somebody holds, in figures that two worlds can agree on."""
        account = Account.objects.get(pk=self.accounts[who].pk)
        lots = PointsLot.objects.open().filter(account=account).values_list("remaining", "available_at", "expires_at")
        figures = (account.balance, account.debt, account.qualifying, account.order_count, account.order_total)
        return sorted(lots, key=str), figures


def rolled_back(test: Callable[..., None]) -> Callable[..., None]:
    """Each example in a transaction of its own."""

    def run(*args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            test(*args, **kwargs)
            transaction.set_rollback(True)

    return run


def live(world: World, steps: list[tuple[str, int, int]]) -> None:
    for step in steps:
        world.live(*step)


QUICK = {"max_examples": 15, "deadline": None, "suppress_health_check": list(HealthCheck)}


@pytest.mark.django_db
@settings(**QUICK)
@given(
    steps=STEPS, policy=st.sampled_from(["negative", "within_balance", "pending_only"]), pending=st.sampled_from([0, 4])
)
def test_an_undo_restores_any_two_lives(steps: list[tuple[str, int, int]], policy: str, pending: int) -> None:
    rolled_back(restored)(steps, policy, pending)


def restored(steps: list[tuple[str, int, int]], policy: str, pending: int) -> None:
    document = terms.P0 | TERMS | {"tiers": TIERS, "clawback": policy}
    document["earning"] = document["earning"] | {"pending_days": pending}
    world = World(document)
    live(world, steps)
    before = world.state()
    merge = world.merge()
    world.proven()
    world.part(merge)
    world.proven()
    assert world.state() == before


@pytest.mark.django_db
@settings(**QUICK)
@given(steps=STEPS, between=STEPS)
def test_what_came_between_is_as_if_no_merge_had_been(steps: list[Any], between: list[Any]) -> None:
    rolled_back(sorted_out)(steps, between)


def sorted_out(steps: list[Any], between: list[Any]) -> None:
    """Under terms where a purchase earns the same whoever makes it: else what was earned as one member stays."""
    document = {key: part for key, part in terms.P0.items() if key != "tiers"} | {"expiry": TERMS["expiry"]}
    merged, twin = World(document), World(document)
    for world in (merged, twin):
        live(world, steps)
    merge = merged.merge()
    twin.seconds += 1
    live(merged, between)
    live(twin, [(kind, 0, size) for kind, _who, size in between])
    merged.proven()
    merged.part(merge)
    merged.proven()
    twin.seconds += 1
    for world in (merged, twin):
        world.expire(0, 0)
    if merged.refused == twin.refused:
        assert merged.holding(1) == twin.holding(1)
        assert merged.holding(0)[1] == twin.holding(0)[1]

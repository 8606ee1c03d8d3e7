"""A small shop that everybody wants something from, and what people do there, each act with its own reference."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from loyalty_site.retrying import retried
from members import adjusting, celebrating, crediting, events, expiry, orders, refunds, tiering, undoing
from members.models import Adjustment, Order
from members.new_orders import NewOrder
from members.refunds import NewRefund
from members.tests import factories
from members.tests.factories import NOW
from programs import calendar, terms, versions
from programs.models import Role
from rewards import redeeming
from rewards.models import Redemption
from rewards.tests.factories import reward

A_DAY = timedelta(seconds=0.25)  # of the wall, so that lots expire and vouchers lapse while the crowd is at it
BUDGETS = {f"shared-{points}": points for points in (40, 90, 150, 220, 300)}
CAP, RULE_CAP, STOCK, LIMIT = 900, 60, 1, 2
LEVELS = [
    {"code": "bronze", "name": "Bronze", "at": 0, "multiplier": "1.0"},
    {"code": "silver", "name": "Silver", "at": 500, "multiplier": "1.2", "entry_gift": 40},
    {"code": "gold", "name": "Gold", "at": 1500, "multiplier": "1.5", "entry_gift": 70},
]
RULES = [
    *({"code": code, "name": code, "give": {"points": 9}, "budget": budget} for code, budget in BUDGETS.items()),
    {"code": "mine", "name": "Mine", "give": {"points": 13}, "cap": {"points": RULE_CAP, "per": "day"}},
    *(
        {"code": event, "name": event, "when": {"event": event}, "give": {"points": 20}}
        for event in ("birthday", "referral", "referred", "review")
    ),
]
EARNING = {"points": 1, "per": "1.00", "pending_days": 1, "carry_over": True, "cap": {"points": CAP, "per": "day"}}
TERMS = terms.P0 | {
    "earning": EARNING,
    "rules": RULES,
    "expiry": {"kind": "after", "days": 5},
    "tiers": terms.P0["tiers"] | {"levels": LEVELS, "grace_days": 2},
}
STAMPS = terms.P0 | {
    "tiers": None,
    "earning": {"points": 1, "per": "20.00"},
    "expiry": {"kind": "inactivity", "months": 1},
    "clawback": "within_balance",
}

# Two kinds of shop: one whose orders look back at caps, budgets and activity, and one whose orders are ordinary.
LOOKS_BACK = (TERMS, STAMPS)
ORDINARY = (
    TERMS | {"rules": RULES[-4:], "earning": {"points": 1, "per": "1.00"}},
    STAMPS | {"expiry": {"kind": "never"}, "clawback": "pending_only"},
)
SHOPS = {"looks-back": LOOKS_BACK, "ordinary": ORDINARY}

Act = Callable[[], Any]


class Crowd:
    """The shop, its three members, and the acts that dice choose."""

    def __init__(self, kind: str) -> None:
        self.terms, stamps = SHOPS[kind]
        self.started, self.numbers = time.monotonic(), itertools.count(1)
        self.program = factories.shop(terms_document=self.terms)
        self.merchant = self.program.merchant
        self.stamps = factories.program(merchant=self.merchant, terms_document=stamps, code="stamps")
        born = [(NOW + timedelta(days=days)).date().replace(year=1990) for days in (1, 2, 3)]
        self.members = [
            factories.member(merchant=self.merchant, name=f"M{n}", born_on=day) for n, day in enumerate(born)
        ]
        self.accounts = [
            account
            for member in self.members
            for account in member.accounts.select_related("program__merchant", "member")
        ]
        self.people = [
            factories.staff(merchant=self.merchant, role=role) for role in (Role.CASHIER, Role.MANAGER, Role.OWNER)
        ]
        scarce = [
            reward(program=self.program, name=f"Mug {n}", points_price=20, stock=STOCK, voucher_minutes=2 * 24 * 60)
            for n in range(4)
        ]
        self.rewards = [
            *scarce,
            reward(program=self.program, name="Bean", points_price=30, limit_times=LIMIT, limit_per="lifetime"),
            reward(
                program=self.stamps, name="Coffee", points_price=4, stock=STOCK, limit_times=9, limit_per="lifetime"
            ),
        ]
        self.bought: list[NewOrder] = []
        self.redeemed: list[Redemption] = []
        self.adjusted: list[Adjustment] = []

    @property
    def now(self) -> datetime:
        return NOW + timedelta(days=1) * ((time.monotonic() - self.started) / A_DAY.total_seconds())

    def choose(self, dice: Random) -> Act:
        """What two people are about to do at the same time, with the same reference."""
        acts = [self.order] * 8 + [self.refund] * 4 + [self.redeem] * 6 + [self.end_voucher] * 4
        acts += [self.adjust] * 3 + [self.settle_adjustment] * 2 + [self.credit, self.batch]
        acts += [
            self.undo_purchase,
            self.report_event,
            self.expire,
            self.review,
            self.celebrate,
            self.sweep,
            self.pin,
            self.publish,
        ]
        act: Act = dice.choice(acts)(dice)
        return act

    def reference(self) -> str:
        return f"c{next(self.numbers)}"

    def order(self, dice: Random) -> Act:
        new = self.new_order(dice)
        self.bought.append(new)
        return lambda: orders.record(new, merchant=self.merchant, now=self.now)

    def new_order(self, dice: Random) -> NewOrder:
        return NewOrder(
            reference=self.reference(),
            member_id=dice.choice(self.members).pk,
            amount=Decimal(dice.randint(0, 15_000)) / 100,
            placed_at=self.now - timedelta(days=dice.choice([0, 0, 0, 0.3, 2, 9])),
        )

    def batch(self, dice: Random) -> Act:
        """Orders of all members at once, in any order, some of them sent before."""
        wanted = [self.new_order(dice) for _ in range(6)] + dice.sample(self.bought, min(3, len(self.bought)))
        dice.shuffle(wanted)
        return lambda: orders.record_many(wanted, merchant=self.merchant, now=self.now)

    def refund(self, dice: Random) -> Act:
        """Part or all of an order; now and then before the order has come."""
        known = dice.choice(self.bought) if self.bought and dice.random() < 0.8 else self.new_order(dice)
        amount = known.amount if dice.random() < 0.3 else Decimal(dice.randint(1, 5000)) / 100
        new = NewRefund(reference=self.reference(), order_reference=known.reference, amount=amount)
        if known not in self.bought and dice.random() < 0.5:
            self.bought.append(known)
            return lambda: (
                refunds.record(new, merchant=self.merchant, now=self.now),
                orders.record(known, merchant=self.merchant, now=self.now),
            )[1]
        return lambda: refunds.record(new, merchant=self.merchant, now=self.now)

    def undo_purchase(self, dice: Random) -> Act:
        """Take back what is left of an order; two who do it get one result."""
        if not self.bought:
            return self.order(dice)
        reference = dice.choice(self.bought).reference

        def undo() -> Any:
            found = Order.objects.filter(merchant=self.merchant, reference=reference).first()
            return found and undoing.undo_purchase(found, by=self.people[1], now=self.now)

        return undo

    def report_event(self, dice: Random) -> Act:
        one, friend = dice.sample(self.members, 2)
        wish = {"member": one, "referred": friend, "event": events.REFERRAL}
        new = events.NewEvent(
            reference=self.reference(), **wish if dice.random() < 0.6 else {"member": one, "event": "review"}
        )
        return lambda: events.report(new, merchant=self.merchant, now=self.now)

    def redeem(self, dice: Random) -> Act:
        wanted, reference = dice.choice(self.rewards), self.reference()
        own = [account for account in self.accounts if account.program_id == wanted.program_id]
        account, by = dice.choice(own), dice.choice(self.people)
        act = redeeming.redeem_and_use if dice.random() < 0.3 else redeeming.redeem

        def redeem() -> Redemption:
            got = act(account=account, reward=wanted, reference=reference, by=by, now=self.now)
            self.redeemed.append(got)
            return got

        return redeem

    def end_voucher(self, dice: Random) -> Act:
        if not self.redeemed:
            return self.redeem(dice)
        voucher, by = dice.choice(self.redeemed), dice.choice(self.people)
        acts: list[Act] = [
            lambda: redeeming.use(voucher, by=by, now=self.now),
            lambda: redeeming.cancel(voucher, by=by, now=self.now),
            lambda: redeeming.give_up(voucher, now=self.now),
        ]
        return dice.choice(acts)

    def adjust(self, dice: Random) -> Act:
        account, by, points = (
            dice.choice(self.accounts),
            dice.choice(self.people),
            dice.choice([-150, -60, -9, 8, 90, 180]),
        )
        reference = self.reference()

        def adjust() -> Adjustment:
            done = adjusting.adjust(
                account=account, points=points, reason="x", by=by, reference=reference, now=self.now
            )
            self.adjusted.append(done)
            return done

        return adjust

    def settle_adjustment(self, dice: Random) -> Act:
        if not self.adjusted:
            return self.adjust(dice)
        one, by, is_approved = dice.choice(self.adjusted), dice.choice(self.people), dice.random() < 0.7
        if one.state == Adjustment.State.WAITING:
            return lambda: adjusting.decide(adjustment=one, by=by, is_approved=is_approved, now=self.now)
        return lambda: adjusting.undo(adjustment=one, by=by, now=self.now)

    def credit(self, dice: Random) -> Act:
        account, points, reference = dice.choice(self.accounts), dice.randint(1, 80), self.reference()
        return lambda: crediting.credit(account=account, points=points, reason="x", reference=reference, now=self.now)

    def expire(self, dice: Random) -> Act:
        wanted = [account.pk for account in dice.sample(self.accounts, len(self.accounts))]
        return lambda: expiry.expire_accounts(wanted, now=self.now)

    def review(self, dice: Random) -> Act:
        wanted = [account.pk for account in self.accounts if account.program_id == self.program.pk]
        dice.shuffle(wanted)

        def review() -> Any:
            now = self.now
            day = calendar.local_day(now, self.merchant.zone)
            return tiering.review_accounts(self.program, wanted, day=day, now=now)

        return review

    def celebrate(self, dice: Random) -> Act:
        return retried(lambda: celebrating.work(self.merchant.pk, None, 0, 2**62, self.now))

    def sweep(self, dice: Random) -> Act:
        return dice.choice([lambda: redeeming.sweep_lapsed(self.now), lambda: refunds.sweep_waiting(self.now)])

    def pin(self, dice: Random) -> Act:
        account = dice.choice([account for account in self.accounts if account.program_id == self.program.pk])
        code, until = dice.choice(LEVELS)["code"], self.now.date() + timedelta(days=3)
        return lambda: tiering.pin(account, code, until=until, by=self.people[1], reason="x", now=self.now)

    def publish(self, dice: Random) -> Act:
        """Other points for the same money; caps and budgets stay."""
        changed = {"points": dice.choice([1, 2]), "pending_days": dice.choice([0, 1])}
        document = self.terms | {"earning": self.terms["earning"] | changed}
        return lambda: versions.publish(self.program, document, effective_at=self.now, author=None)

"""What the orders of a batch earn, one after another, under the terms and tier of each order's own date."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from loyalty_site.sql import rows
from members import expiry, orders_sql, segments
from members.ledger import TierStep
from members.models import TierChange
from members.movements import Counted, Held, Movement
from members.new_orders import NewOrder, earliest, purchase_of
from programs import calendar, earning, tiers
from programs.calendar import BEGINNING
from programs.earning import Award, Standing
from programs.models import Merchant
from programs.terms import Level, Terms
from programs.versions import DatedVersion, Schedule


class Past(NamedTuple):
    """An earlier award: when, how many points, what it counts for tiers, and the points of each rule."""

    at: datetime
    points: int
    counts: Decimal
    rule_points: dict[str, int]


@dataclass(slots=True)
class Running:
    """How an account stands between two orders of the batch."""

    carry: Decimal
    order_count: int


class Awarding:
    """Evaluates the orders of a batch in turn; the accounts are held by the caller (or merely looked at).

    Where terms look back, reads once what came before, unless the caller knows it and hands over the `past`.
    """

    def __init__(
        self,
        held: dict[int, Held],
        merchant: Merchant,
        orders: Iterable[NewOrder],
        *,
        versions: Schedule,
        now: datetime,
        past: dict[int, list[Past]] | None = None,
    ) -> None:
        self.merchant, self.now, self.zone = merchant, now, merchant.zone
        self.versions = versions
        self.program_of = {account.id: account.program_id for account in held.values()}
        self.running = {account.id: Running(account.carry, account.order_count) for account in held.values()}
        self.steps: dict[int, TierStep] = {}
        self.climbs: dict[DatedVersion, list[tuple[int, Level]]] = {}
        self.past: dict[int, list[Past]] = defaultdict(list, past or {})
        self.issued: dict[tuple[int, str], int] = {}
        self.member_ids = {account.member_id for account in held.values()}
        if past is None:
            self.look_back(held, earliest(orders, now))

    def expiry_moves(self, movements: Iterable[Movement]) -> dict[int, datetime]:
        """Where the orders move the expiry of the accounts' lots: the latest instant of each account."""
        moves: dict[int, datetime] = {}
        for movement in movements:
            version = self.versions.at(self.program_of[movement.account_id], movement.occurred_at)
            ends_at = expiry.moved_by_activity(version, movement.occurred_at, self.zone)
            if ends_at:
                moves[movement.account_id] = max(ends_at, moves.get(movement.account_id, ends_at))
        return moves

    @property
    def tier_steps(self) -> list[TierStep]:
        """The tier moves of the batch, the last one of each account."""
        return list(self.steps.values())

    def look_back(self, held: dict[int, Held], first_order: dict[int, datetime]) -> None:
        """Load earlier awards of the accounts whose terms need them, in one statement per program."""
        wanted: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
        for account in held.values():
            first = first_order.get(account.member_id, self.now)
            versions = self.versions.between(account.program_id, first, max(first, self.now))
            sinces = [since for version in versions if (since := looks_back_to(version.terms, first, self))]
            if sinces:
                wanted[account.program_id].append((account.id, min(sinces)))
        for program_id, accounts in wanted.items():
            basis = basis_of(self.versions.at(program_id, self.now).terms)
            ids, starts = zip(*accounts, strict=True)
            for row in rows(orders_sql.PAST[basis], {"accounts": list(ids), "since": list(starts)}):
                self.past[row[0]].append(Past(row[1], row[2], row[3], json.loads(row[4] or "{}")))

    def movement(self, account: Held, order: NewOrder, *, order_id: int | None) -> Movement:
        """Evaluate one order for one account, and let it count for the next one."""
        purchase = purchase_of(order, self.merchant)
        version = self.versions.at(account.program_id, purchase.placed_at)
        award = earning.evaluate(version.terms, purchase, self.standing(account, version, purchase.placed_at))
        self.count(account, award, purchase.placed_at, version.terms)
        reached = self.qualifying(account, max(self.now, purchase.placed_at))
        self.upgrade(account, version, purchase.placed_at, reached)
        available_at = calendar.available_at(version.terms, purchase.placed_at, self.zone)
        return Movement(
            account_id=account.id,
            kind="earn",
            points=award.points,
            reference=f"order:{order.source}:{order.reference}",
            occurred_at=purchase.placed_at,
            available_at=available_at,
            expires_at=calendar.expiry_of(version.terms.expiry, available_at, self.zone),
            qualifying=award.qualifying,
            standing=reached,
            carry=award.carry,
            order_count=1,
            order_total=purchase.amount,
            version_id=version.id,
            order_id=order_id,
            actor_id=order.recorded_by.user_id if order.recorded_by else None,
            explain=award.explain | {"version": version.number, "rule_points": award.rule_points},
        )

    def standing(self, account: Held, version: DatedVersion, at: datetime) -> Standing:
        """What the engine must know of the account at the instant of the order."""
        terms, running, past = version.terms, self.running[account.id], self.past[account.id]
        cap = terms.earning.cap
        return Standing(
            tier_code=self.tier_at(account, terms, at),
            carry=running.carry,
            is_first_purchase=running.order_count == 0,
            segments=self.segments[account.member_id] if terms.asks_segments else frozenset(),
            earned={cap.per: sum(max(award.points, 0) for award in self.within(past, cap.per, at))} if cap else {},
            rule_earned={
                rule.code: sum(award.rule_points.get(rule.code, 0) for award in self.within(past, rule.cap.per, at))
                for rule in terms.rules
                if rule.cap
            },
            rule_issued={rule.code: self.issued_by(account, rule.code) for rule in terms.rules if rule.budget},
        )

    @cached_property
    def segments(self) -> dict[int, frozenset[str]]:
        """The segments of the batch's members, read when a rule first asks for them."""
        return segments.of_members(self.member_ids)

    def within(self, past: list[Past], period: str, at: datetime) -> list[Past]:
        """The awards of the period (day, week, month, lifetime) in which an instant lies; later ones may be known."""
        start = calendar.period_start(period, at, self.zone)
        same = (award for award in past if award.at >= start)
        return [
            award for award in same if award.at <= at or calendar.period_start(period, award.at, self.zone) == start
        ]

    def issued_by(self, account: Held, code: str) -> int:
        """What a rule with a budget has given to everybody so far; from here on one asks after another."""
        key = (account.program_id, code)
        if key not in self.issued:
            rows(orders_sql.TAKE_TURNS, {"program": account.program_id})
            self.issued[key] = rows(orders_sql.RULE_ISSUED, {"program": account.program_id, "code": code})[0][0]
        return self.issued[key]

    def count(self, account: Held, award: Award, at: datetime, terms: Terms) -> None:
        running = self.running[account.id]
        running.carry = award.carry
        running.order_count += 1
        self.past[account.id].append(Past(at, award.points, counts_of(award, terms), award.rule_points))
        self.spend_budgets(account, award)

    def spend_budgets(self, account: Held, award: Award) -> None:
        """Let what an award's rules gave count in their budgets for the next one of the batch."""
        for code, points in award.rule_points.items():
            if (account.program_id, code) in self.issued:
                self.issued[account.program_id, code] += points

    def tier_at(self, account: Held, terms: Terms, at: datetime) -> str:
        """The tier an order earns at: the account's own, or a higher one that was reached by the order's date."""
        levels = terms.tiers
        if levels is None:
            return ""
        start = calendar.window_start(levels.window, at, self.zone) or BEGINNING
        reached = sum((award.counts for award in self.past[account.id] if start <= award.at <= at), Decimal(0))
        natural = tiers.natural(levels, reached).code
        if account.tier_since is None or at >= account.tier_since:
            return max(natural, account.tier_code, key=lambda code: tiers.rank(levels, code))
        return natural

    def qualifying(self, account: Held, at: datetime) -> Counted | None:
        """What counts for tiers in the window that ends at an instant; None where the program has no tiers."""
        version = self.versions.at(account.program_id, at)
        levels = version.terms.tiers
        if levels is None:
            return None
        start = calendar.window_start(levels.window, at, self.zone) or BEGINNING
        reached = sum((award.counts for award in self.past[account.id] if award.at >= start), Decimal(0))
        return Counted(reached, start, version.id)

    def upgrade(self, account: Held, version: DatedVersion, at: datetime, reached: Counted | None) -> None:
        """Move the account up at once when it has reached a higher tier; the order itself earned at the old one."""
        levels = version.terms.tiers
        if levels is None or reached is None:
            return
        natural = tiers.natural(levels, reached.amount)
        if tiers.rank(levels, natural.code) <= tiers.rank(levels, account.tier_code):
            return
        changed_at = max(at, account.tier_since) if account.tier_since else at
        climbed = tiers.climbed(levels, account.tier_code, natural.code)
        self.climbs.setdefault(version, []).extend((account.id, level) for level in climbed)
        account.tier_code, account.tier_since = natural.code, changed_at
        self.steps[account.id] = TierStep(
            account.id, natural.code, TierChange.Cause.EARNED, changed_at, version.id, None, account.pinned_until
        )


def looks_back_to(terms: Terms, first: datetime, awarding: Awarding) -> datetime | None:
    """The earliest instant that the terms look back to from an order; None if they never look back."""
    starts: list[datetime | None] = []
    if terms.tiers is not None:
        starts.append(calendar.window_start(terms.tiers.window, min(first, awarding.now), awarding.zone))
    caps: list[Any] = [terms.earning.cap, *(rule.cap for rule in terms.rules)]
    starts += [calendar.period_start(cap.per, first, awarding.zone) for cap in caps if cap]
    return min((start or BEGINNING for start in starts), default=None)


def basis_of(terms: Terms) -> str:
    return terms.tiers.basis if terms.tiers else "points"


def counts_of(award: Award, terms: Terms) -> Decimal:
    """What an award counts for tiers, in the program's own basis."""
    match basis_of(terms):
        case "spend":
            return award.base
        case "visits":
            return Decimal(1)
        case _:
            return Decimal(award.qualifying)

"""What the orders of a batch earn, one after another, under the terms and tier of each order's own date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from members import expiry, history, segments
from members.budgets import Budgets, Issued
from members.dating import Dating, caps_of
from members.history import History, Past, basis_of, counts_of
from members.ledger import TierStep
from members.models import TierChange
from members.movements import Counted, Held, Movement, lifted
from members.new_orders import NewOrder, earliest, purchase_of
from programs import calendar, earning, tiers
from programs.earning import Award, Purchase, Standing
from programs.models import Merchant
from programs.terms import Level, Terms
from programs.versions import DatedVersion, Schedule

NOTHING: Mapping[str, int] = {}
NOWHERE = frozenset[str]()


@dataclass(slots=True)
class Running:
    """How an account stands between two orders of the batch."""

    carry: Decimal
    order_count: int


class Earned(NamedTuple):
    """What a purchase earned: the award and its terms, what counts for tiers now, when the points begin and end."""

    award: Award
    version: DatedVersion
    reached: Counted | None
    available_at: datetime
    expires_at: datetime | None


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
        budgets: Budgets | None = None,
    ) -> None:
        self.merchant, self.now, self.zone = merchant, now, merchant.zone
        self.versions = versions
        self.program_of = {account.id: account.program_id for account in held.values()}
        self.running = {account.id: Running(account.carry, account.order_count) for account in held.values()}
        self.steps: dict[int, TierStep] = {}
        self.climbs: dict[DatedVersion, list[tuple[int, Level]]] = {}
        self.dating = Dating(self.zone)
        self.past: dict[int, History] = defaultdict(History)
        self.budgets = budgets or Budgets()
        self.member_ids = {account.member_id for account in held.values()}
        if past is None:
            self.look_back(held, earliest(orders, now))
        else:
            self.past |= {account_id: History(awards) for account_id, awards in past.items()}

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
        """Load earlier awards of the accounts whose terms need them, in two statements per program at most."""
        wanted: dict[int, dict[int, datetime]] = defaultdict(dict)
        counted: dict[int, dict[int, Held]] = defaultdict(dict)
        for account in held.values():
            first = min(first_order.get(account.member_id, self.now), self.now)
            versions = self.versions.between(account.program_id, first, self.now)
            since = min(filter(None, (self.dating.looks_back_to(one, first) for one in versions)), default=None)
            if since and self.goes_on(account, versions, first):
                counted[account.program_id][account.id] = account
            elif since:
                wanted[account.program_id][account.id] = since
        for program_id, accounts in wanted.items():
            with_rules = any(caps_of(version.terms) for version in self.versions.versions[program_id])
            self.past |= history.load(
                accounts, basis=basis_of(self.versions.at(program_id, self.now).terms), with_rules=with_rules
            )
        for program_id, own in counted.items():
            version = self.versions.at(program_id, self.now)
            start = self.dating.window_start(version, self.now) or self.now
            self.past |= history.counted(own, start, basis=basis_of(version.terms))

    def goes_on(self, account: Held, versions: Sequence[DatedVersion], first: datetime) -> bool:
        """Whether what counts for tiers so far says enough: orders of today, after all others, and no caps."""
        start = self.dating.window_start(versions[0], self.now)
        return (
            start is not None
            and len(versions) == 1
            and not caps_of(versions[0].terms)
            and account.counted is not None
            and account.counted.version_id == versions[0].id
            and account.counted.since <= start
            and (account.last_activity_at or first) <= first
            and self.dating.day_of(first) == self.dating.day_of(self.now)
        )

    def earned(self, account: Held, purchase: Purchase, *, explains: bool = True) -> Earned:
        """Evaluate one purchase for one account, move its tier up, and let it count for the next one."""
        at = purchase.placed_at
        version = self.versions.at(account.program_id, at)
        terms = version.terms
        award = earning.evaluate(terms, purchase, self.standing(account, version, at), explains=explains)
        self.count(account, award, at, terms)
        reached = self.counted(account, version, at) if at >= self.now else self.qualifying(account, self.now)
        if not award.is_stopped:
            self.upgrade(account, version, at, reached)
        available_at = calendar.available_at(terms, at, self.zone)
        return Earned(award, version, reached, available_at, self.dating.expires_at(version, available_at))

    def movement(self, account: Held, order: NewOrder, *, order_id: int | None) -> Movement:
        """Evaluate one order for one account, as the ledger is to post it."""
        purchase = purchase_of(order, self.merchant)
        award, version, reached, available_at, expires_at = self.earned(account, purchase)
        return Movement(
            account_id=account.id,
            kind="earn",
            points=award.points,
            reference=order.entry_reference,
            occurred_at=purchase.placed_at,
            available_at=available_at,
            expires_at=expires_at,
            qualifying=award.qualifying,
            standing=reached,
            carry=award.carry,
            order_count=1,
            order_total=purchase.amount,
            version_id=version.id,
            order_id=order_id,
            actor_id=order.recorded_by.user_id if order.recorded_by else None,
            explain=award.explain
            | {"version": version.number, "rule_points": award.rule_points}
            | lifted(award.explain, account),
        )

    def standing(self, account: Held, version: DatedVersion, at: datetime) -> Standing:
        """What the engine must know of the account at the instant of the order."""
        terms, running, past = version.terms, self.running[account.id], self.past[account.id]
        cap, capped = terms.earning.cap, terms.capped_rules
        return Standing(
            tier_code=self.tier_at(account, version, at),
            carry=running.carry,
            is_first_purchase=running.order_count == 0,
            segments=self.segments.get(account.member_id, NOWHERE) if terms.asks_segments else NOWHERE,
            earned={cap.per: history.points_within(past, cap.per, at, self.zone)} if cap else NOTHING,
            rule_earned=history.points_of_rules(past, capped, at, self.zone) if capped else NOTHING,
            rule_issued=Issued(self.budgets, account.program_id),
        )

    @cached_property
    def segments(self) -> dict[int, frozenset[str]]:
        """The segments of the batch's members, read when a rule first asks for them."""
        return segments.of_members(self.member_ids)

    def count(self, account: Held, award: Award, at: datetime, terms: Terms) -> None:
        running = self.running[account.id]
        running.carry = award.carry
        running.order_count += 1
        self.past[account.id].add(Past(at, award.points, counts_of(award, terms), award.rule_points))
        self.budgets.spend(account.program_id, award.rule_points)

    def tier_at(self, account: Held, version: DatedVersion, at: datetime) -> str:
        """The tier an order earns at: today the account's own, earlier also a higher one that was reached by then.

        So terms with other tiers change what an order earns only once they have moved the member.
        """
        levels, start = version.terms.tiers, self.dating.window_start(version, at)
        if levels is None or start is None:
            return ""
        if self.is_of_today(account, at) and account.tier_code in levels.by_code:
            return account.tier_code
        natural = tiers.natural(levels, self.past[account.id].counted(start, at)).code
        if account.tier_since is None or at >= account.tier_since:
            return max(natural, account.tier_code, key=lambda code: tiers.rank(levels, code))
        return natural

    def is_of_today(self, account: Held, at: datetime) -> bool:
        """Whether the account has its tier since before an order of today."""
        has_begun = account.tier_since is not None and at >= account.tier_since
        return has_begun and (at == self.now or self.dating.day_of(at) == self.dating.day_of(self.now))

    def qualifying(self, account: Held, at: datetime) -> Counted | None:
        """What counts for tiers in the window that ends at an instant; None where the program has no tiers."""
        return self.counted(account, self.versions.at(account.program_id, at), at)

    def counted(self, account: Held, version: DatedVersion, at: datetime) -> Counted | None:
        """What counts for tiers under a version, in the window that ends at an instant."""
        start = self.dating.window_start(version, at)
        return Counted(self.past[account.id].counted_since(start), start, version.id) if start else None

    def upgrade(self, account: Held, version: DatedVersion, at: datetime, reached: Counted | None) -> None:
        """Move the account up at once when it has reached a higher tier; the order itself earned at the old one."""
        levels = version.terms.tiers
        if levels is None or reached is None:
            return
        natural = tiers.natural(levels, reached.amount)
        if tiers.rank(levels, natural.code) <= tiers.rank(levels, account.tier_code):
            return
        changed_at = max(at, account.tier_since) if account.tier_since else at
        is_known = (
            not account.tier_code or account.tier_code in levels.by_code
        )  # from a tier that is gone nobody climbs
        climbed = tiers.climbed(levels, account.tier_code, natural.code) if is_known else ()
        self.climbs.setdefault(version, []).extend((account.id, level) for level in climbed)
        account.tier_code, account.tier_since = natural.code, changed_at
        self.steps[account.id] = TierStep(
            account.id, natural.code, TierChange.Cause.EARNED, changed_at, version.id, None, account.pinned_until
        )

"""What a refund takes back: the difference between what the order's award keeps now and what it kept before.

Everything is read from the award's own explanation and version; today's terms decide nothing but today's tier window.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from members.history import basis_of
from members.models import LedgerEntry, Order, Refund
from members.movements import Counted, Held, Movement, Shortfall, Takes
from programs import earning
from programs.earning import Kept, Line
from programs.returning import Part, returned
from programs.rounding import text
from programs.terms import Terms
from programs.versions import terms_of

NOTHING = Decimal(0)
TAKES = {
    "negative": (Takes.UNEXPIRED, Shortfall.OWE),
    "within_balance": (Takes.UNEXPIRED, Shortfall.TRIM),
    "pending_only": (Takes.PENDING, Shortfall.TRIM),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """What has come back of an order by now: money, and the part of each of its lines."""

    refunded: Decimal
    lines: tuple[Line, ...] = ()
    parts: tuple[Part, ...] = ()


class Earned(Protocol):
    """The award that a refund looks at: the ledger's entry, or one of a replay."""

    @property
    def pk(self) -> Any: ...
    @property
    def account_id(self) -> int: ...
    @property
    def points(self) -> int: ...
    @property
    def version_id(self) -> int | None: ...
    @property
    def explain(self) -> dict[str, Any]: ...


class Lost(NamedTuple):
    """What an award has lost so far: points to earlier refunds, what it counts for tiers still, points expired."""

    points: int
    qualifying_left: int
    expired: int


class Loss(NamedTuple):
    """What an award has lost, and the last of the lots that its own became in merges."""

    lost: Lost
    last_lot: int


class Law(NamedTuple):
    """What decides: the award's own terms, the policy of taking back, and what the account's tiers count today."""

    terms: Terms
    policy: str
    basis: str


def kept_of(award: Earned, terms: Terms, order: Order, back: Back) -> Kept:
    """What an award keeps once so much of its order came back."""
    explain, remaining = award.explain, left_of(order, back.refunded)
    if not any(part.money or part.pieces for part in back.parts):
        return earning.kept(explain, terms, remaining)
    return earning.kept(explain, terms, remaining, returned(explain, terms.rules, back.lines, back.parts))


def clawback(
    award: LedgerEntry,
    account: Held,
    row: Refund,
    *,
    order: Order,
    before: Back,
    after: Back,
    loss: Loss,
    now: datetime,
) -> Movement:
    """What one award loses by a refund that the order already counts; a movement of 0 where it loses no points."""
    by = Law(
        terms=terms_of(award.version_id or 0),
        policy=policy_of(award, now=now),
        basis=basis_of(terms_of(account.counted.version_id)) if account.counted else "",
    )
    movement = taken_back(award, account, row, order=order, before=before, after=after, by=by, lost=loss.lost)
    return movement if award.account_id == account.id else replace(movement, own_lot=loss.last_lot)


def taken_back(
    award: Earned, account: Held, row: Refund, *, order: Order, before: Back, after: Back, by: Law, lost: Lost
) -> Movement:
    """The arithmetic of a clawback, from what is known of the award; reads nothing."""
    kept, kept_before = kept_of(award, by.terms, order, after), kept_of(award, by.terms, order, before)
    less = kept_before.points - kept.points
    due = max(min(less, award.points - lost.points - lost.expired), 0)
    takes, shortfall = TAKES[by.policy]
    explain = explain_of(row, order, kept_before, kept) | taking(by.policy, less=less, due=due)
    return Movement(
        account_id=account.id,
        kind="clawback",
        points=-due,
        reference=f"refund:{row.source}:{row.reference}",
        occurred_at=row.refunded_at,
        takes=takes,
        shortfall=shortfall,
        own_lot=award.pk,
        qualifying=kept.qualifying - lost.qualifying_left,
        standing=standing(account, order, row, lost=lost.qualifying_left - kept.qualifying, basis=by.basis),
        carry=max(account.carry + kept.carry - kept_before.carry, NOTHING),
        order_count=-1 if order.refunded == order.amount else 0,
        order_total=-row.amount,
        version_id=award.version_id,
        order_id=order.pk,
        actor_id=row.recorded_by.user_id if row.recorded_by else None,
        reason=row.reason,
        explain=explain | freed(award, order, by.terms),
    )


def explain_of(row: Refund, order: Order, before: Kept, kept: Kept) -> dict[str, Any]:
    """What came back, what is left of the order, and what the award keeps on that, before and now."""
    explain = {
        "order": order.reference,
        "refund": row.reference,
        "amount": str(row.amount),
        "left": text(left_of(order, order.refunded)),
        "before": before.points,
        "kept": kept.points,
    }
    return explain | {"returned": row.lines} if row.lines else explain


def policy_of(award: LedgerEntry, *, now: datetime) -> str:
    """How an award is taken back: by its own terms, but nothing is owed once its points have ended with the program."""
    policy = terms_of(award.version_id).clawback if award.version_id else "negative"
    ended_at = award.program.points_end_at
    has_ended = ended_at is not None and award.occurred_at < ended_at <= now
    return "within_balance" if has_ended and policy == "negative" else policy


def taking(policy: str, *, less: int, due: int) -> dict[str, Any]:
    """By which policy points are taken, and how many of those that the award earns less had expired already."""
    explain: dict[str, Any] = {"policy": policy}
    return explain | {"expired": less - due} if less > due else explain


def freed(award: Earned, order: Order, terms: Terms) -> dict[str, Any]:
    """What an order that came back whole no longer uses up of the caps and budgets of rules, as points below 0.

    Where the terms forgive what is spent, it stays used: else the same bonus could be had again and again.
    """
    given = award.explain.get("rule_points") or {}
    if not given or order.refunded < order.amount or terms.clawback != "negative":
        return {}
    return {"rule_points": {code: -points for code, points in given.items()}}


def left_of(order: Order, refunded: Decimal) -> Decimal:
    """The eligible money of an order that stays after this much was refunded."""
    return max(order.eligible - refunded, NOTHING)


def standing(account: Held, order: Order, row: Refund, *, lost: int, basis: str) -> Counted | None:
    """What counts for tiers after a refund: an order that has left the window has nothing to lose there.

    None where nobody has counted yet, as in a program without tiers.
    """
    before = account.counted
    if before is None or order.placed_at < before.since:
        return before
    return before._replace(amount=before.amount - uncounted(order, row, lost=lost, basis=basis))


def uncounted(order: Order, row: Refund, *, lost: int, basis: str) -> Decimal:
    """What no longer counts for tiers after a refund, by what they count; `lost` is in points."""
    match basis:
        case "spend":
            return left_of(order, order.refunded - row.amount) - left_of(order, order.refunded)
        case "visits":
            return Decimal(order.refunded == order.amount)
        case _:
            return Decimal(lost)

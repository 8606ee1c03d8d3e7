"""The refunds of a range as the engine looks at them: each with its order as it was just before, and the lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from loyalty_site.sql import many
from members.brought_back import Bought
from members.clawing_back import Back
from members.models import Order, Refund
from members.movements import OpenLot
from members.replaying import facts_sql
from members.replaying.facts import GIVEN, Fact, Facts, lines_of
from members.replaying.span import Span
from programs.purchases import Line
from programs.terms import Terms
from programs.versions import terms_of

ZERO = Decimal(0)


class Award(NamedTuple):
    """An award that a refund looks at. `pk` is its lot."""

    pk: int
    account_id: int
    points: int
    qualifying: int
    version_id: int | None
    explain: dict[str, Any]
    terms: Terms


@dataclass
class Returned:
    """A refund, its order once it counts it, and what had come back of the order before and after."""

    row: Refund
    order: Order
    before: Back
    after: Back


@dataclass
class Returns:
    """What has to be known of what was before the range, to take back or put back some of it.

    Refunds `by_entry`; the `awards` of orders from before, with what was `lost` of them to refunds (points, and
    qualifying below 0) and had `expired`; the lots and points that earlier debits had `drawn`, by their reference;
    and the `ends` of credits that staff gave.
    """

    by_entry: dict[int, Returned] = field(default_factory=dict)
    awards: dict[int, Award] = field(default_factory=dict)
    lost: dict[int, tuple[int, int]] = field(default_factory=dict)
    expired: dict[int, int] = field(default_factory=dict)
    drawn: dict[str, list[tuple[OpenLot, int]]] = field(default_factory=lambda: defaultdict(list))
    ends: dict[int, datetime | None] = field(default_factory=dict)


def read(span: Span, facts: Facts, *, with_lines: bool) -> Returns:
    """What the facts take back, put back and give by hand, in a fixed number of statements."""
    returns = Returns()
    put_refunds(returns, span, facts, with_lines=with_lines)
    put_draws(returns, span, facts.facts)
    given = [
        fact.id
        for fact in facts.facts
        if fact.reference.startswith("credit:") or fact.event == GIVEN or fact.kind == "transfer"
    ]
    if given:
        returns.ends |= dict(many(facts_sql.ENDS, {"entries": given}))
    return returns


def put_draws(returns: Returns, span: Span, facts: Sequence[Fact]) -> None:
    """What debits from before the range had drawn that are put back in it."""
    known = {fact.reference for fact in facts}
    wanted = [taken for fact in facts if (taken := taken_by(fact.reference)) and taken not in known]
    if wanted:
        for reference, points, *lot in many(facts_sql.DRAWN, {"program": span.program.pk, "references": wanted}):
            returns.drawn[reference].append((OpenLot(*lot), points))


def taken_by(reference: str) -> str:
    """The reference of the debit that an entry puts back; empty for any other entry."""
    for prefix, taken in (("restore:", "redeem:"), ("adjust:undo:", "adjust:")):
        if reference.startswith(prefix):
            return taken + reference.removeprefix(prefix)
    return ""


def put_refunds(returns: Returns, span: Span, known: Facts, *, with_lines: bool) -> None:
    """All refunds among the facts."""
    facts = known.facts
    wanted = {fact.id: fact for fact in facts if fact.kind == "clawback" and fact.order_id}
    if not wanted:
        return
    order_ids = sorted({fact.order_id or 0 for fact in wanted.values()})
    bought_here = {fact.order_id for fact in facts if fact.purchase}
    asked = {"orders": order_ids, "program": span.program.pk}
    lines = lines_of(order_ids) if with_lines else {}
    put_awards(returns, [pk for pk in order_ids if pk not in bought_here], known.cuts, span)
    orders = {row[0]: row[1:] for row in many(facts_sql.REFUNDS, {"entries": list(wanted)})}
    pieces = pieces_of(order_ids) if with_lines else {}
    so_far: dict[int, list[int]] = defaultdict(list)
    money: dict[int, Decimal] = defaultdict(Decimal)
    for order_id, entry_id, refund_id, amount, points, qualifying in many(facts_sql.ALL_REFUNDS, asked):
        before = back_of(money[order_id], so_far[order_id], lines.get(order_id, ()), pieces)
        money[order_id] += amount
        so_far[order_id].append(refund_id)
        if entry_id in orders:
            after = back_of(money[order_id], so_far[order_id], lines.get(order_id, ()), pieces)
            returns.by_entry[entry_id] = returned(orders[entry_id], before, after)
        elif entry_id not in wanted:
            lost = returns.lost.get(order_id, (0, 0))
            returns.lost[order_id] = lost[0] + points, lost[1] + qualifying


def put_awards(returns: Returns, order_ids: list[int], cuts: Mapping[int, int], span: Span) -> None:
    asked = {"orders": order_ids, "program": span.program.pk}
    for order_id, entry_id, account_id, points, qualifying, version_id, explain in many(facts_sql.AWARDS, asked):
        returns.awards[order_id] = Award(
            entry_id, account_id, points, qualifying, version_id, explain, terms_of(version_id)
        )
    lots = [award.pk for award in returns.awards.values()]
    for lot_id, account_id, entry_id, points in many(facts_sql.EXPIRED, {"lots": lots}):
        if entry_id < cuts.get(account_id, span.through + 1):
            returns.expired[lot_id] = returns.expired.get(lot_id, 0) + points


def returned(found: tuple[Any, ...], before: Back, after: Back) -> Returned:
    refund_id, amount, refunded_at, source, reference, order_id, placed_at, paid, eligible, _refunded = found
    row = Refund(
        id=refund_id, amount=amount, refunded_at=refunded_at.replace(tzinfo=UTC), source=source, reference=reference
    )
    order = Order(
        id=order_id, placed_at=placed_at.replace(tzinfo=UTC), amount=paid, eligible=eligible, refunded=after.refunded
    )
    return Returned(row, order, before, after)


def pieces_of(order_ids: list[int]) -> dict[int, list[tuple[str, Decimal, Decimal]]]:
    """What each refund brought back of its order's lines, by the refund."""
    found: dict[int, list[tuple[str, Decimal, Decimal]]] = defaultdict(list)
    for _order_id, refund_id, sku, quantity, amount in many(facts_sql.BROUGHT_BACK, {"orders": order_ids}):
        found[refund_id].append((sku, quantity, amount))
    return found


def back_of(
    refunded: Decimal,
    refund_ids: Iterable[int],
    lines: Sequence[Line],
    pieces: dict[int, list[tuple[str, Decimal, Decimal]]],
) -> Back:
    """What has come back of an order after some of its refunds."""
    kinds: dict[str, Bought] = {}
    for line in lines:
        if line.sku:
            kind = kinds.setdefault(line.sku, Bought())
            kind.quantity += line.quantity
            kind.amount += max(line.amount, ZERO)
    for refund_id in refund_ids:
        for sku, quantity, amount in pieces.get(refund_id, ()):
            kinds[sku].quantity_back += quantity
            kinds[sku].amount_back += amount
    parts = tuple(kinds[line.sku].part if line.sku in kinds else Bought().part for line in lines)
    return Back(refunded=refunded, lines=tuple(lines), parts=parts)

"""What is lived again: what members and staff did, as the books tell it, in the order in which it became known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from loyalty_site.sql import many
from members.replaying import facts_sql
from members.replaying.span import Span
from programs.purchases import Line, Purchase

Row = tuple[Any, ...]
GIVEN = "given"  # the gift of a tier that was reached by what lies before the facts


class Fact(NamedTuple):
    """One entry of the books. `purchase` stands behind an order's; `comes_back` where refunds of it are known."""

    id: int
    account_id: int
    kind: str
    points: int
    reference: str
    at: datetime
    known_at: datetime
    order_id: int | None
    event: str | None
    purchase: Purchase | None
    comes_back: bool


class Facts(NamedTuple):
    """The facts of some accounts, in order, and the entry with which each account's begin, with when it was posted.

    `carries` say, where terms carry over, what an account's first order found. Accounts that are `booked` are not
    lived again, and have no cut.
    """

    facts: list[Fact]
    cuts: dict[int, int]
    posted: dict[int, datetime]
    carries: dict[int, Decimal]
    booked: frozenset[int]


def read(span: Span, first: int, last: int, *, booked: frozenset[int], with_lines: bool, with_carry: bool) -> Facts:
    """The facts of a range of accounts, in two statements."""
    asked = {"program": span.program.pk, "first": first, "last": last, "start": span.start, "with_carry": with_carry}
    found = many(facts_sql.ENTRIES, asked)
    cuts, ends = bounds(found, span)
    replayed = [row for row in found if row[1] in cuts and cuts[row[1]] <= row[0] <= ends[row[1]]]
    lines = lines_of([row[8] for row in replayed if row[2] == "earn" and row[8]]) if with_lines else {}
    places = {0: "", **dict(span.merchant.locations.values_list("pk", "code"))}
    posted = {row[1]: row[7] for row in replayed if row[0] == cuts[row[1]]}
    lived = {account_id: cut for account_id, cut in cuts.items() if account_id not in booked}
    carries = carries_of(row for row in replayed if row[1] in lived)
    return Facts(as_facts(replayed, span, lines, places), lived, posted, carries, booked)


def bounds(found: Sequence[Row], span: Span) -> tuple[dict[int, int], dict[int, int]]:
    """The first and the last entry of each account that happened in the range."""
    cuts: dict[int, int] = {}
    ends: dict[int, int] = {}
    for row in found:
        if span.start <= row[6] < span.end and row[0] <= span.through:
            cuts.setdefault(row[1], row[0])
            ends[row[1]] = row[0]
    return cuts, ends


def lines_of(order_ids: list[int]) -> dict[int, tuple[Line, ...]]:
    found: dict[int, list[Line]] = defaultdict(list)
    for order_id, *columns in many(facts_sql.LINES, {"orders": order_ids}):
        found[order_id].append(Line(*columns))
    return {order_id: tuple(lines) for order_id, lines in found.items()}


def as_facts(
    found: Sequence[Row], span: Span, lines: dict[int, tuple[Line, ...]], places: dict[int, str]
) -> list[Fact]:
    latest: dict[int, datetime] = {}
    buyers: set[int] = set()
    nights = {night.at for night in span.nights}
    facts = []
    for row in found:
        entry_id, account_id, kind, points, _balance, reference, at, posted_at, order_id, event, _carry, *bought = row
        at, posted_at = at.replace(tzinfo=UTC), posted_at.replace(tzinfo=UTC)
        known_at = span.known_at(entry_id, posted_at)
        if at <= posted_at:
            known_at = latest[account_id] = max(known_at, at, latest.get(account_id, at))
        purchase = None
        if kind == "earn" and order_id:
            amount, points_money, gift_card, shipping, place, channel, _back = bought
            purchase = Purchase(
                at, span.zone, amount, points_money, gift_card, shipping, places.get(place, ""), channel,
                lines.get(order_id, ()),
            )  # fmt: skip
            buyers.add(account_id)
        if reference.startswith("gift:") and account_id not in buyers and at not in nights:
            event = GIVEN
        facts.append(
            Fact(entry_id, account_id, kind, points, reference, at, known_at, order_id, event, purchase, bought[-1])
        )
    return facts


def carries_of(found: Iterable[Row]) -> dict[int, Decimal]:
    """What the first order of each account found carried over, if nothing that changes it came before."""
    first: dict[int, Row] = {}
    for row in found:
        if row[8] and row[1] not in first:
            first[row[1]] = row
    return {account_id: Decimal(row[10]) for account_id, row in first.items() if row[10] is not None}

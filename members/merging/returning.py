"""What happens to points when a merge is undone: each lot is filled again as it was, and what came since is sorted out.

The account that ended gets back what it brought, less what expired meanwhile. What the other one spent of it since
is made up from its own lots, or owed: those were its purchases. What refunds of the other one's purchases, and undone
corrections of its points, took meanwhile is taken from the account that had got the points.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet, Sum

from members import ledger, ledger_merging
from members.merging.carrying import Pen, drawn, open_lots
from members.models import Adjustment, LedgerEntry, LotDraw, LotMove, Merge, PointsLot
from members.movements import Draw, Held, Outcome
from members.posting import pay_debt

ENDED = ("expire", "forfeit")


@dataclass(slots=True)
class Back:
    """A lot that goes back: so many points are due to the lot it came from; `paid` of it had paid a debt."""

    move: LotMove
    due: int
    paid: int


@dataclass(slots=True)
class Since:
    """What came between: the lots that go back, the debt that was taken over, and what was the other's to pay."""

    backs: list[Back] = field(default_factory=list)
    debts: list[LedgerEntry] = field(default_factory=list)
    charges: list[LedgerEntry] = field(default_factory=list)


def give_back(merge: Merge, source: Held, target: Held, since: Since, *, now: datetime) -> None:
    """Return the points of a merge; the caller holds both accounts, and what has expired was posted."""
    pen, held = Pen(merge, f"undo:{source.id}", now), {source.id: source, target.id: target}
    taken_over = [*since.charges, *since.debts]
    ledger_merging.write([one for entry in taken_over for one in given_back(target, entry, pen)], held)
    ledger_merging.write([one for entry in since.charges for one in not_owed(target, entry, pen)], held)
    lots = {lot.pk: lot for lot in open_lots(target.id)}
    ledger_merging.write([*take(target, since.backs, lots, pen), *fill(source, since.backs, pen)], held)
    ledger_merging.write([one for entry in since.debts for one in not_owed(target, entry, pen)], held)
    for charge in since.charges:
        ledger_merging.write([charged(source, charge, pen)], held)
    ledger_merging.write(owe(source, -sum(entry.points for entry in since.debts), pen), held)
    ledger.revive({b.move.lot_id: b.move.into.expires_at for b in since.backs if b.due and b.move.into.expires_at})


def came_since(merge: Merge, kept: dict[str, Any], *, now: datetime) -> Since:
    """What has to be sorted out between two accounts of a merge; `kept` is what the merge knows of them."""
    moves = LotMove.objects.filter(merge=merge, lot__account=kept["source"]).select_related("into__program")
    backs = [back_of(move, now=now) for move in moves.order_by("pk")]
    later = LedgerEntry.objects.filter(account=kept["target"], pk__gt=kept["entry"]).order_by("pk")
    debts = later.filter(kind="transfer", explain__merge=merge.pk, explain__debt=True)
    return Since(backs, list(debts), charges_of([kept["source"], *kept["earlier"]], later))


def charges_of(account_ids: Sequence[int], later: QuerySet[LedgerEntry]) -> list[LedgerEntry]:
    """What was taken from the account that stays, but for points that one of these accounts had got."""
    bought = LedgerEntry.objects.filter(account__in=account_ids, kind="earn", order__isnull=False)
    refunds = later.filter(kind="clawback", points__lte=0, order__in=bought.values("order"))
    undone = later.filter(kind="adjust", points__lt=0, adjustment__undoes__account__in=account_ids)
    return sorted([*refunds, *undone], key=lambda entry: entry.pk)


def back_of(move: LotMove, *, now: datetime) -> Back:
    """How much of a lot goes back: all but what expired meanwhile, and nothing of a lot that is over."""
    draws = LotDraw.objects.filter(lot=move.into_id)
    expired = draws.filter(entry__kind__in=ENDED).aggregate(total=Sum("points", default=0))["total"]
    paid = draws.filter(entry=move.into_id).aggregate(total=Sum("points", default=0))["total"]
    ends_at = move.into.ends_at
    due = 0 if ends_at and ends_at <= now else move.points - expired
    return Back(move, due, min(paid, due))


def take(target: Held, backs: Sequence[Back], lots: dict[int, PointsLot], pen: Pen) -> list[Outcome]:
    """Take what is due: from the lots that came, by owing again what they had paid, from its own lots, by owing."""
    due = sum(back.due for back in backs)
    if not due:
        return []
    came = [lots.pop(back.move.into_id) for back in backs if back.due and back.move.into_id in lots]
    draws = drawn(came, due)
    short = due - sum(draw.points for draw in draws)
    again = min(short, sum(back.paid for back in backs))
    draws += drawn(lots.values(), short - again)
    target.debt += due - sum(draw.points for draw in draws)
    return [pen.outcome(target, -due, draws=draws)]


def fill(source: Held, backs: Sequence[Back], pen: Pen) -> list[Outcome]:
    """Put what is due back into the lots that it came from."""
    wanted: dict[int, int] = defaultdict(int)
    for back in backs:
        wanted[back.move.lot_id] += back.due
    draws = [Draw(lot_id, -points) for lot_id, points in wanted.items() if points]
    return [pen.outcome(source, -sum(draw.points for draw in draws), draws=draws)] if draws else []


def given_back(target: Held, entry: LedgerEntry, pen: Pen) -> list[Outcome]:
    """Undo a debit: its lots hold the points again; one that moved none goes back as well, for what it counts."""
    draws = [Draw(draw.lot_id, -draw.points) for draw in entry.draws.all()]
    given = -sum(draw.points for draw in draws)
    return [pen.outcome(target, given, draws=draws, **as_said(entry, sign=-1))] if given or not entry.points else []


def not_owed(target: Held, entry: LedgerEntry, pen: Pen) -> list[Outcome]:
    """Undo a debit that found too little: what it owed is not owed any more."""
    drawn_points = sum(draw.points for draw in entry.draws.all())
    owed = -entry.points - drawn_points
    if not owed:
        return []
    left = owed - pay_debt(target, owed)
    said = {"kind": entry.kind} if drawn_points else as_said(entry, sign=-1)
    return [pen.outcome(target, owed, lot_remaining=left, **said)]


def charged(source: Held, entry: LedgerEntry, pen: Pen) -> Outcome:
    """Post a debit again in the account that had got the points: from their own lot first, then from the others."""
    own = origin_of(source, entry)
    lots = sorted(open_lots(source.id), key=lambda lot: lot.pk != own)
    draws = drawn(lots, -entry.points)
    source.debt += -entry.points - sum(draw.points for draw in draws)
    return pen.outcome(source, entry.points, draws=draws, **as_said(entry, sign=1))


def origin_of(source: Held, entry: LedgerEntry) -> int | None:
    """The credit, and so the lot, that a debit takes back."""
    if entry.order_id:
        awards = LedgerEntry.objects.filter(account=source.id, order=entry.order_id, kind="earn")
        return awards.values_list("pk", flat=True).first()
    return Adjustment.objects.filter(entry=entry).values_list("undoes__entry", flat=True).first()


def as_said(entry: LedgerEntry, *, sign: int) -> dict[str, Any]:
    """What an entry says that moves a debit to where it belongs; `sign` is that of what it counts."""
    if entry.kind == "transfer":
        return {}
    rule_points = {code: sign * points for code, points in entry.explain.get("rule_points", {}).items()}
    said = {key: value for key, value in entry.explain.items() if key not in ("lots", "owed", "debt_paid")}
    return {
        "kind": entry.kind,
        "order_id": entry.order_id,
        "version_id": entry.version_id,
        "qualifying": sign * entry.qualifying,
        "reason": entry.reason,
        "explain": said | ({"rule_points": rule_points} if rule_points else {}),
    }


def owe(source: Held, debt: int, pen: Pen) -> list[Outcome]:
    """Let an account owe again what the other one had taken over."""
    source.debt += debt
    return [pen.outcome(source, -debt)] if debt else []

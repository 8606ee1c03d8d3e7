"""What happens to points when one account becomes another: each lot opens one like it, and debts go along.

The lots keep their availability and their end. Planning is arithmetic; `carry` asks the ledger to write it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from members import ledger, ledger_merging, numbers
from members.models import Account, LedgerEntry, LotMove, Merge, PointsLot
from members.movements import Draw, Held, Movement, Outcome
from members.posting import pay_debt


@dataclass(slots=True)
class Pen:
    """Writes outcomes about one merge: who did it, when, and references that nobody used."""

    merge: Merge
    mark: str
    now: datetime
    count: int = 0

    def outcome(
        self,
        account: Held,
        points: int,
        *,
        draws: Iterable[Draw] = (),
        lot_remaining: int | None = None,
        kind: str = "transfer",
        lot: PointsLot | None = None,
        **fields: Any,
    ) -> Outcome:
        """Move the account on by an entry; a credit that opens a lot takes its dates from another `lot`."""
        self.count += 1
        account.balance += points
        movement = Movement(
            account_id=account.id,
            kind=kind,
            points=points,
            reference=f"merge:{self.merge.pk}:{self.mark}:{self.count}",
            occurred_at=self.now,
            available_at=lot.available_at if lot else self.now,
            expires_at=lot.expires_at if lot else None,
            actor_id=self.merge.by.user_id if self.merge.by else None,
            explain=fields.pop("explain", {}) | {"merge": self.merge.pk, "points": points},
            reason=fields.pop("reason", self.other_card(account)),
            **fields,
        )
        return Outcome(movement, points, account.balance, list(draws), lot_remaining)

    def other_card(self, account: Held) -> str:
        """The number of the card from which points come, or to which they go."""
        is_source = account.member_id == self.merge.member_id
        return numbers.spaced((self.merge.into if is_source else self.merge.member).number)


def open_lots(account_id: int) -> list[PointsLot]:
    """The open lots of an account with their own dates, in spend order."""
    return list(PointsLot.objects.open().filter(account=account_id).spend_order())


def carry(merge: Merge, source: Held, target: Held, *, now: datetime) -> int:
    """Move all that an account holds and owes to the one that it becomes; the caller holds both. The answer is points.

    What has expired was posted before. Called again, it moves what has come since.
    """
    last_id = LedgerEntry.objects.filter(account=source.id).order_by("-pk").values_list("pk", flat=True).first()
    pen, lots, debt = Pen(merge, f"{source.id}:{last_id or 0}", now), open_lots(source.id), source.debt
    gone = leave(source, lots, pen)
    taken = take_over(target, debt, open_lots(target.id), pen)
    come = [arrive(target, lot, pen) for lot in lots]
    ledger_merging.write([*gone, *taken, *come], {source.id: source, target.id: target})
    LotMove.objects.bulk_create(
        LotMove(merge=merge, lot=lot, into_id=outcome.entry_id, points=outcome.points)
        for lot, outcome in zip(lots, come, strict=True)
    )
    return sum(outcome.points for outcome in come) - debt


def leave(source: Held, lots: Sequence[PointsLot], pen: Pen) -> list[Outcome]:
    """Empty an account, and let it owe nothing."""
    outcomes = []
    if lots:
        draws = [Draw(lot.pk, lot.remaining) for lot in lots]
        outcomes.append(pen.outcome(source, -sum(draw.points for draw in draws), draws=draws))
    if source.debt:
        outcomes.append(pen.outcome(source, source.debt, lot_remaining=0))
        source.debt = 0
    return outcomes


def take_over(target: Held, debt: int, lots: Iterable[PointsLot], pen: Pen) -> list[Outcome]:
    """Let an account owe what the other one owed: its own points pay first."""
    if not debt:
        return []
    draws = drawn(lots, debt)
    target.debt += debt - sum(draw.points for draw in draws)
    return [pen.outcome(target, -debt, draws=draws, explain={"debt": True})]


def drawn(lots: Iterable[PointsLot], wanted: int) -> list[Draw]:
    """Take points from lots in their order, as far as they reach."""
    draws = []
    for lot in lots:
        points = min(lot.remaining, wanted)
        if points > 0:
            lot.remaining -= points
            wanted -= points
            draws.append(Draw(lot.pk, points))
    return draws


def arrive(target: Held, lot: PointsLot, pen: Pen) -> Outcome:
    """Open a lot like the one that came, less what pays the debt of the account."""
    paid = pay_debt(target, lot.remaining)
    explain = {"from_lot": lot.pk}
    return pen.outcome(target, lot.remaining, lot_remaining=lot.remaining - paid, lot=lot, explain=explain)


def carry_on(account: Account, *, now: datetime) -> None:
    """Move on what came into an account after it was merged, as when a voucher of its time was cancelled.

    The caller holds the account; those that it became are locked here, and a deadlock is decided again.
    """
    merge = Merge.objects.standing().filter(member=account.member_id).select_related("by", "member", "into").first()
    if merge is None:
        return
    heir = Account.objects.get(program=account.program_id, member=merge.into_id)
    ledger.expire([account.pk, heir.pk], now=now)
    held = ledger.lock([account.pk, heir.pk])
    carry(merge, held[account.pk], held[heir.pk], now=now)
    carry_on(heir, now=now)

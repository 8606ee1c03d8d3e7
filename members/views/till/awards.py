"""What a purchase earns, or has earned, in words for the counter: one award for each program of the member."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from members.models import LedgerEntry, Member, Order
from members.movements import Movement
from members.orders import RecordedOrder
from members.reading.purses import Purse
from programs import wording
from programs.versions import terms_of
from programs.wording import ExplainedLine


@dataclass(frozen=True, slots=True)
class Award:
    """What a purchase earns, or earned, in one program, in words for the counter."""

    program: str
    points: int
    words: str
    lines: list[ExplainedLine]
    remarks: list[ExplainedLine]
    available_at: datetime | None
    in_all: str


def expected(movements: Iterable[Movement], held: list[Purse], *, member: Member, now: datetime) -> list[Award]:
    """What a purchase would earn in each program, in the order of the card."""
    by_account = {movement.account_id: movement for movement in movements}
    return [award(by_account[purse.account.pk], purse, member, now) for purse in held if purse.account.pk in by_account]


def award(movement: Movement, purse: Purse, member: Member, now: datetime) -> Award:
    coming = movement.available_at if movement.available_at and movement.available_at > now else None
    return worded(movement, purse, member, available_at=coming, held=in_all(purse) + movement.points)


def earned(order: Order, held: list[Purse], *, member: Member, now: datetime) -> list[Award]:
    """What a recorded purchase earned in each program."""
    entries = {entry.account_id: entry for entry in order.entries.filter(kind="earn").select_related("lot")}
    return [kept(entries[purse.account.pk], purse, member, now) for purse in held if purse.account.pk in entries]


def kept(entry: LedgerEntry, purse: Purse, member: Member, now: datetime) -> Award:
    lot = getattr(entry, "lot", None)
    coming = lot.available_at if lot and lot.available_at > now else None
    return worded(entry, purse, member, available_at=coming, held=in_all(purse))


def worded(
    moved: Movement | LedgerEntry, purse: Purse, member: Member, *, available_at: datetime | None, held: int
) -> Award:
    """Split an explanation into what moves points and mere remarks; the total stands apart."""
    explain, speech, terms = moved.explain, purse.speech, terms_of(moved.version_id or 0)
    program = purse.account.program
    *lines, total = wording.explained(
        explain, terms, "cashier", speech.currency, member=member.first_name, places=program.merchant.place_names
    )
    points = int(total.points or 0)
    return Award(
        program=program.name,
        points=points,
        words=f"+{speech.points(points)}" if points else speech.points(0),
        lines=[line for line in lines if line.points is not None],
        remarks=[line for line in lines if line.points is None],
        available_at=available_at,
        in_all=speech.points(held) if purse.terms.unit.as_money else speech.number(held),
    )


def in_all(purse: Purse) -> int:
    """Spendable and pending points less what is owed."""
    return purse.holding.spendable + purse.holding.pending - purse.holding.debt


def gains(recorded: RecordedOrder, held: list[Purse]) -> list[str]:
    """+96 points, for each program."""
    points = {entry.program_id: entry.points for entry in recorded.entries}
    return [
        f"+{purse.speech.points(points[purse.account.program_id])}"
        for purse in held
        if purse.account.program_id in points
    ]

"""What the till's screens show: the member's card, the forms beside it, what was done today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.forms import Form

from members import glance, undoing
from members.models import LedgerEntry, Member, Order
from members.orders import RecordedOrder
from members.posting import Movement
from members.purses import Purse, purses
from members.till_forms import AdjustForm, PurchaseForm
from programs import calendar, wording
from programs.guards import StaffRequest
from programs.models import Staff
from programs.wording import ExplainedLine

TODAY_ROWS = 8


@dataclass(frozen=True, slots=True)
class Award:
    """What a purchase earns, or earned, in one program, in words for the counter."""

    words: str
    lines: list[ExplainedLine]
    remarks: list[ExplainedLine]
    available_at: datetime | None
    in_all: str


@dataclass(frozen=True, slots=True)
class TodayRow:
    """One purchase of today, and whether this person may still undo it."""

    order: Order
    called: str
    points: int
    is_undone: bool
    can_undo: bool


def place_of(staff: Staff) -> str:
    """The code of the place where the till stands; "" where none is set."""
    return staff.location.code if staff.location else ""


def person(request: StaffRequest, member: Member, *, now: datetime) -> dict[str, Any]:
    """The context of the member's card."""
    held = purses(member, now=now)
    return {
        "member": member,
        "called": glance.called(member),
        "first_name": glance.first_name(member),
        "found_by": glance.found_by(member),
        "purses": held,
        "balances": [glance.balance(purse) for purse in held],
        "badges": glance.badges(member, held, merchant=request.merchant, location=place_of(request.staff), now=now),
    }


def desk(
    request: StaffRequest,
    member: Member,
    *,
    now: datetime,
    purchase: PurchaseForm | None = None,
    adjust: AdjustForm | None = None,
) -> dict[str, Any]:
    """The context of a member's whole screen: the card, and the purchase or the adjustment beside it."""
    shown = person(request, member, now=now)
    sent = purchase or adjust
    return shown | {
        "is_adjusting": adjust is not None or (purchase is None and request.GET.get("tab") == "adjust"),
        "purchase": purchase or PurchaseForm(merchant=request.merchant),
        "adjust": adjust or AdjustForm(held=shown["purses"]),
        "faults": faults(sent) if sent else [],
    }


def faults(form: Form) -> list[str]:
    """Every sentence about what is wrong with a form."""
    return [str(sentence) for sentences in form.errors.values() for sentence in sentences]


def expected(movements: Iterable[Movement], held: list[Purse], *, member: Member, now: datetime) -> list[Award]:
    """What a purchase would earn in each program, in the order of the card."""
    by_account = {movement.account_id: movement for movement in movements}
    return [award(by_account[purse.account.pk], purse, member, now) for purse in held if purse.account.pk in by_account]


def award(movement: Movement, purse: Purse, member: Member, now: datetime) -> Award:
    coming = movement.available_at if movement.available_at and movement.available_at > now else None
    return worded(movement.explain, purse, member, available_at=coming, in_all=in_all(purse) + movement.points)


def earned(order: Order, held: list[Purse], *, member: Member, now: datetime) -> list[Award]:
    """What a recorded purchase earned in each program."""
    entries = {entry.account_id: entry for entry in order.entries.filter(kind="earn").select_related("lot")}
    return [kept(entries[purse.account.pk], purse, member, now) for purse in held if purse.account.pk in entries]


def kept(entry: LedgerEntry, purse: Purse, member: Member, now: datetime) -> Award:
    lot = getattr(entry, "lot", None)
    coming = lot.available_at if lot and lot.available_at > now else None
    return worded(entry.explain, purse, member, available_at=coming, in_all=in_all(purse))


def worded(
    explain: dict[str, Any], purse: Purse, member: Member, *, available_at: datetime | None, in_all: int
) -> Award:
    """Split an explanation into what moves points and mere remarks; the total stands apart."""
    speech = purse.speech
    *lines, total = wording.explained(
        explain, "cashier", speech.currency, unit=purse.terms.unit, member=glance.first_name(member)
    )
    return Award(
        words=f"+{speech.points(total.points or 0)}",
        lines=[line for line in lines if line.points is not None],
        remarks=[line for line in lines if line.points is None],
        available_at=available_at,
        in_all=speech.points(in_all) if purse.terms.unit.as_money else speech.number(in_all),
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


def today(request: StaffRequest, *, now: datetime) -> list[TodayRow]:
    """The last purchases of this till today: those of its place, or of this person where no place is set."""
    zone = request.merchant.zone
    since = calendar.start_of_day(calendar.local_day(now, zone), zone)
    here = Q(location=request.staff.location) if request.staff.location else Q(recorded_by=request.staff)
    recorded = request.merchant.orders.filter(here, source=Order.Source.TILL, placed_at__gte=since)
    newest = with_points(recorded).order_by("-placed_at", "-id")[:TODAY_ROWS]
    return [today_row(order, request.staff, now) for order in newest]


def with_points(recorded: QuerySet[Order]) -> QuerySet[Order]:
    """Add the points that each order has earned so far, refunds counted."""
    return recorded.select_related("member").annotate(points=Sum("entries__points"))


def today_row(order: Order, staff: Staff, now: datetime) -> TodayRow:
    is_undone = order.refunded == order.amount
    may = undoing.is_open(author_id=order.recorded_by_id, done_at=order.recorded_at, by=staff, now=now)
    return TodayRow(order, glance.called(order.member), order.points or 0, is_undone, may and not is_undone)  # type: ignore[attr-defined]

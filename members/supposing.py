"""Suppositions: a shop as it would be under other terms, inside a transaction that is always undone.

As long as it lasts the terms are a version of the program like any other, so that everything that reads finds them,
and nobody else sees them. Once it stands the transaction is read only: a page that would write fails instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, LiteralString

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from loyalty_site.models import User
from members import enrolling, families, ledger, orders
from members.enrolling import NewMember
from members.models import Member
from members.new_orders import NewOrder
from members.review_frame import Frame, frame_of
from programs import calendar, versions
from programs.models import Program
from programs.versions import Schedule

WAIT_BRIEFLY = "SET LOCAL lock_timeout = '2s'"
WRITE_NO_MORE = "SET TRANSACTION READ ONLY"
LOCKED = "55P03"
SAMPLE_JOINED = timedelta(days=40)
SAMPLE_VISITS = {33: Decimal(24), 12: Decimal(60), 2: Decimal(38)}  # days ago, and about what they cost in dollars


class Busy(Exception):
    """Somebody else holds the member's card or the program, as an import does; in a moment it is free."""


@contextmanager
def supposed(program: Program, document: dict[str, Any] | None, *, number: str, now: datetime) -> Iterator[Member]:
    """Suppose that the program is under these terms from now on (None: as it is), and give one member of the shop.

    `number` is the member's card; "" makes a sample member, who is gone with the rest. The member has a user, an
    account in the program, and stands on the tier that what counts would give. No points are moved.
    Raises Member.DoesNotExist, and Busy while somebody else holds the card or the program.
    """
    with transaction.atomic():
        try:
            yield prepared(program, document, number, now=now)
        finally:
            transaction.set_rollback(True)


def prepared(program: Program, document: dict[str, Any] | None, number: str, *, now: datetime) -> Member:
    """Put everything in its place, after which the transaction is read only, and give the member."""
    say(WAIT_BRIEFLY)
    try:
        before = tiers_of(program, now=now)
        if document is not None:
            put_in_force(program, document, now=now)
        member = stand_in(program, number, now=now)
        if document is not None and tiers_of(program, now=now) != before:
            find_level(program, member, now=now)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) == LOCKED:
            raise Busy from error
        raise
    say(WRITE_NO_MORE)
    return member


def put_in_force(program: Program, document: dict[str, Any], *, now: datetime) -> None:
    """Make the terms the program's latest version.

    The lock lets purchases pass. It comes first: whoever publishes meanwhile waits for it, and not for the number.
    """
    Program.objects.select_for_update(no_key=True).get(pk=program.pk)
    last = program.versions.order_by("number").last()
    number = last.number + 1 if last else 1
    versions.kept(program.versions.create(number=number, terms=document, effective_at=now))


def stand_in(program: Program, number: str, *, now: datetime) -> Member:
    """The member, or a sample of one, with what a page of the portal takes for granted."""
    members = program.merchant.members.select_related("merchant", "user")
    member = members.get(number=number) if number else sample_member(program, now=now)
    if member.user is None:
        member.user = User.objects.create(email=f"card-{member.pk}@preview.invalid", name=member.name)
        member.save(update_fields=["user"])
    ledger.open_accounts({member.pk: member.joined_at}, [program.pk])
    return member


def sample_member(program: Program, *, now: datetime) -> Member:
    """Somebody who joined some weeks ago and came three times, as the terms would have had it."""
    merchant = program.merchant
    sample = NewMember(name=_("Anna Sample"), joined_at=now - SAMPLE_JOINED)
    (member,) = enrolling.enrol_many([sample], merchant=merchant, now=now - SAMPLE_JOINED)
    scale = Decimal(10) ** (2 - merchant.money_decimals) if merchant.money_decimals < 2 else Decimal(1)
    bought = [
        NewOrder(
            reference=f"sample-{days}",
            member_id=member.pk,
            amount=amount * scale,
            placed_at=now - timedelta(days=days),
        )
        for days, amount in SAMPLE_VISITS.items()
    ]
    orders.record_together(bought, merchant=merchant, now=now)
    return member


def tiers_of(program: Program, *, now: datetime) -> object:
    """The tiers in force, None without, to be compared."""
    schedule = Schedule([program.pk])
    return schedule.at(program.pk, now).terms.tiers if schedule.versions else None


def find_level(program: Program, member: Member, *, now: datetime) -> None:
    """Put the member on the tier that what counts gives under the terms in force, without grace; a pinned one stays."""
    frame = frame_of(program, day=calendar.local_day(now, program.merchant.zone), now=now)
    if frame is None:
        return
    held = list(member.accounts.filter(program=program).values_list("pk", flat=True))
    ledger.hold(held)
    ledger.review(held, frame.levels.basis, at_once(frame).parameters | families.as_parameters(held))


def at_once(frame: Frame) -> Frame:
    """A review that moves everybody to the natural tier, as one does whose owner wants it now."""
    levels = frame.levels.model_copy(update={"downgrade": "natural", "grace_days": 0})
    return replace(frame, levels=levels)


def say(manners: LiteralString) -> None:
    with connection.cursor() as cursor:
        cursor.execute(manners)

"""What a merge would make of two members, looked at before it is done: it is merged, read, and taken back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from members.merging.together import merge
from members.models import Account, Member, PointsLot
from members.reading.purses import Purse, purses_of
from programs.models import Staff


@dataclass(frozen=True, slots=True)
class Comparison:
    """One program's accounts: of the one that stays, of the one that ends, of both as one; any may be missing."""

    name: str
    into: Purse | None
    member: Purse | None
    both: Purse | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """The one member that two would be, program by program; counts are of purchases and of lots that keep their end."""

    programs: list[Comparison]
    order_count: int
    lot_count: int


def outlook(member: Member, into: Member, *, take: Collection[str] = (), by: Staff, now: datetime) -> Outlook:
    """Say what merging would make of two members, having changed nothing. Raises what `merge` raises."""
    own, other = by_program(into, now=now), by_program(member, now=now)
    with transaction.atomic():
        merge(member, into=into, take=take, by=by, now=now)
        both = by_program(into, now=now)
        order_count = into.orders.count()
        lot_count = PointsLot.objects.spendable(now).filter(account__member=into).count()
        transaction.set_rollback(True)
    programs = [Comparison(purse.account.program.name, own.get(pk), other.get(pk), purse) for pk, purse in both.items()]
    return Outlook(programs, order_count, lot_count)


def by_program(member: Member, *, now: datetime) -> dict[int, Purse]:
    """A member's purses in the running programs."""
    accounts = Account.objects.filter(member=member, program__is_active=True).order_by("program")
    found = list(accounts.select_related("program__merchant", "member"))
    return {purse.account.program_id: purse for purse in purses_of(found, now=now)}

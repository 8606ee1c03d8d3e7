"""One line of the list of members: the person, and what they hold in each program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.db.models.query import Prefetch

from members import numbers
from members.listing.columns import OWN, Column
from members.models import Account, Member
from members.reading.purses import Purse, purses_of
from programs.models import Program


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member in the list, with each account; `program` is the one that the list is about."""

    member: Member
    purses: list[Purse]
    program: Program | None

    @property
    def number(self) -> str:
        return numbers.spaced(self.member.number)

    @property
    def account(self) -> Account | None:
        """The account by which the list is filtered and ordered."""
        return next((purse.account for purse in self.purses if purse.account.program_id == self.program_id), None)

    @property
    def program_id(self) -> int | None:
        return self.program.pk if self.program else None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a line; `own` is the value of a field of the shop's own."""

    column: Column
    own: Any = ""


def rows_of(members: Sequence[Member], program: Program | None, *, now: datetime) -> list[MemberRow]:
    """The lines of some members, in a fixed number of queries."""
    accounts = Account.objects.filter(program__is_active=True).select_related("program__merchant").order_by("program")
    prefetch_related_objects(members, Prefetch("accounts", accounts), "joined_location")
    by_member: dict[int, list[Purse]] = {member.pk: [] for member in members}
    for purse in purses_of([account for member in members for account in member.accounts.all()], now=now):
        by_member[purse.account.member_id].append(purse)
    return [MemberRow(member, by_member[member.pk], program) for member in members]


def cells_of(row: MemberRow, columns: Sequence[Column]) -> list[Cell]:
    """The cells of a line, in the order of the columns."""
    own = row.member.fields
    return [Cell(column, own.get(column.key.removeprefix(OWN), "")) for column in columns]

"""How the programs of a member work, in words: the terms in force, since when, and what is announced to change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from members.models import Member
from programs import wording
from programs.calendar import local_day
from programs.models import Program, ProgramVersion
from programs.versions import terms_of
from programs.wording import Change


@dataclass(frozen=True, slots=True)
class Announced:
    """What a coming version changes, and from when on."""

    effective_at: datetime
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class Promise:
    """The terms of one program in sentences, by part; `announced` is the next version that was published."""

    program: Program
    version: ProgramVersion
    parts: list[list[str]]
    announced: Announced | None


def promises_to(member: Member, *, now: datetime) -> list[Promise]:
    """What the shop promises in each running program of the member."""
    programs = member.merchant.programs.running().filter(accounts__member=member).order_by("pk")
    return [promise(program, member.merchant.currency, now=now) for program in programs]


def promise(program: Program, currency: str, *, now: datetime) -> Promise:
    by_date = list(program.versions.order_by("effective_at", "number"))
    due = [version for version in by_date if version.effective_at <= now] or by_date[:1]
    coming = [version for version in by_date if version.effective_at > now and version not in due]
    parts = wording.in_parts(terms_of(due[-1].pk), currency).values()
    ahead = announced(due[-1], coming[0], currency) if coming else None
    return Promise(program, due[-1], [part for part in parts if part], ahead)


def announced(live: ProgramVersion, coming: ProgramVersion, currency: str) -> Announced:
    day = local_day(coming.effective_at, live.program.merchant.zone)
    changes = wording.changes_for_customers(terms_of(live.pk), terms_of(coming.pk), currency, on=day)
    return Announced(coming.effective_at, changes)

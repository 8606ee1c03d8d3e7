"""Versions of a program's terms: which one is in force when, and its typed terms."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from loyalty_site.models import User
from loyalty_site.refusals import Refused
from loyalty_site.sql import rows
from programs import terms
from programs.calendar import Zone, local_day
from programs.models import Merchant, MovesTiers, Program, ProgramVersion
from programs.phases import ENDED, hasty, phase_of, points_end_at
from programs.terms import Terms, TermsRefused

RUNNING = """
SELECT version.id, version.program_id, version.number, version.effective_at
FROM programs_program program JOIN programs_programversion version ON version.program_id = program.id
WHERE program.merchant_id = %s AND program.is_active ORDER BY program.id, version.effective_at, version.number
"""


@dataclass(frozen=True, slots=True)
class DatedVersion:
    """A version without its document: enough to find the one in force."""

    id: int
    program_id: int
    number: int
    effective_at: datetime

    @property
    def terms(self) -> Terms:
        return terms_of(self.id)


class Schedule:
    """The versions of some programs by the dates they come into force, loaded once for a batch."""

    def __init__(self, program_ids: Iterable[int]) -> None:
        columns = ProgramVersion.objects.filter(program__in=list(program_ids)).order_by("effective_at", "number")
        self.keep(columns.values_list("id", "program_id", "number", "effective_at"))

    @classmethod
    def running(cls, merchant: Merchant) -> Schedule:
        """The versions of every running program of a merchant, in one small statement."""
        schedule = cls.__new__(cls)
        schedule.keep(rows(RUNNING, [merchant.pk]))
        return schedule

    def keep(self, found: Iterable[tuple[int, int, int, datetime]]) -> None:
        self.versions: dict[int, list[DatedVersion]] = {}
        for row in found:
            self.versions.setdefault(row[1], []).append(DatedVersion(*row))

    @property
    def version_ids(self) -> list[int]:
        return sorted(version.id for versions in self.versions.values() for version in versions)

    @property
    def program_ids(self) -> list[int]:
        return list(self.versions)

    def at(self, program_id: int, instant: datetime) -> DatedVersion:
        """The version in force at an instant; before the first one, the first one."""
        return in_force(self.versions[program_id], instant)

    def open_at(self, instant: datetime, zone: Zone) -> list[int]:
        """The programs that had not closed at an instant, which somebody new may join."""
        return [pk for pk in self.versions if phase_of(self.at(pk, instant).terms, instant, zone) not in ENDED]

    def ended_by(self, instant: datetime, zone: Zone) -> dict[int, datetime]:
        """The programs whose points have ended by an instant, and when."""
        ends = {pk: self.points_end_at(pk, zone) for pk in self.versions}
        return {pk: ends_at for pk, ends_at in ends.items() if ends_at and ends_at <= instant}

    def points_end_at(self, program_id: int, zone: Zone) -> datetime | None:
        """The instant at which points of the program end or have ended, the last one; None if there is none."""
        return last_end(self.versions[program_id], zone)

    def between(self, program_id: int, first: datetime, last: datetime) -> list[DatedVersion]:
        """The version in force at the first instant, and those that came into force through the last."""
        later = [version for version in self.versions[program_id] if first < version.effective_at <= last]
        return [self.at(program_id, first), *later]


@lru_cache(maxsize=1024)
def remembered(merchant_id: int) -> Schedule:
    """The versions that were running when this process last looked, for callers who check that none is missing.

    Who finds one missing calls `remembered.cache_clear()`.
    """
    return Schedule.running(Merchant(pk=merchant_id))


def in_force(versions: Sequence[DatedVersion], instant: datetime) -> DatedVersion:
    if len(versions) == 1:
        return versions[0]
    position = bisect_right(versions, instant, key=attrgetter("effective_at"))
    return versions[max(position - 1, 0)]


def last_end(versions: Sequence[DatedVersion], zone: Zone) -> datetime | None:
    """When points end with their program: the last such instant of a version that no other one replaces before it."""
    found = None
    for version, later in zip(versions, [*versions[1:], None], strict=True):
        ends_at = points_end_at(version.terms, zone)
        if ends_at and (later is None or later.effective_at > ends_at):
            found = max(ends_at, found or ends_at)
    return found


def current(program: Program, *, now: datetime) -> DatedVersion:
    """The version of one program in force now."""
    return Schedule([program.pk]).at(program.pk, now)


@lru_cache(maxsize=1024)
def terms_of(version_id: int) -> Terms:
    """The typed terms of a version, parsed once per process, which is safe because versions never change."""
    return terms.parse(ProgramVersion.objects.values_list("terms", flat=True).get(pk=version_id))


@lru_cache(maxsize=1024)
def terms_numbered(program_id: int, number: int) -> Terms:
    """The typed terms of a program's version, as explanations name it."""
    return terms_of(ProgramVersion.objects.values_list("pk", flat=True).get(program=program_id, number=number))


class PublishedMeanwhile(Refused):
    """The version that an edit started from is not the latest any more."""

    code = "conflict"

    def __init__(self, number: int) -> None:
        words = _("Version %(number)s was published meanwhile. Open the page again and change that one.")
        super().__init__(words % {"number": number})


class Way(NamedTuple):
    """How a version comes to the members: when other tiers move them, and whether they are told."""

    moves_tiers: str = MovesTiers.REVIEW
    notifies: bool = False


QUIETLY = Way()


class ProgramGone(Refused):
    """The program was thrown away since it was read: it never was live, and somebody discarded its draft."""

    code = "not-found"

    def __init__(self) -> None:
        super().__init__(_("This program is gone: it never was live, and its draft was discarded meanwhile."))


def hold(program: Program) -> None:
    """Lock a program until the transaction ends, so that its versions and its draft stay. Raises ProgramGone."""
    if Program.objects.select_for_update().filter(pk=program.pk).first() is None:
        raise ProgramGone


def publish(
    program: Program,
    document: dict[str, Any],
    *,
    effective_at: datetime,
    author: User | None,
    note: str = "",
    after: int | None = None,
    way: Way = QUIETLY,
) -> ProgramVersion:
    """Publish terms as the program's next version.

    Raises TermsRefused, naming the path of each fault, and PublishedMeanwhile when the latest version is not `after`.
    Without `after`, two people who publish at once get two numbers. Raises ProgramGone, too.
    """
    promised = terms.parse(document)
    with transaction.atomic():
        hold(program)
        refuse_haste(promised, program, effective_at)
        last = program.versions.order_by("number").last()
        if last and after is not None and last.number != after:
            raise PublishedMeanwhile(last.number)
        number = last.number + 1 if last else 1
        dated = {"number": number, "effective_at": effective_at, "author": author, "note": note}
        return kept(program.versions.create(terms=terms.dump(promised), **dated, **way._asdict()))


def refuse_haste(promised: Terms, program: Program, effective_at: datetime) -> None:
    """Raise TermsRefused for an end of the program that would surprise members."""
    zone, known = program.merchant.zone, Schedule([program.pk])
    before = known.at(program.pk, effective_at).terms.closing if known.versions else None
    if faults := [*hasty(promised.closing, before, day=local_day(effective_at, zone))]:
        raise TermsRefused(faults)


def kept(version: ProgramVersion) -> ProgramVersion:
    """Write down when the points of the version's program end, for the statements that move them."""
    program = version.program
    ends_at = Schedule([program.pk]).points_end_at(program.pk, program.merchant.zone)
    Program.objects.filter(pk=program.pk).update(points_end_at=ends_at, is_active=True)
    return version

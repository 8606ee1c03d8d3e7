"""What a tier review goes by on one local day: the terms, where the tier window begins, and what has left it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from loyalty_site.sql import rows
from members import review_sql
from members.models import TierChange, TierMark
from programs import calendar, tiers
from programs.calendar import BEGINNING
from programs.models import Program
from programs.phases import stop_of
from programs.terms import Level, Tiers
from programs.versions import DatedVersion, Schedule

LATE = timedelta(days=3)  # looked at again: an order may have been counted just before its window moved on
LONGEST_STEP = timedelta(days=40)  # a window that moves further, as at the turn of a year, concerns everybody


@dataclass(frozen=True, slots=True)
class Frame:
    """The review of one program on one day. `alike` are the versions that count the same; `ranks` places all codes."""

    program_id: int
    version: DatedVersion
    levels: Tiers
    alike: list[int]
    day: date
    starts_at: datetime
    since: datetime
    left_from: datetime
    is_full: bool
    is_still: bool
    ranks: dict[str, int]
    cause: str = TierChange.Cause.REVIEW

    @property
    def parameters(self) -> dict[str, Any]:
        """How the statements of a review take it."""
        return {
            "program": self.program_id,
            "version": self.version.id,
            "alike": self.alike,
            "ats": [level.at for level in self.levels.levels],
            "codes": [level.code for level in self.levels.levels],
            "known": list(self.ranks),
            "places": [rank + 1 for rank in self.ranks.values()],
            "cause": self.cause,
            "downgrade": self.levels.downgrade,
            "grace": self.levels.grace_days,
            "day": self.day,
            "starts_at": self.starts_at,
            "since": self.since,
            "left_from": self.left_from,
            "is_full": self.is_full,
            "is_still": self.is_still,
        }

    def rank(self, code: str) -> int:
        """The rank of a code; one that no version knew is the lowest."""
        return self.ranks.get(code, 0)

    def climbed(self, before: str, after: str) -> tuple[Level, ...]:
        """The levels above one code up to another, lowest first."""
        return self.levels.levels[self.rank(before) + 1 : self.rank(after) + 1]

    def hold_due(self, first_id: int, last_id: int) -> list[int]:
        """Lock the accounts in a range that the review may change, and name them in id order."""
        found = rows(review_sql.HOLD_DUE, self.parameters | {"first": first_id, "last": last_id})
        return [row[0] for row in found]


def frame_of(program: Program, *, day: date, now: datetime) -> Frame | None:
    """The frame of a day's review by the terms in force on that day, at `now` if it is that day; None without tiers."""
    zone, schedule = program.merchant.zone, Schedule([program.pk])
    starts_at = calendar.start_of_day(day, zone)
    within = min(max(now, starts_at), calendar.end_of_day(day, zone) - datetime.resolution)
    return frame_by(schedule.at(program.pk, within), schedule.versions[program.pk], program, day=day)


def frame_by(version: DatedVersion, known: Sequence[DatedVersion], program: Program, *, day: date) -> Frame | None:
    """The frame of a day's review by one version; `known` are all of the program, in the order of their dates."""
    levels, zone = version.terms.tiers, program.merchant.zone
    if levels is None:
        return None
    starts_at = calendar.start_of_day(day, zone)
    since = calendar.window_start(levels.window, starts_at, zone) or BEGINNING
    left_from = left_since(program, since)
    return Frame(
        program_id=program.pk,
        version=version,
        levels=levels,
        alike=[other.id for other in known if is_alike(other, levels)],
        day=day,
        starts_at=starts_at,
        since=since,
        left_from=left_from or since,
        is_full=left_from is None or since - left_from > LONGEST_STEP,
        ranks=tiers.ranks_among(levels, ladders_of(known, version)),
        is_still=bool(stop_of(version.terms, starts_at, zone)),
    )


def ladders_of(known: Sequence[DatedVersion], version: DatedVersion) -> Iterator[Tiers]:
    """The ladders before a version, the newest first."""
    before = (other.terms.tiers for other in reversed(known) if other.number < version.number)
    return (levels for levels in before if levels)


def is_alike(version: DatedVersion, levels: Tiers) -> bool:
    """Whether a version counts the same over the same window, so that what an account has by it can be gone on from."""
    other = version.terms.tiers
    return other is not None and (other.basis, other.window) == (levels.basis, levels.window)


def left_since(program: Program, since: datetime) -> datetime | None:
    """From when on orders may have left the window since the last review that ended well; None if there was none."""
    mark = TierMark.objects.filter(program=program).first()
    if mark is None:
        return None
    return min(max(mark.since, BEGINNING + LATE) - LATE, since)


def frames_of_day(program: Program, day: date) -> list[Frame]:
    """One frame for each version that is in force at some time of a local day."""
    zone = program.merchant.zone
    starts_at, ends_at = calendar.start_of_day(day, zone), calendar.end_of_day(day, zone)
    versions = Schedule([program.pk]).between(program.pk, starts_at, ends_at)
    frames = (frame_of(program, day=day, now=max(version.effective_at, starts_at)) for version in versions)
    return [frame for frame in frames if frame is not None]

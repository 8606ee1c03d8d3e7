"""Terms that nobody has published, as if they were in force: whatever earns by a schedule cannot tell the difference."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from programs.calendar import BEGINNING
from programs.terms import Terms
from programs.versions import DatedVersion, Schedule

NOWHERE = 0  # the id of a version that has no row


@dataclass(frozen=True, slots=True)
class SupposedVersion(DatedVersion):
    """A version with its terms at hand, because no row holds them."""

    document: Terms = field(compare=False, repr=False)

    @property
    def terms(self) -> Terms:
        return self.document


def supposed(program_id: int, terms: Terms, *, number: int, effective_at: datetime = BEGINNING) -> Schedule:
    """The schedule of one program in which these terms have always held, or since an instant before which nothing did."""
    version = SupposedVersion(NOWHERE, program_id, number, effective_at, terms)
    schedule = Schedule(())
    schedule.versions[program_id] = [version]
    return schedule

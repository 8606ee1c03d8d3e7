"""Terms that nobody has published, as if they were in force: what earns by a schedule sees no difference."""

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


def at_all_times(program_id: int, terms: Terms, *, number: int) -> Schedule:
    """The schedule of one program in which these terms have always held."""
    version = SupposedVersion(NOWHERE, program_id, number, BEGINNING, terms)
    schedule = Schedule(())
    schedule.versions[program_id] = [version]
    return schedule


def from_then_on(known: Schedule, program_id: int, terms: Terms, *, since: datetime) -> Schedule:
    """The schedule of one program as it was, until these terms come into force at an instant, for good."""
    earlier = [version for version in known.versions.get(program_id, []) if version.effective_at < since]
    schedule = Schedule(())
    schedule.versions[program_id] = [*earlier, SupposedVersion(NOWHERE, program_id, NOWHERE, since, terms)]
    return schedule

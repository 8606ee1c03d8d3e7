"""Terms that nobody has published, as if they were in force: what earns by a schedule sees no difference."""

from __future__ import annotations

from dataclasses import dataclass, field

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


def supposed(program_id: int, terms: Terms, *, number: int) -> Schedule:
    """The schedule of one program in which these terms have always held."""
    version = SupposedVersion(NOWHERE, program_id, number, BEGINNING, terms)
    schedule = Schedule(())
    schedule.versions[program_id] = [version]
    return schedule

"""What a bulk change comes to: for how many, how many points in all, and who is left out for which reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from loyalty_site.sql import rows
from members.bulk import points, tagging
from members.models import Bulk


@dataclass(frozen=True, slots=True)
class Weight:
    """A bulk change in numbers, as things stand; `points` are signed, `size` is how many move either way.

    `left_out` counts members by the code of why; `largest` is the most that one card gains or loses.
    """

    count: int
    left_out: dict[str, int]
    points: int = 0
    size: int = 0
    largest: int = 0

    @property
    def chosen(self) -> int:
        return self.count + sum(self.left_out.values())


def weigh(bulk: Bulk, *, now: datetime) -> Weight:
    """Weigh a draft: the numbers of its review. What changes before the job comes by is decided then."""
    statement = points.WEIGH if bulk.kind == Bulk.Kind.ADJUST else tagging.WEIGH
    parameters = points.asked(bulk, now=now) | tagging.asked(bulk)
    found = {row[0]: row[1:] for row in rows(statement, parameters)}
    count, *moved = found.pop("", (0, 0, 0, 0))
    return Weight(count, {why: row[0] for why, row in found.items()}, *(int(number or 0) for number in moved))

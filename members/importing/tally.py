"""What an import did: orders counted, and what was wrong with the others, grouped by cause."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import attrgetter

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.csv_orders import Refusal
from members.importing.recording import Recorded
from members.importing.sifting import Sifted

SHOWN_ROWS = 10


@dataclass(slots=True)
class Problem:
    """One cause, what to do about it, and the rows it concerns: all counted, the first few kept."""

    words: str
    count: int = 0
    rows: list[int] = field(default_factory=list)

    def add(self, row: int) -> None:
        self.count += 1
        insort(self.rows, row)
        del self.rows[SHOWN_ROWS:]

    def __str__(self) -> str:
        shown = ", ".join(map(str, self.rows)) + (", …" if self.count > len(self.rows) else "")
        places = ngettext("row %(rows)s", "%(count)d rows: %(rows)s", self.count) % {"count": self.count, "rows": shown}
        return f"{self.words} ({places})"


@dataclass(slots=True)
class Imported:
    """What an import did, or would do."""

    orders: int = 0
    new: int = 0
    known: int = 0
    errors: int = 0
    points: int = 0
    enrolled: int = 0
    problems: dict[str, Problem] = field(default_factory=dict)

    def look(self, sifted: Sifted) -> Imported:
        """Count a block that was looked through."""
        self.orders += sifted.orders
        self.known += sifted.known
        self.refuse(sifted.refused)
        return self

    def add(self, recorded: Recorded) -> Imported:
        """Count what was recorded of the rest."""
        self.new += recorded.new
        self.known += recorded.known
        self.points += recorded.points
        self.enrolled += len(recorded.enrolled)
        self.refuse(recorded.refused)
        return self

    def refuse(self, refusals: Iterable[Refusal]) -> None:
        for row, words in refusals:
            self.errors += 1
            self.problems.setdefault(words, Problem(words)).add(row)

    def by_row(self) -> list[Problem]:
        """What was wrong, in the order of the file."""
        return sorted(self.problems.values(), key=attrgetter("rows"))

    def __str__(self) -> str:
        return _("%(orders)s orders: %(new)s new, %(known)s known, %(errors)s errors") % {
            name: f"{getattr(self, name):,}" for name in ("orders", "new", "known", "errors")
        }

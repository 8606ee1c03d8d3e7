"""What an import did: orders counted, and what was wrong with the others, grouped by cause."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

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
        if len(self.rows) < SHOWN_ROWS:
            self.rows.append(row)

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
    rehearsed: set[str] = field(default_factory=set, compare=False, repr=False)

    def add(self, sifted: Sifted, recorded: Sequence[Recorded], *, is_dry: bool) -> None:
        """Count one more block. A dry run enrols nobody for good: who was counted as a newcomer is remembered."""
        self.orders += sifted.orders
        self.known += sifted.known + sum(part.known for part in recorded)
        self.new += sum(part.new for part in recorded)
        self.points += sum(part.points for part in recorded)
        enrolled = set[str]().union(*(part.enrolled for part in recorded)) - self.rehearsed
        self.enrolled += len(enrolled)
        self.rehearsed |= enrolled if is_dry else set()
        self.refuse(chain(sifted.refused, *(part.refused for part in recorded)))

    def refuse(self, refusals: Iterable[Refusal]) -> None:
        """Note what was wrong with some rows, in the order of the rows."""
        for row, words in sorted(refusals):
            self.errors += 1
            self.problems.setdefault(words, Problem(words)).add(row)

    def __str__(self) -> str:
        return _("%(orders)s orders: %(new)s new, %(known)s known, %(errors)s errors") % {
            name: f"{getattr(self, name):,}" for name in ("orders", "new", "known", "errors")
        }

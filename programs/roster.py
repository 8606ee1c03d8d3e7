"""The programs of a shop side by side, each with how it stands: draft, live, paused, closing, closed, over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from programs.models import Merchant, Program
from programs.phases import Phase, phase_of
from programs.terms import Terms
from programs.versions import Schedule
from programs.wording.closing import Standing, standing


@dataclass(frozen=True, slots=True)
class Listed:
    """One program and its terms in force; neither phase nor terms while it is only a draft."""

    program: Program
    terms: Terms | None
    phase: Phase | None

    @property
    def standing(self) -> Standing:
        """How it stands, as a badge."""
        return standing(self.terms, self.phase)


def roster(merchant: Merchant, *, now: datetime) -> list[Listed]:
    """Every program of a shop, those in use first, in two queries."""
    return listed(merchant.programs.order_by("-is_active", "pk"), merchant, now=now)


def listed(programs: Iterable[Program], merchant: Merchant, *, now: datetime) -> list[Listed]:
    found = list(programs)
    known = Schedule(program.pk for program in found)
    return [one(program, known, merchant, now=now) for program in found]


def one(program: Program, known: Schedule, merchant: Merchant, *, now: datetime) -> Listed:
    if program.pk not in known.versions:
        return Listed(program, None, None)
    terms = known.at(program.pk, now).terms
    return Listed(program, terms, phase_of(terms, now, merchant.zone) if program.is_active else Phase.OVER)

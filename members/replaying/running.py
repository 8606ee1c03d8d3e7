"""Replays of a range of accounts: everything is read once, and lived under each of some schedules of terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from loyalty_site import collecting
from members.budgets import Budgets
from members.dating import Dating, caps_of
from members.history import basis_of
from members.replaying import backing, booked, facts, starts
from members.replaying.booked import Rules
from members.replaying.course import Course
from members.replaying.facts import Facts
from members.replaying.span import Span
from members.replaying.starts import Sight
from members.replaying.tally import Tally
from programs.terms import Terms
from programs.versions import Schedule


class Without(dict[tuple[int, str], int]):
    """As if every rule had given so little before that no budget ends."""

    def get(self, key: tuple[int, str], default: int | None = None) -> int:  # type: ignore[override]
        return -(10**15)


WITHOUT_END = Without()


class Supposed(Budgets):
    """What rules with a budget have given: so much before the range, and then what the replay gives."""

    def __init__(self, before: Mapping[tuple[int, str], int]) -> None:
        super().__init__(only_looks=True)
        self.before = before

    def issued_by(self, program_id: int, code: str) -> int:
        key = program_id, code
        if key not in self.issued:
            self.issued[key] = self.before.get(key, 0)
        return self.issued[key]


def replay(
    span: Span,
    first: int,
    last: int,
    schedules: Sequence[Schedule],
    *,
    issued: Mapping[tuple[int, str], int] | None = None,
) -> list[Tally]:
    """Live the range of accounts under each schedule; `issued` is what rules with budgets gave before the range."""
    sight = sight_of(span, schedules)
    terms = terms_in(span, schedules)
    with_lines = any(rule.when.counts_lines for one in terms for rule in one.rules)
    taken = booked.accounts_of(span, first, last)
    known = facts.read(span, first, last, booked=taken, with_lines=with_lines, with_carry=sight.carries)
    rules = booked.rules_of(known.facts, taken)
    begun = starts.read(span, first, last, known, sight)
    returns = backing.read(span, known, with_lines=with_lines)
    courses = [
        Course(span, begun, returns, versions=schedule, budgets=Supposed({} if issued is None else issued))
        for schedule in schedules
    ]
    with collecting.put_off():
        return [lived(course, known, rules) for course in courses]


def lived(course: Course, known: Facts, rules: Rules) -> Tally:
    for fact in known.facts:
        if fact.account_id in known.booked:
            booked.take_down(fact, rules, course.tally, course.awarding.budgets, course.program_id)
        else:
            course.live(fact)
    return course.finish(known.booked)


def terms_in(span: Span, schedules: Sequence[Schedule]) -> list[Terms]:
    return [
        version.terms for schedule in schedules for version in schedule.between(span.program.pk, span.start, span.end)
    ]


def sight_of(span: Span, schedules: Sequence[Schedule]) -> Sight:
    """How far back, and at what, any of the terms look."""
    terms, dating = terms_in(span, schedules), Dating(span.zone)
    seen = [
        dating.looks_back_to(version, span.start)
        for schedule in schedules
        for version in schedule.between(span.program.pk, span.start, span.end)
    ]
    return Sight(
        since=min((since for since in seen if since), default=span.start),
        bases=frozenset(basis_of(one) for one in terms),
        asks_first=any(rule.when.first_purchase for one in terms for rule in one.rules),
        asks_rules=any(caps_of(one) for one in terms),
        has_tiers=any(one.tiers for one in terms),
        carries=any(one.earning.carry_over for one in terms),
    )

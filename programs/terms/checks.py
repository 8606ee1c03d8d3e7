"""What no single key can tell: codes that repeat, levels out of order, rules that could never do anything."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from .refusal import Fault
from .rules import Fixed

LEAST_TO_USE_UP = timedelta(days=30)  # that members have for points which will end with the program

if TYPE_CHECKING:
    from . import Terms


def faults_in(terms: "Terms") -> list[Fault]:
    """List the faults between parts that are valid each by itself."""
    return [*earning_faults(terms), *rule_faults(terms), *level_faults(terms), *closing_faults(terms)]


def earning_faults(terms: "Terms") -> Iterator[Fault]:
    if terms.earning.carry_over and terms.earning.rounding != "floor":
        yield "earning.rounding", _("must be floor with carry-over, which keeps what was rounded down")
    if terms.earning.carry_over and terms.earning.points == 0:
        yield "earning.carry_over", _("needs a base rate to carry over")


def rule_faults(terms: "Terms") -> Iterator[Fault]:
    levels = {level.code for level in terms.tiers.levels} if terms.tiers else set()
    seen: set[str] = set()
    for place, rule in enumerate(terms.rules):
        if rule.code in seen:
            yield f"rules[{place}].code", _("is used by another rule")
        seen.add(rule.code)
        for position, code in enumerate(rule.when.tiers):
            if code not in levels:
                yield f"rules[{place}].when.tiers[{position}]", _("is not the code of a level")
        if isinstance(rule.give, Fixed) and rule.give.each == "item" and not rule.when.counts_lines:
            yield f"rules[{place}].give.each", _("needs products or categories to count")
        if rule.when.event != "purchase" and not isinstance(rule.give, Fixed):
            yield f"rules[{place}].give", _("must be points, because this event has no amount")


def level_faults(terms: "Terms") -> Iterator[Fault]:
    if terms.tiers is None:
        return
    seen: set[str] = set()
    below = -1
    for place, level in enumerate(terms.tiers.levels):
        if level.code in seen:
            yield f"tiers.levels[{place}].code", _("is used by another level")
        if place == 0 and level.at != 0:
            yield "tiers.levels[0].at", _("must be 0, so that everybody has a level")
        elif level.at <= below:
            yield f"tiers.levels[{place}].at", _("must be more than the level before")
        seen.add(level.code)
        below = level.at


def closing_faults(terms: "Terms") -> Iterator[Fault]:
    """Points that end with the program must have been there to be used, the last ones too."""
    closing = terms.closing
    if closing is None:
        return
    if closing.points == "keep" and closing.until:
        yield "closing.until", _("is only for points that end, not for those that are kept")
    if closing.points == "until" and closing.until is None:
        yield "closing.until", _("is missing: the last day on which points can be used")
    last_ones = closing.last_day + timedelta(days=terms.earning.pending_days)
    if closing.until and closing.until < last_ones + LEAST_TO_USE_UP:
        fair = (last_ones + LEAST_TO_USE_UP).isoformat()
        yield "closing.until", _("must be %(day)s or later, 30 days after the last points could come") % {"day": fair}

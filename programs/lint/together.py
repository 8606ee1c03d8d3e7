"""Factors that meet on one purchase, perhaps by surprise: twice on Tuesdays and three times on Tuesdays make six."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from math import prod

from django.utils.translation import gettext as _

from programs import earning
from programs.fitting import Occasion, meets, occasion_for
from programs.lint.finding import Desk, Finding
from programs.lint.overlap import Apart, both
from programs.terms import Multiply, Rule
from programs.wording.example import deed

TOGETHER = "together"


def findings(desk: Desk) -> Iterator[Finding]:
    """One finding for each largest set of rules that some purchase meets at once; the tiers' own factors are known."""
    if desk.terms.earning.stacking == "best":
        return
    told: list[set[str]] = []
    for rules, joint in groups(desk.terms.purchase_rules):
        codes = {rule.code for rule in rules}
        occasion = occasion_of(rules, joint, desk)
        if occasion and not any(codes <= known for known in told):
            told.append(codes)
            yield finding(rules, joint, occasion, desk)


def groups(rules: Sequence[Rule]) -> Iterator[tuple[list[Rule], Rule]]:
    """From each rule on: as many later ones as go with all before, and a rule that asks for all of it."""
    multiply = [rule for rule in rules if isinstance(rule.give, Multiply) and rule.give.multiplier > 1]
    for place, first in enumerate(multiply):
        group, when = [first], first.when
        for later in multiply[place + 1 :]:
            try:
                when = both(when, later.when)
            except Apart:
                continue
            group.append(later)
        if len(group) > 1:
            yield group, first.but(when=when)


def occasion_of(rules: Sequence[Rule], joint: Rule, desk: Desk) -> Occasion | None:
    """A purchase that meets every rule, by a member of every segment that they ask for; None if there is none."""
    found = occasion_for(joint, desk.terms, desk.shop, now=desk.now)
    if found is None:
        return None
    segments = frozenset(segment for rule in rules for segment in rule.when.segments)
    occasion = replace(found, standing=replace(found.standing, segments=segments))
    return occasion if all(meets(rule, occasion) for rule in rules) else None


def finding(rules: Sequence[Rule], joint: Rule, occasion: Occasion, desk: Desk) -> Finding:
    factors = [rule.give.multiplier for rule in rules if isinstance(rule.give, Multiply)]
    multiplies = desk.terms.earning.stacking == "multiply"
    award = earning.evaluate(desk.terms, occasion.purchase, occasion.standing)
    values = {
        "rules": desk.words.all_of(rule.name for rule in rules),
        "factor": desk.words.factor(joined(factors, multiplies=multiplies)),
        "deed": deed(joint, desk.terms, occasion, desk.words),
        "points": desk.words.points(award.points),
    }
    if multiplies:
        sentence = _("%(rules)s meet on one purchase and multiply to %(factor)s. %(deed)s: %(points)s.")
        fix = _("If that is too much, let bonuses add up, let only the best one count, or choose other days.")
        return Finding("show", TOGETHER, "warn", sentence % values, fix, rules[-1].code)
    sentence = _("%(rules)s meet on one purchase and add up to %(factor)s. %(deed)s: %(points)s.")
    fix = _("If that is too much, let only the best bonus count, or choose other days.")
    return Finding("show", TOGETHER, "inform", sentence % values, fix, rules[-1].code)


def joined(factors: Sequence[Decimal], *, multiplies: bool) -> Decimal:
    return prod(factors, start=Decimal(1)) if multiplies else sum((factor - 1 for factor in factors), Decimal(1))

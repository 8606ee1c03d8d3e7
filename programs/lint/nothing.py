"""Rules that fire and give nothing: times one, times nothing, or always beaten where only the best bonus counts."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from programs.fitting import occasion_for
from programs.lint.finding import Desk, Finding
from programs.lint.never import of_rule
from programs.lint.overlap import includes
from programs.terms import Fixed, Level, Multiply, PerMoney, Rule, Terms

TIMES_ONE, OF_NOTHING, SHADOWED = "multiplier-one", "nothing-to-multiply", "shadowed"
NO_PROGRAM = "nothing-earned"


def findings(desk: Desk) -> Iterator[Finding]:
    yield from no_program(desk)
    for rule in desk.terms.purchase_rules:
        if occasion_for(rule, desk.terms, desk.shop, now=desk.now):
            yield from times_one(rule)
            yield from of_nothing(rule, desk.terms)
            yield from shadowed(rule, desk)


def no_program(desk: Desk) -> Iterator[Finding]:
    terms = desk.terms
    levels = terms.tiers.levels if terms.tiers else ()
    if not terms.earning.points and not terms.running_rules and not any(level.discount_percent for level in levels):
        sentence = _("This program gives nothing: no points for purchases, no rule that runs, no discount of a tier.")
        yield Finding("show", NO_PROGRAM, "warn", sentence, _("Set the points for purchases, or add a rule."))


def times_one(rule: Rule) -> Iterator[Finding]:
    if isinstance(rule.give, Multiply) and rule.give.multiplier == 1:
        sentence = _("%(rule)s changes nothing: it multiplies by 1.")
        yield of_rule(rule, TIMES_ONE, sentence, _("Choose another factor, or remove the rule."))


def of_nothing(rule: Rule, terms: Terms) -> Iterator[Finding]:
    if isinstance(rule.give, Multiply) and rule.give.multiplier != 1 and not has_base(terms):
        sentence = _("%(rule)s changes nothing: it multiplies the points for money spent, and there are none.")
        fix = _("Set the points for purchases, or let the rule give points.")
        yield of_rule(rule, OF_NOTHING, sentence, fix)


def has_base(terms: Terms) -> bool:
    """Whether there is anything that a factor could multiply."""
    by_rules = any(isinstance(rule.give, PerMoney) for rule in terms.purchase_rules)
    return bool(terms.earning.points) or (by_rules and terms.earning.stacking == "multiply")


def shadowed(rule: Rule, desk: Desk) -> Iterator[Finding]:
    if desk.terms.earning.stacking == "best" and (winner := winner_over(rule, desk.terms)):
        sentence = _("%(rule)s never counts: only the best bonus does, and %(other)s is always as good or better.")
        fix = _("Let it give more or hold at other times, or let bonuses add up.")
        yield of_rule(rule, SHADOWED, sentence, fix, other=winner)


def winner_over(rule: Rule, terms: Terms) -> str:
    """Name what always beats a rule where the best bonus counts; empty if nothing does."""
    if not is_bonus(rule):
        return ""
    place = terms.purchase_rules.index(rule)
    for other_place, other in enumerate(terms.purchase_rules):
        if other != rule and is_bonus(other) and beats(other, rule, wins_ties=other_place < place):
            return other.name
    return tier_over(rule, terms)


def is_bonus(rule: Rule) -> bool:
    return not isinstance(rule.give, Multiply) or rule.give.multiplier > 1


def beats(other: Rule, rule: Rule, *, wins_ties: bool) -> bool:
    """Whether the other rule fires whenever this one does, nothing limits it, and it gives as much or more."""
    if other.cap or other.budget is not None or not includes(other.when, rule.when):
        return False
    more = excess(other, rule)
    return more is not None and (more > 0 or (more == 0 and wins_ties))


def excess(other: Rule, rule: Rule) -> int | None:
    """Compare two gifts of one kind: 1 for more, 0 for the same, −1 for less; None where it depends on the purchase."""
    match other.give, rule.give:
        case Multiply(multiplier=theirs), Multiply(multiplier=own):
            return (theirs > own) - (theirs < own)
        case PerMoney() as theirs_per, PerMoney() as own_per:
            return (theirs_per.rate > own_per.rate) - (theirs_per.rate < own_per.rate)
        case Fixed(each="order"), Fixed(each="order"):
            return (other.give.points > rule.give.points) - (other.give.points < rule.give.points)
    return None


def tier_over(rule: Rule, terms: Terms) -> str:
    """The tiers themselves, where each level that the rule is for multiplies by as much; they win ties."""
    levels = reached(rule, terms)
    if levels and isinstance(rule.give, Multiply) and all(level.multiplier >= rule.give.multiplier for level in levels):
        return _("the tier")
    return ""


def reached(rule: Rule, terms: Terms) -> list[Level]:
    levels = terms.tiers.levels if terms.tiers else ()
    return [level for level in levels if not rule.when.tiers or level.code in rule.when.tiers]

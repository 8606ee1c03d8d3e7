"""How a rule combines with the other bonuses that one purchase can meet, in a sentence."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from programs.terms import Fixed, Multiply, PerMoney, Rule, Terms
from programs.wording.speech import Speech, speech

MOST_NAMED = 2


def together(rule: Rule, terms: Terms, currency: str) -> str:
    """Say how a rule and the others that may fire with it combine, with a full stop."""
    if rule.when.event != "purchase":
        return _("Earned apart from purchases, so nothing combines with it.")
    if isinstance(rule.give, Multiply) and rule.give.multiplier < 1:
        return _("Takes away from the base points first, before any bonus counts.")
    others = [*partners(rule, terms)]
    if not others:
        return _("Nothing else gives a bonus on the same purchase.")
    return combined(rule, terms, named(others, speech(currency, terms.unit)))


def partners(rule: Rule, terms: Terms) -> Iterator[str]:
    """The names of other bonuses that one purchase can meet."""
    if terms.tiers and any(level.multiplier > 1 for level in terms.tiers.levels):
        yield _("the tier’s bonus")
    for other in terms.purchase_rules:
        if other.code != rule.code and can_meet(rule, other):
            yield other.name


def can_meet(one: Rule, other: Rule) -> bool:
    """Whether one purchase could fire both: no day, place or tier keeps them apart."""
    a, b = one.when, other.when
    apart = any(
        mine and theirs and not set(mine) & set(theirs)
        for mine, theirs in (
            (a.weekdays, b.weekdays),
            (a.locations, b.locations),
            (a.channels, b.channels),
            (a.tiers, b.tiers),
        )
    )
    over = any(x.ends_on and y.starts_on and x.ends_on < y.starts_on for x, y in ((a, b), (b, a)))
    return not (apart or over)


def named(others: list[str], words: Speech) -> str:
    """Beans and Birthday; Beans, Birthday and 3 more."""
    left = len(others) - MOST_NAMED
    return words.all_of([*others[:MOST_NAMED], *([_("%(count)s more") % {"count": left}] if left > 0 else [])])


def combined(rule: Rule, terms: Terms, others: str) -> str:
    if terms.earning.stacking == "best":
        return _("Does not stack with %(others)s. The member gets whichever gives most.") % {"others": others}
    if isinstance(rule.give, (Fixed, PerMoney)):
        return _("Comes on top, beside %(others)s.") % {"others": others}
    if terms.earning.stacking == "add":
        return _("Adds to the bonus of %(others)s.") % {"others": others}
    return _("Multiplies with %(others)s.") % {"others": others}

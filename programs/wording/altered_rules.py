"""Alterations of earning rules: new ones, those that are gone, and each thing that is altered in one that stays."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from programs.terms import Multiply, Rule, When
from programs.wording.aspects import Aspect, Change, Side, altered
from programs.wording.conditions import amount, days, event, hours, places, products, things, ways, which_purchase
from programs.wording.rules import AT_MOST_PER, gift, rule_sentence, tier_names

HOLDS = gettext_lazy("%(name)s holds %(now)s, was %(before)s")
COUNTS = gettext_lazy("%(name)s counts %(now)s, was %(before)s")
IS_FOR = gettext_lazy("%(name)s is %(now)s, was %(before)s")


def rule_changes(old: Side, new: Side) -> Iterator[Change]:
    """Compare by code, which stays when a rule is renamed."""
    before, after = ({rule.code: rule for rule in side.terms.rules} for side in (old, new))
    for code, rule in after.items():
        yield from one_rule(before[code], rule, old, new) if code in before else [added(rule, new)]
    for code, rule in before.items():
        if code not in after:
            yield Change("gone", "rules", _("No longer: %(rule)s") % {"rule": named(rule, old)})
    kept = [code for code in before if code in after]
    if kept != [code for code in after if code in before]:
        order = new.words.all_of(rule.name for rule in new.terms.rules)
        yield Change("changed", "rules", _("The rules count in another order: %(rules)s") % {"rules": order}, True)


def added(rule: Rule, side: Side) -> Change:
    sentence = _("New, and paused: %(rule)s") if rule.paused else _("New: %(rule)s")
    return Change("new", "rules", sentence % {"rule": named(rule, side)})


def named(rule: Rule, side: Side) -> str:
    """Double Tuesday (2× points on Tuesdays, for everyone)."""
    sentence = rule_sentence(rule, speech=side.words, tiers=side.terms.tiers)
    return _("%(rule)s (%(sentence)s)") % {"rule": rule.name, "sentence": sentence}


def one_rule(before: Rule, after: Rule, old: Side, new: Side) -> Iterator[Change]:
    yield from altered(RULE, (before, old), (after, new), name=after.name)
    yield from altered(WHEN, (before.when, old), (after.when, new), name=after.name)
    yield from altered(LIMITS, (before, old), (after, new), name=after.name)


def given(rule: Rule, side: Side) -> str:
    if isinstance(rule.give, Multiply) and rule.give.multiplier == 0:
        return _("no %(points)s") % {"points": side.words.many}
    return gift(rule, side.words)


def last_day(when: When, side: Side) -> str:
    return side.words.day(when.ends_on) if when.ends_on else ""


def first_day(when: When, side: Side) -> str:
    return side.words.day(when.starts_on) if when.starts_on else ""


def levels(when: When, side: Side) -> str:
    if not when.tiers:
        return _("for every tier") if side.terms.tiers else pgettext("all members", "for everyone")
    return _("for %(people)s") % {"people": tier_names(when, side.words, side.terms.tiers)}


def groups(when: When, side: Side) -> str:
    if not when.segments:
        return pgettext("all members", "for everyone")
    return _("for %(people)s") % {"people": side.words.groups(when.segments)}


def most(rule: Rule, side: Side) -> str:
    return str(AT_MOST_PER[rule.cap.per]) % {"points": side.words.points(rule.cap.points)} if rule.cap else ""


def rest(rule: Rule, side: Side) -> str:
    return _("paused") if rule.paused else ""


def in_all(rule: Rule, side: Side) -> str:
    return _("at most %(points)s in all") % {"points": side.words.points(rule.budget)} if rule.budget else ""


RULE = (
    Aspect("rules", ("name",), gettext_lazy("%(now)s is the new name of %(before)s"), lambda rule, side: rule.name),
    Aspect("rules", ("paused",), gettext_lazy("%(name)s is %(now)s"), rest,
           without=gettext_lazy("%(name)s runs again")),
    Aspect("rules", ("give",), gettext_lazy("%(name)s gives %(now)s, was %(before)s"), given),
)  # fmt: skip
WHEN = (
    Aspect("rules", ("event",), gettext_lazy("%(name)s is given %(now)s, was %(before)s"), event),
    Aspect("rules", ("starts_on",), gettext_lazy("%(name)s starts %(now)s, was %(before)s"), first_day,
           without=gettext_lazy("%(name)s starts at once, was %(before)s"),
           anew=gettext_lazy("%(name)s starts %(now)s, was at once")),
    Aspect("rules", ("ends_on",), gettext_lazy("%(name)s ends %(now)s, was %(before)s"), last_day,
           without=gettext_lazy("%(name)s has no end, was %(before)s"),
           anew=gettext_lazy("%(name)s ends %(now)s, had no end")),
    Aspect("rules", ("weekdays",), HOLDS, days),
    Aspect("rules", ("hours",), HOLDS, hours),
    Aspect("rules", ("min_amount",), HOLDS, amount),
    Aspect("rules", ("first_purchase",), HOLDS, which_purchase),
    Aspect("rules", ("products",), COUNTS, products),
    Aspect("rules", ("categories",), COUNTS, things),
    Aspect("rules", ("locations",), HOLDS, places),
    Aspect("rules", ("channels",), HOLDS, ways),
    Aspect("rules", ("tiers",), IS_FOR, levels),
    Aspect("rules", ("segments",), IS_FOR, groups),
)  # fmt: skip
LIMITS = (
    Aspect("rules", ("cap",), gettext_lazy("%(name)s gives %(now)s, was %(before)s"), most,
           without=gettext_lazy("%(name)s gives each member without limit, was %(before)s"),
           anew=gettext_lazy("%(name)s gives %(now)s, was without limit")),
    Aspect("rules", ("budget",), gettext_lazy("%(name)s gives %(now)s, was %(before)s"), in_all,
           without=gettext_lazy("%(name)s gives without limit in all, was %(before)s"),
           anew=gettext_lazy("%(name)s gives %(now)s, was without limit")),
)  # fmt: skip

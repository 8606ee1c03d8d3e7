"""Caps and budgets below a single award."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from programs import earning
from programs.examples import award_of
from programs.fitting import Occasion, occasion_for
from programs.lint.finding import Desk, Finding
from programs.lint.never import of_rule
from programs.purchases import Purchase, Standing
from programs.terms import Rule
from programs.typical import everyday_amount
from programs.unfolding import unfold
from programs.wording.example import deed, event_deed

BUDGET = "budget"


def findings(desk: Desk) -> Iterator[Finding]:
    for rule in desk.terms.running_rules:
        if occasion := occasion_for(rule, desk.terms, desk.shop, now=desk.now):
            yield from cut(rule, occasion, desk)
    yield from everyday_cut(desk)


def cut(rule: Rule, occasion: Occasion, desk: Desk) -> Iterator[Finding]:
    """What a rule gives at once, and its limits do not let through."""
    explain = unfold(award_of(desk.terms, rule, occasion).explain, desk.terms)
    told = next(part for part in explain["rules"] if part["code"] == rule.code)
    if "cut" not in told:
        return
    what = deed(rule, desk.terms, occasion, desk.words) if rule.when.event == "purchase" else event_deed(rule)
    values = {"deed": what, "points": desk.words.points(limit_of(rule, told["cut"]))}
    if told["cut"]["by"] == BUDGET:
        sentence = _("%(rule)s gives more at once than its whole budget of %(points)s. %(deed)s, for example.")
        yield of_rule(rule, "budget-below-award", sentence, _("Raise the budget, or let the rule give less."), **values)
    else:
        sentence = _("%(rule)s gives more at once than its cap of %(points)s lets through. %(deed)s, for example.")
        yield of_rule(rule, "cap-below-award", sentence, _("Raise the cap, or let the rule give less."), **values)


def limit_of(rule: Rule, cut_: dict[str, Any]) -> int:
    limit = rule.budget if cut_["by"] == BUDGET else rule.cap.points if rule.cap else None
    return limit or 0


def everyday_cut(desk: Desk) -> Iterator[Finding]:
    """The cap over all purchases, against one everyday purchase of a member of the lowest tier."""
    terms, amount = desk.terms, everyday_amount(desk.shop.currency)
    if terms.earning.cap is None or not terms.earning.points:
        return
    bare = terms.but(rules=())
    award = earning.evaluate(bare, Purchase(desk.now, desk.shop.zone, amount), Standing())
    whole = earning.rounded(award.exact, terms.earning.rounding)
    if whole > terms.earning.cap.points:
        sentence = _("One purchase of %(money)s earns %(whole)s, more than members may earn (%(points)s).")
        words = desk.words
        values = {
            "money": words.money(amount),
            "whole": words.points(whole),
            "points": words.points(terms.earning.cap.points),
        }
        fix = _("Raise the limit on what a member earns, or give fewer for the money.")
        yield Finding("limits", "limit-below-award", "warn", sentence % values, fix)

"""Tiers that are hardly meant: a level worth less than the one below, a gift that is the way, steps too close."""

from collections.abc import Iterator
from itertools import pairwise

from django.utils.translation import gettext as _

from programs import earning
from programs.lint.finding import Desk, Finding, Severity
from programs.lint.nothing import has_base
from programs.purchases import Purchase, Standing
from programs.terms import Level, Tiers
from programs.typical import everyday_amount


def findings(desk: Desk) -> Iterator[Finding]:
    tiers = desk.terms.tiers
    if tiers is None:
        return
    yield from nobody_climbs(tiers, desk)
    yield from of_nothing(tiers, desk)
    for below, level in pairwise(tiers.levels):
        yield from worth_less(below, level, desk)
        yield from gift_is_the_way(below, level, tiers, desk)
        yield from brings_nothing(below, level, desk)
    yield from too_close(tiers, desk)


def of_level(code: str, severity: Severity, sentence: str, fix: str, **values: str) -> Finding:
    return Finding("tiers", code, severity, sentence % values, fix)


def nobody_climbs(tiers: Tiers, desk: Desk) -> Iterator[Finding]:
    if tiers.basis == "points" and not desk.terms.earning.points and len(tiers.levels) > 1:
        sentence = _("Nobody ever leaves %(tier)s: tiers count the points for money spent, and there are none.")
        fix = _("Count money spent or visits, or set the points for purchases.")
        yield of_level("nobody-climbs", "warn", sentence, fix, tier=tiers.levels[0].name)


def of_nothing(tiers: Tiers, desk: Desk) -> Iterator[Finding]:
    if not has_base(desk.terms) and any(level.multiplier != 1 for level in tiers.levels):
        sentence = _("The factors of the tiers change nothing: they multiply the points for money spent.")
        yield of_level("tiers-multiply-nothing", "warn", sentence, _("Set the points for purchases."))


def worth_less(below: Level, level: Level, desk: Desk) -> Iterator[Finding]:
    values = {"tier": level.name, "below": below.name}
    if level.multiplier < below.multiplier:
        sentence = _("%(tier)s earns less than %(below)s: %(factor)s after %(before)s.")
        values |= {"factor": desk.words.factor(level.multiplier), "before": desk.words.factor(below.multiplier)}
        yield of_level("multiplier-falls", "warn", sentence, _("Let factors rise with the tiers."), **values)
    if level.discount_percent < below.discount_percent:
        sentence = _("%(tier)s has less off than %(below)s: %(percent)s%% after %(before)s%%.")
        percents = (desk.words.number(one.discount_percent) for one in (level, below))
        values |= dict(zip(("percent", "before"), percents, strict=True))
        yield of_level("discount-falls", "warn", sentence, _("Let discounts rise with the tiers."), **values)


def gift_is_the_way(below: Level, level: Level, tiers: Tiers, desk: Desk) -> Iterator[Finding]:
    """A gift as large as all the points that the way to the level earns at the base rate."""
    if not level.entry_gift or tiers.basis == "visits":
        return
    rate = desk.terms.earning.rate if tiers.basis == "spend" else 1
    way = int((level.at - below.at) * rate)
    if level.entry_gift >= way:
        sentence = _("Reaching %(tier)s gives %(gift)s, as much as the whole way to it earns (%(way)s).")
        values = {"gift": desk.words.points(level.entry_gift), "way": desk.words.points(way)}
        yield of_level("gift-is-the-way", "warn", sentence, _("Give less, or start the tier later."),
                       tier=level.name, **values)  # fmt: skip


def brings_nothing(below: Level, level: Level, desk: Desk) -> Iterator[Finding]:
    """A level with nothing that the one below has not; rewards may still ask for it."""
    rules = [rule.when.tiers for rule in desk.terms.running_rules if level.code in rule.when.tiers]
    brings = level.multiplier != below.multiplier or level.discount_percent != below.discount_percent
    if not brings and not level.entry_gift and all(below.code in tiers for tiers in rules):
        sentence = _("%(tier)s brings nothing that %(below)s has not, unless a reward is for it.")
        fix = _("Give it a factor, a discount, a gift or a rule.")
        yield of_level("level-brings-nothing", "inform", sentence, fix, tier=level.name, below=below.name)


def too_close(tiers: Tiers, desk: Desk) -> Iterator[Finding]:
    """Levels that one everyday purchase passes at once."""
    amount = everyday_amount(desk.shop.currency)
    award = earning.evaluate(desk.terms.but(rules=()), Purchase(desk.now, desk.shop.zone, amount), Standing())
    for below, level in pairwise(tiers.levels):
        if level.at - below.at <= award.qualifying:
            sentence = _("%(tier)s is one purchase of %(money)s above %(below)s.")
            values = {"tier": level.name, "below": below.name, "money": desk.words.money(amount)}
            yield of_level("levels-close", "inform", sentence, _("Start it later, if it is to be special."), **values)

"""Worked examples in the shop's own money: what a rule, a rate and a whole program give, computed by the engine."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from programs import earning, terms
from programs.calendar import available_at, day_ending, expiry_of, local_day
from programs.currencies import decimals_of
from programs.earning import Award
from programs.fitting import Occasion, Shop, occasion_for
from programs.terms import Multiply, Rule, Terms
from programs.typical import everyday_amount
from programs.unfolding import unfold
from programs.wording.example import deed, discount, event_deed, outcome, regular, remark, span_sentence, sum_of
from programs.wording.speech import Speech, speech
from programs.year_of_a_regular import lived

ANY_PURCHASE = Rule(code="any-purchase", name="Any purchase", give=Multiply(multiplier=Decimal(1)))


def rule_example(
    under: Terms, rule: Rule, shop: Shop, *, now: datetime, places: Mapping[str, str] | None = None
) -> str:
    """Say what one member gets by a rule: “Anna is Gold and spends 48.50 zł on a Tuesday: 48 + 48 = 96 points”.

    The rule counts as running, as if it were in these terms; empty if no purchase from now on can meet it.
    `places` names locations by their codes.
    """
    under, occasion = with_rule(under, rule), occasion_for(rule, under, shop, now=now)
    words = speech(shop.currency, under.unit, places)
    if occasion is None:
        return ""
    what = deed(rule, under, occasion, words) if rule.when.event == "purchase" else event_deed(rule)
    before = award_of(without_rule(under, rule), rule, occasion).points
    return said(what, award_of(under, rule, occasion), before, rule, under, words)


def with_rule(under: Terms, rule: Rule) -> Terms:
    """The terms with the rule in its place, running; a new one comes last."""
    runs = rule.but(paused=False)
    others = [runs if known.code == rule.code else known for known in under.rules]
    if runs not in others:
        others.append(runs)
    return running(under).but(rules=tuple(others))


def running(under: Terms) -> Terms:
    """The terms as if the program were neither paused nor about to close."""
    return under.but(paused=False, closing=None)


def without_rule(under: Terms, rule: Rule) -> Terms:
    return running(under).but(rules=tuple(known for known in under.rules if known.code != rule.code))


def award_of(under: Terms, rule: Rule, occasion: Occasion) -> Award:
    purchase, standing, event = occasion.purchase, occasion.standing, rule.when.event
    if event == "purchase":
        return earning.evaluate(under, purchase, standing)
    return earning.evaluate_event(
        under, event, occurred_at=purchase.placed_at, zone=purchase.zone, standing=standing
    )  # fmt: skip


def said(what_happens: str, award: Award, before: int, rule: Rule, under: Terms, words: Speech) -> str:
    """`before` is what the same would give without the rule."""
    total = sum_of(before, award.points - before, words)
    return outcome(what_happens, total, remark(unfold(award.explain, under), rule))


def base_example(under: Terms, shop: Shop, *, now: datetime) -> str:
    """Say what an everyday purchase gives without any rule; empty where purchases earn by rules alone."""
    bare = running(under).but(rules=())
    occasion = occasion_for(ANY_PURCHASE, bare, shop, now=now) if bare.earning.points else None
    if occasion is None:
        return ""
    words = speech(shop.currency, under.unit)
    award = earning.evaluate(bare, occasion.purchase, occasion.standing)
    return said(deed(ANY_PURCHASE, bare, occasion, words), award, award.points, ANY_PURCHASE, bare, words)


def expiry_example(under: Terms, shop: Shop, *, now: datetime) -> str:
    """Say with dates from when and how long points earned today can be spent."""
    words, zone = speech(shop.currency, under.unit), shop.zone
    first, today = available_at(under, now, zone), local_day(now, zone)
    end = expiry_of(under.expiry, first, zone)
    values = {
        "points": words.heading,
        "today": words.day(today),
        "first": words.day(local_day(first, zone)),
        "last": words.day(day_ending(end, zone)) if end else "",
    }
    return span_sentence(has_end=end is not None, waits=bool(under.earning.pending_days)) % values


def discount_example(under: Terms, shop: Shop) -> str:
    """Say what the first level with a discount takes off an everyday purchase; empty where none has one."""
    levels = under.tiers.levels if under.tiers else ()
    level = next((level for level in levels if level.discount_percent), None)
    if level is None:
        return ""
    amount, words = everyday_amount(shop.currency), speech(shop.currency, under.unit)
    off = round(amount * level.discount_percent / 100, decimals_of(shop.currency))
    return discount(level, amount, off, words)


def preset_example(document: dict[str, Any], shop: Shop, *, now: datetime) -> list[str]:
    """Say what terms mean to a customer: a purchase, a year of a regular, and how long points last.

    `shop` needs no more than `currency` and `zone`. Raises TermsRefused for a document that is not valid.
    """
    under = running(terms.parse(document))
    return [sentence for sentence in examples_of(under, shop, now=now) if sentence]


def examples_of(under: Terms, shop: Shop, *, now: datetime) -> Iterator[str]:
    first_rule = next(iter(under.purchase_rules), None)
    if under.earning.points:
        yield base_example(under, shop, now=now)
    elif first_rule:
        yield rule_example(under, first_rule, shop, now=now)
    yield discount_example(under, shop)
    year, words = lived(under, shop, now=now), speech(shop.currency, under.unit)
    yield regular(year, under, everyday_amount(shop.currency), words)
    if under.gives_points:
        yield expiry_example(under, shop, now=now)

"""Rules that can never fire: over, on days that never meet, at places and for members that the shop does not have."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from programs.calendar import local_day
from programs.fitting import occasion_for
from programs.lint.finding import Desk, Finding
from programs.terms import Rule

OVER, NEVER_MEET, NO_PLACE, NO_SEGMENT = "over", "days-never-meet", "unknown-location", "unknown-segment"
NEWCOMER, NO_PURCHASE = "newcomer-tier", "event-asks-purchase"


def findings(desk: Desk) -> Iterator[Finding]:
    """At most one finding for each running rule; a paused one is known not to fire."""
    for rule in desk.terms.running_rules:
        reasons = (over, no_purchase, never_meet, no_place, no_segment, newcomer)
        yield from next((found for reason in reasons if (found := [*reason(rule, desk)])), [])


def of_rule(rule: Rule, code: str, sentence: str, fix: str, **values: str) -> Finding:
    return Finding("show", code, "warn", sentence % {"rule": rule.name, **values}, fix, rule.code)


def over(rule: Rule, desk: Desk) -> Iterator[Finding]:
    last = rule.when.ends_on
    if last and last < local_day(desk.now, desk.shop.zone):
        sentence = _("%(rule)s ended on %(day)s and does not fire any more.")
        fix = _("Move its last day, or remove the rule.")
        yield of_rule(rule, OVER, sentence, fix, day=desk.words.day(last))


def no_purchase(rule: Rule, desk: Desk) -> Iterator[Finding]:
    when = rule.when
    asks = when.min_amount or when.counts_lines or when.locations or when.channels
    if when.event != "purchase" and asks:
        sentence = _(
            "%(rule)s never fires: it is not for purchases, but asks for an amount, for things or for a place."
        )
        fix = _("Take these conditions away, or make it a rule for purchases.")
        yield of_rule(rule, NO_PURCHASE, sentence, fix)


def never_meet(rule: Rule, desk: Desk) -> Iterator[Finding]:
    if occasion_for(rule, desk.terms, desk.shop, now=desk.now) is None:
        sentence = _("%(rule)s never fires: none of its weekdays falls between its first and its last day.")
        yield of_rule(rule, NEVER_MEET, sentence, _("Choose other weekdays, or more days."))


def no_place(rule: Rule, desk: Desk) -> Iterator[Finding]:
    known, wanted = desk.shop.places, rule.when.locations
    if known is not None and wanted and not any(code in known for code in wanted):
        sentence = _("%(rule)s never fires: your shop has no location %(places)s.")
        fix = _("Choose among %(places)s.") % {"places": desk.words.one_of(known)} if known else _("Ask for no place.")
        yield of_rule(rule, NO_PLACE, sentence, fix, places=desk.words.one_of(wanted))


def no_segment(rule: Rule, desk: Desk) -> Iterator[Finding]:
    known, wanted = desk.shop.segments, rule.when.segments
    if known is not None and wanted and not any(segment in known for segment in wanted):
        sentence = _("%(rule)s does not fire: no member is among %(segments)s.")
        fix = _("Write the word on members’ pages, or choose another one.")
        yield of_rule(rule, NO_SEGMENT, sentence, fix, segments=desk.words.one_of(wanted))


def newcomer(rule: Rule, desk: Desk) -> Iterator[Finding]:
    tiers, when = desk.terms.tiers, rule.when
    is_early = when.first_purchase or when.event == "sign_up"
    if tiers and is_early and when.tiers and tiers.levels[0].code not in when.tiers:
        sentence = _("%(rule)s never fires: who is new is %(tier)s, and the rule is for others.")
        fix = _("Let it be for everyone, or for every purchase.")
        yield of_rule(rule, NEWCOMER, sentence, fix, tier=tiers.levels[0].name)

"""Rules and base rates in their forms: what is shown and sent back is the same, and each field changes its own key."""

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from programs.editing import earning, rules
from programs.editing.rule_acts import with_rule
from programs.forms.earning import EarningForm
from programs.forms.rule import Offered, RuleForm
from programs.terms import dump, parse
from programs.terms.earning import Earning
from programs.terms.rules import Rule
from tests.test_every_key import keys

from .factories import document
from .rule_strategies import any_earning, any_rule, sent

OFFERED = Offered(
    "points", (("north", "North Street"),), (("bronze", "Bronze"), ("silver", "Silver"), ("gold", "Gold"))
)
PLAIN = {"code": "bonus", "name": "Bonus", "give": {"points": 5}}


def whole(**parts):
    return dump(parse(document(**parts)))


def form_of(rule, data=None):
    return RuleForm(data, rule=rule, offered=OFFERED, seen="mark", auto_id="bonus-%s")


def edited(before, **changed):
    form = form_of(before["rules"][0])
    filled = form_of(before["rules"][0], sent(form, **changed))
    assert filled.is_valid(), filled.errors
    return dump(parse(with_rule(before, filled.document)))


@given(any_rule())
def test_any_rule_is_sent_back_as_it_was(rule):
    before = whole(rules=[rule])
    assert edited(before) == before


def as_typed(rule):
    """A rule without the blanks that no form keeps."""
    words = {key: list(dict.fromkeys(filter(None, map(str.strip, rule["when"][key])))) for key in rules.TYPED}
    return rule | {"name": rule["name"].strip(), "when": rule["when"] | words}


@given(any_rule())
def test_a_form_shows_all_that_a_rule_says(rule):
    paused = {"paused": rule.get("paused", False)}
    shown, plain = (whole(rules=[one])["rules"][0] for one in (rule, PLAIN | paused))
    assume(shown["name"].isprintable() and shown["name"].strip())
    again = rules.rule_of(plain, rules.values_of(shown))
    assert parse(document(rules=[again])) == parse(document(rules=[as_typed(shown)]))


@given(any_earning())
def test_a_form_shows_all_that_a_base_rate_says(rate):
    shown, plain = whole(earning=rate)["earning"], whole(earning={"points": 7, "per": "7.00"})["earning"]
    again = earning.earning_of(plain, earning.values_of(shown))
    cap = {"cap": shown["cap"]} if "cap" in shown else {}
    assert parse(document(earning=again | cap)) == parse(document(earning=shown))


ANY_TIME = {"when.from": {"starts_on": date.min}, "when.until": {"ends_on": date.max}}
ON_ANY_RULE = ("name", "budget", "when.from", "when.until", "when.weekdays", "when.hours", "when.min_amount",
               "when.products", "when.categories", "when.locations", "when.channels", "when.tiers", "when.segments",
               "when.first_purchase")  # fmt: skip


@given(any_rule(), st.sampled_from(ON_ANY_RULE))
def test_one_changed_field_changes_its_key_alone(rule, key):
    before = whole(rules=[rule])
    _parts, changed, value = REACHED[key]
    changed = ANY_TIME.get(key, changed)
    value = str(next(iter(changed.values()))) if key in ANY_TIME else value
    expected = whole(rules=[rule])["rules"][0]
    outer, _dot, inner = key.rpartition(".")
    (expected[outer] if outer else expected)[inner] = value
    assert edited(before, **changed)["rules"][0] == expected


@given(any_earning())
def test_any_base_rate_is_sent_back_as_it_was(rate):
    before = whole(earning=rate)["earning"]
    filled = EarningForm(sent(EarningForm(rate=before, seen="mark")), rate=before, seen="mark")
    assert filled.is_valid(), filled.errors
    assert filled.document == before


# key of a rule: what the form sends, and what the document then says there
BEANS = {"when": {"categories": ["beans"]}, "give": {"points": 5}}
PER = {"give": {"points": 5, "per": "2.00"}}
CAPPED = {"cap": {"points": 9, "per": "day"}}
REACHED = {
    "name": ({}, {"name": "  Gift "}, "Gift"),
    "when.event": ({}, {"event": "review"}, "review"),
    "when.from": ({}, {"starts_on": date(2026, 5, 1)}, "2026-05-01"),
    "when.until": ({}, {"ends_on": date(2026, 12, 31)}, "2026-12-31"),
    "when.weekdays": ({}, {"weekdays": ["tue", "sun"]}, ["tue", "sun"]),
    "when.hours": ({}, {"starts": time(9), "ends": time(12)}, ["09:00", "12:00"]),
    "when.min_amount": ({}, {"min_amount": Decimal("20.00")}, "20.00"),
    "when.products": ({}, {"products": [" espresso, double", "tea "]}, ["espresso, double", "tea"]),
    "when.categories": ({}, {"categories": ["beans", "", "beans"]}, ["beans"]),
    "when.locations": ({}, {"locations": ["north"]}, ["north"]),
    "when.channels": ({}, {"channels": ["web"]}, ["web"]),
    "when.tiers": ({}, {"tiers": ["silver", "gold"]}, ["silver", "gold"]),
    "when.segments": ({}, {"segments": ["students"]}, ["students"]),
    "when.first_purchase": ({}, {"first_purchase": True}, True),
    "give.multiplier": ({"give": {"multiplier": "2"}}, {"amount": Decimal("1.15")}, "1.15"),
    "give.points": ({}, {"amount": Decimal(60)}, 60),
    "give.each": (BEANS, {"kind": "piece"}, "item"),
    "give.per": (PER, {"per": Decimal("3.00")}, "3.00"),
    "cap.points": (CAPPED, {"cap_points": 70}, 70),
    "cap.per": (CAPPED, {"cap_per": "lifetime"}, "lifetime"),
    "budget": ({}, {"budget": 120}, 120),
}
BY_OTHER_MEANS = {
    "code",  # made from the name, once
    "paused",  # the switch of the row
}
RATE = {
    "points": (3, 3),
    "per": (Decimal("2.50"), "2.50"),
    "rounding": ("ceiling", "ceiling"),
    "stacking": ("best", "best"),
    "carry_over": (True, True),
    "pending_days": (14, 14),
}
AMONG_LIMITS = {"cap.points", "cap.per"}


def test_a_form_reaches_every_key():
    assert set(keys(Rule)) == set(REACHED) | BY_OTHER_MEANS
    assert set(keys(Earning)) == set(RATE) | AMONG_LIMITS


@pytest.mark.parametrize("key", REACHED)
def test_it_reaches_a_key_and_no_other(key):
    parts, changed, value = REACHED[key]
    before = whole(rules=[PLAIN | parts])
    expected = whole(rules=[PLAIN | parts])["rules"][0]
    rules.PARTS[0]
    outer, _dot, inner = key.rpartition(".")
    (expected[outer] if outer else expected)[inner] = value
    assert edited(before, **changed)["rules"][0] == expected


@pytest.mark.parametrize("key", RATE)
def test_it_reaches_a_key_of_the_base_rate(key):
    changed, value = RATE[key]
    before = whole()["earning"]
    form = EarningForm(sent(EarningForm(rate=before, seen=""), **{key: changed}), rate=before, seen="")
    assert form.is_valid(), form.errors
    assert form.document == before | {key: value}
    assert earning.values_of(form.document)[key] == changed


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"amount": Decimal("1.5")}, "amount", "whole numbers"),
        ({"kind": "per"}, "per", "how much money"),
        ({"kind": "times", "event": "birthday"}, "kind", "Only purchases"),
        ({"kind": "piece"}, "kind", "pieces of what"),
        ({"starts": time(9)}, "ends", "both hours"),
        ({"starts": time(9), "ends": time(9)}, "ends", "another end"),
        ({"starts_on": date(2026, 5, 2), "ends_on": date(2026, 5, 1)}, "ends_on", "later one"),
        ({"name": "  "}, "name", "Give the rule a name"),
        ({"categories": ["x" * 121]}, "categories", "120 letters"),
        ({"min_amount": Decimal(0)}, "min_amount", "more than"),
    ],
)
def test_it_says_how_to_put_right_what_cannot_be(changed, field, words):
    rule = whole(rules=[PLAIN])["rules"][0]
    form = form_of(rule, sent(form_of(rule), **changed))
    assert not form.is_valid()
    assert words in str(form.errors[field])


@pytest.mark.parametrize(
    ("name", "taken", "code"),
    [
        ("Double Tuesday", (), "double-tuesday"),
        ("Double Tuesday", ("double-tuesday", "double-tuesday-2"), "double-tuesday-3"),
        ("Żółta łódka", (), "zolta-lodka"),
        ("双倍积分", ("rule",), "rule-2"),
        ("x" * 90, (), "x" * 36),
    ],
)
def test_it_makes_a_code_of_a_name(name, taken, code):
    assert rules.code_for(name, taken) == code
    assert parse(document(rules=[PLAIN | {"code": code}]))


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("rules[0].when.min_amount", "min_amount"),
        ("rules[11].give.each", "kind"),
        ("rules[0].give.per", "per"),
        ("rules[0].cap.points", "cap_points"),
        ("rules[0].when.tiers[1]", "tiers"),
        ("rules[0].name", "name"),
        ("earning.cap", None),
    ],
)
def test_it_finds_the_field_of_a_fault(path, field):
    assert rules.field_of(path) == field

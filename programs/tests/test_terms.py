"""The terms format: what it takes, what it refuses and with which path, and that it survives being written down."""

import copy
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from programs.terms import P0, PRESETS, TermsRefused, dump, in_language, parse
from programs.terms.expiry import Dates

from .factories import any_terms, document, rule

FULL = {
    "unit": {"one": {"en": "point", "pl": "punkt"}, "many": {"en": "points", "zh-hans": "积分"}, "as_money": False},
    "earning": {
        "points": 1,
        "per": "1.00",
        "rounding": "floor",
        "stacking": "multiply",
        "carry_over": False,
        "pending_days": 0,
        "cap": {"points": 500, "per": "day"},
    },
    "rules": [
        {
            "code": "double-tuesday",
            "name": "Double Tuesday",
            "when": {
                "event": "purchase",
                "from": "2026-05-01",
                "until": "2026-12-31",
                "weekdays": ["tue"],
                "hours": ["09:00", "12:00"],
                "min_amount": "20.00",
                "products": [],
                "categories": [],
                "locations": [],
                "channels": [],
                "tiers": ["gold"],
                "segments": [],
                "first_purchase": False,
            },
            "give": {"multiplier": "2"},
            "cap": {"points": 500, "per": "day"},
            "budget": 100000,
        }
    ],
    "expiry": {"kind": "after", "months": 12},
    "expiry_notice_days": [30, 7],
    "clawback": "negative",
    "tiers": {
        "basis": "points",
        "window": {"kind": "rolling", "months": 12},
        "downgrade": "natural",
        "grace_days": 30,
        "levels": [
            {"code": "bronze", "name": "Bronze", "at": 0, "multiplier": "1.0"},
            {
                "code": "silver",
                "name": "Silver",
                "at": 500,
                "multiplier": "1.2",
                "entry_gift": 0,
                "discount_percent": "0",
            },
            {"code": "gold", "name": "Gold", "at": 1500, "multiplier": "1.5"},
        ],
    },
}

REFUSED = {
    "an unknown key": ("earning.bonus", {"earning": {"bonus": 1}}),
    "an unknown part": ("colour", {"colour": "green"}),
    "a float rate": ("earning.per", {"earning": {"per": 1.15}}),
    "a float multiplier": ("rules[0].give.multiplier", {"rules": [rule(give={"multiplier": 1.15})]}),
    "not a number": ("earning.per", {"earning": {"per": "NaN"}}),
    "per nothing": ("earning.per", {"earning": {"per": "0.00"}}),
    "true as points": ("earning.points", {"earning": {"points": True}}),
    "an unknown rounding": ("earning.rounding", {"earning": {"rounding": "bankers"}}),
    "carry-over that rounds up": ("earning.rounding", {"earning": {"carry_over": True, "rounding": "ceiling"}}),
    "an unknown weekday": (
        "rules[0].when.weekdays[1]",
        {"rules": [rule(when={"weekdays": ["tue", "wednesday"]}, give={"points": 1})]},
    ),
    "a time of no day": (
        "rules[0].when.hours[1]",
        {"rules": [rule(when={"hours": ["09:00", "25:00"]}, give={"points": 1})]},
    ),
    "a time as machines write it": (
        "rules[0].when.hours[0]",
        {"rules": [rule(when={"hours": ["T0900", "12:00"]}, give={"points": 1})]},
    ),
    "a date of no month": ("rules[0].when.until", {"rules": [rule(when={"until": "2026-02-30"}, give={"points": 1})]}),
    "an end before the start": (
        "rules[0].when",
        {"rules": [rule(when={"from": "2026-02-02", "until": "2026-02-01"}, give={"points": 1})]},
    ),
    "a rule that gives nothing": ("rules[0].give.points", {"rules": [rule(give={})]}),
    "a rule that gives two things": ("rules[0].give.points", {"rules": [rule(give={"multiplier": "2", "points": 3})]}),
    "the same rule twice": ("rules[1].code", {"rules": [rule(give={"points": 1}), rule(give={"points": 2})]}),
    "a rule for no level": ("rules[0].when.tiers[0]", {"rules": [rule(when={"tiers": ["tin"]}, give={"points": 1})]}),
    "a factor of an event": ("rules[0].give", {"rules": [rule(when={"event": "birthday"}, give={"multiplier": "2"})]}),
    "pieces of no lines": ("rules[0].give.each", {"rules": [rule(give={"points": 1, "each": "item"})]}),
    "an unknown expiry": ("expiry", {"expiry": {"kind": "someday"}}),
    "days and months": ("expiry", {"expiry": {"kind": "after", "months": 1, "days": 1}}),
    "fixed dates without dates": ("expiry.dates", {"expiry": {"kind": "dates", "months": 12}}),
    "a day of no year": ("expiry.dates[1]", {"expiry": {"kind": "dates", "dates": ["02-29", "02-30"]}}),
    "levels that do not rise": (
        "tiers.levels[1].at",
        {"tiers": {"levels": [FULL["tiers"]["levels"][0], {"code": "b", "name": "B", "at": 0}]}},
    ),
    "a first level out of reach": ("tiers.levels[0].at", {"tiers": {"levels": [{"code": "b", "name": "B", "at": 5}]}}),
    "no level": ("tiers.levels", {"tiers": {"levels": []}}),
    "more than everything off": (
        "tiers.levels[0].discount_percent",
        {"tiers": {"levels": [{"code": "b", "name": "B", "at": 0, "discount_percent": "101"}]}},
    ),
}


def test_it_takes_the_whole_format():
    terms = parse(FULL)
    assert terms.rules[0].when.weekdays == ("tue",)
    assert terms.tiers.levels[1].entry_gift == 0


@pytest.mark.parametrize(("path", "overrides"), REFUSED.values(), ids=REFUSED.keys())
def test_it_refuses_and_names_the_key(path, overrides):
    wrong = document(**overrides)
    if overrides.get("expiry"):
        wrong["expiry"] = overrides["expiry"]
    with pytest.raises(TermsRefused) as refusal:
        parse(wrong)
    assert path in [found for found, _ in refusal.value.faults]
    assert all(sentence and "%" not in sentence for _, sentence in refusal.value.faults)


@pytest.mark.parametrize(
    "junk", [None, [], "terms", 3, {"earning": None}, {"earning": {"points": 1}, "rules": {"a": 1}, "expiry": 5}]
)
def test_it_refuses_junk_with_words(junk):
    with pytest.raises(TermsRefused) as refusal:
        parse(junk)
    assert refusal.value.words


def test_it_lists_every_fault_at_once():
    with pytest.raises(TermsRefused) as refusal:
        parse({"earning": {"points": -1, "per": 2.5}, "clawback": "maybe"})
    assert {path for path, _ in refusal.value.faults} == {"earning.points", "earning.per", "clawback"}


def test_it_never_changes():
    with pytest.raises(ValidationError):
        parse(P0).earning.points = 2


@pytest.mark.parametrize("preset", [P0, FULL, *PRESETS.values()])
def test_it_survives_being_written_down(preset):
    before = copy.deepcopy(preset)
    terms = parse(preset)
    assert preset == before
    assert parse(json.loads(json.dumps(dump(terms)))) == terms


@given(any_terms())
def test_it_survives_being_written_down_whatever_it_says(terms):
    assert parse(json.loads(json.dumps(dump(terms)))) == terms


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "earning",
                        "rules",
                        "points",
                        "per",
                        "expiry",
                        "kind",
                        "dates",
                        "tiers",
                        "levels",
                        "when",
                        "give",
                        "unit",
                        "one",
                    ]
                ),
                inner,
            )
        ),
    )
)
def test_it_answers_any_document_with_terms_or_a_refusal(junk):
    with suppress(TermsRefused):
        parse(junk)


def test_it_keeps_exact_numbers_exact():
    assert dump(parse(document(earning={"per": "1.10"})))["earning"]["per"] == "1.10"


def test_it_takes_a_leap_day():
    assert parse(document() | {"expiry": {"kind": "dates", "dates": ["02-29"]}}).expiry == Dates(dates=("02-29",))


def test_it_names_the_unit_in_the_language_or_the_next_best():
    assert in_language({"en": "point", "pl": "punkt"}, "pl") == "punkt"
    assert in_language({"en": "point", "pl": "punkt"}, "pl-PL") == "punkt"
    assert in_language({"en": "point", "pl": "punkt"}, "de") == "point"
    assert in_language({"zh-Hans": "积分"}, "zh-hans") == "积分"
    assert in_language("star", "pl") == "star"


def test_it_leaves_a_rule_that_runs_as_older_documents_say_it():
    runs, paused = (parse(document(rules=[rule(give={"points": 1}, paused=state)])) for state in (False, True))
    assert runs == parse(document(rules=[rule(give={"points": 1})]))
    assert "paused" not in dump(runs)["rules"][0]
    assert dump(paused)["rules"][0]["paused"] is True
    assert parse(dump(paused)) == paused


def test_it_asks_no_paused_rule():
    under = parse(document(rules=[rule(give={"points": 1}, when={"segments": ["students"]}, paused=True)]))
    assert (under.running_rules, under.purchase_rules, under.asks_segments) == ((), (), False)


def test_a_copy_with_other_rules_forgets_what_was_worked_out_from_the_old_ones():
    under = parse(document(rules=[rule(give={"points": 1})]))
    assert len(under.purchase_rules) == 1
    assert under.but(rules=()).purchase_rules == ()
    assert under.but(rules=under.rules) == under

"""Worked examples: sentences that the engine has computed."""

import re
from datetime import UTC, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs import earning
from programs.examples import base_example, expiry_example, preset_example, rule_example, with_rule
from programs.fitting import occasion_for
from programs.terms import P0, PRESETS, parse
from programs.typical import everyday_amount

from .factories import rule, terms
from .whole_terms import whole_terms

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SUM = re.compile(r": ([\d,]+) ([+−]) ([\d,]+) = ([\d,]+)")


def shop(currency="PLN", zone="Europe/Warsaw"):
    return SimpleNamespace(currency=currency, zone=ZoneInfo(zone))


def example(under=None, currency="PLN", **parts):
    under = parse(P0 | {"rules": [rule(**parts)], **(under or {})})
    return rule_example(under, under.rules[0], shop(currency), now=NOW).replace("\u00a0", " ")


TUESDAY = {"when": {"weekdays": ["tue"], "tiers": ["gold"]}, "give": {"multiplier": "2"}}
FLAT = {"levels": [{"code": "bronze", "name": "Bronze", "at": 0}, {"code": "gold", "name": "Gold", "at": 500}]}


@pytest.mark.parametrize(
    ("parts", "under", "sentence"),
    [
        (TUESDAY, {"tiers": FLAT}, "Anna is Gold and spends 48.50 zł on a Tuesday: 48 + 49 = 97 points"),
        (TUESDAY, {}, "Anna is Gold and spends 48.50 zł on a Tuesday: 72 + 73 = 145 points"),
        ({"when": {"event": "sign_up"}, "give": {"points": 25}}, {}, "Anna joins: 25 points"),
        ({"when": {"event": "custom"}, "give": {"points": 10}}, {}, "Anna gets “Campaign”: 10 points"),
        ({"when": {"categories": ["beans"]}, "give": {"points": 1, "per": "2.00"}}, {},
         "Anna spends 48.50 zł on beans: 48 + 24 = 72 points"),
        ({"when": {"categories": ["milk"]}, "give": {"multiplier": "0.5"}}, {},
         "Anna spends 48.50 zł on milk: 48 − 24 = 24 points"),
        ({"when": {"min_amount": "100.00"}, "give": {"points": 10}}, {},
         "Anna spends 100.00 zł: 100 + 10 = 110 points"),
        ({"when": {"hours": ["22:00", "02:00"], "locations": ["north"]}, "give": {"points": 5}}, {},
         "Anna spends 48.50 zł at 22:00 at north: 48 + 5 = 53 points"),
        ({"give": {"points": 50}, "cap": {"points": 30, "per": "day"}}, {},
         "Anna spends 48.50 zł: 48 + 30 = 78 points, because the limit of the rule is reached"),
        ({"when": {"from": "2027-01-05"}, "give": {"points": 5}}, {},
         "Anna spends 48.50 zł on 5 Jan 2027: 48 + 5 = 53 points"),
        ({"give": {"multiplier": "2"}, "paused": True}, {}, "Anna spends 48.50 zł: 48 + 49 = 97 points"),
        ({"when": {"until": "2026-11-21"}, "give": {"points": 5}}, {}, ""),
    ],
)  # fmt: skip
def test_it_says_what_one_member_gets(parts, under, sentence):
    assert example(under, **parts) == sentence


@pytest.mark.parametrize(("currency", "money"), [("JPY", "¥1,200"), ("KWD", "12.000 KWD"), ("EUR", "€18.50")])
def test_it_speaks_of_the_shops_own_money(currency, money):
    assert money in example(currency=currency, give={"points": 5})


def test_it_names_the_location():
    under = parse(P0 | {"rules": [rule(when={"locations": ["north"]}, give={"points": 5})]})
    said = rule_example(under, under.rules[0], shop(), now=NOW, places={"north": "North Street"})
    assert " at North Street: " in said


def test_it_says_the_base_rate():
    assert base_example(terms(), shop(), now=NOW).replace("\u00a0", " ") == "Anna spends 48.50 zł: 48 points"
    assert base_example(terms(earning={"points": 0}), shop(), now=NOW) == ""


@given(whole_terms(), st.sampled_from(["PLN", "JPY", "KWD", "XAU"]))
def test_its_sums_are_the_engines(under, currency):
    for rule_ in under.rules:
        said = rule_example(under, rule_, shop(currency), now=NOW)
        occasion = occasion_for(rule_, under, shop(currency), now=NOW)
        assert (occasion is None) == (said == "")
        if found := SUM.search(said):
            first, sign, second, total = (part.replace(",", "") for part in found.groups())
            assert int(first) + int(second) * (1 if sign == "+" else -1) == int(total)
        if occasion and rule_.when.event == "purchase":
            award = earning.evaluate(with_rule(under, rule_), occasion.purchase, occasion.standing)
            assert rule_.code in award.rule_points


@given(whole_terms())
def test_it_says_a_year_under_any_terms(under):
    said = preset_example(under.model_dump(mode="json", by_alias=True, exclude_none=True), shop(), now=NOW)
    assert said
    assert all("%(" not in sentence for sentence in said)


@pytest.mark.parametrize("preset", PRESETS)
def test_it_says_what_every_preset_gives(preset):
    assert 2 <= len(preset_example(PRESETS[preset], shop(), now=NOW)) <= 4


def test_a_regulars_year_keeps_within_caps_budgets_and_windows():
    def year(**parts):
        said = preset_example(P0 | {"tiers": None, "expiry": {"kind": "never"}} | parts, shop(), now=NOW)[1]
        return said.replace("\u00a0", " ").removeprefix("A regular who spends 48.50 zł every week gets in a year: ")

    monthly = {"points": 1, "cap": {"points": 100, "per": "month"}}
    assert year() == "2,496 points"
    assert year(earning=monthly) == "1,292 points"  # three or more weeks of each month give 100, the first one 96
    assert year(rules=[rule(give={"points": 10}, budget=35)]) == "2,531 points"
    assert year(rules=[rule(give={"points": 10}, when={"first_purchase": True})]) == "2,506 points"
    short = {"window": {"kind": "rolling", "months": 1}, "levels": P0["tiers"]["levels"]}
    assert year(tiers=short) == "2,496 points"
    assert year(tiers=short | {"window": {"kind": "rolling", "months": 12}}).endswith("and the tier Gold")


def test_it_says_with_dates_how_long_points_last():
    def last(**parts):
        return expiry_example(parse(P0 | parts), shop(), now=NOW).replace("\u00a0", " ")

    assert last() == "Points earned today, 22 Nov 2026, can be spent through 22 Nov 2027"
    assert last(expiry={"kind": "never"}) == "Points earned today, 22 Nov 2026, can be spent for good"
    later = {"points": 1, "pending_days": 14}
    assert last(earning=later) == "Points earned today, 22 Nov 2026, can be spent from 6 Dec 2026 through 6 Dec 2027"


def test_it_knows_an_everyday_amount_in_every_currencys_own_decimals():
    assert [str(everyday_amount(code)) for code in ("PLN", "JPY", "KWD", "CLF")] == [
        "48.50",
        "1200",
        "12.000",
        "24.5000",
    ]

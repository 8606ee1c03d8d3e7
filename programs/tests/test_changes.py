"""What changes between two states of the terms, in words."""

from datetime import date

import pytest
from django.utils import translation
from hypothesis import given

from programs.terms import P0, PRESETS, Unit, parse
from programs.terms.texts import Texts
from programs.wording import changes, changes_for_customers

from .factories import rule, terms
from .whole_terms import whole_terms

IN_ANOTHER_WAY = "Written in another way, with the same effect"
TUESDAY = {"when": {"weekdays": ["tue"], "until": "2026-11-30"}, "give": {"multiplier": "2"}}


def said(before, after, currency="PLN"):
    return [change.sentence.replace("\u00a0", " ") for change in changes(before, after, currency)]


def with_rules(*made, **parts):
    return terms(rules=list(made), **parts)


def with_silver(**parts):
    silver = {"code": "silver", "name": "Silver", "at": 400, "multiplier": "1.2"}
    return terms(tiers={"levels": [{"code": "bronze", "name": "Bronze", "at": 0}, silver | parts]})


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (TUESDAY, TUESDAY | {"when": {"weekdays": ["tue"], "until": "2026-12-31"}},
         "Double Tuesday ends 31 Dec 2026, was 30 Nov 2026"),
        (TUESDAY, TUESDAY | {"when": {"weekdays": ["tue"]}}, "Double Tuesday has no end, was 30 Nov 2026"),
        (TUESDAY, TUESDAY | {"give": {"multiplier": "3"}}, "Double Tuesday gives 3× points, was 2× points"),
        (TUESDAY, TUESDAY | {"when": {"weekdays": ["tue", "wed"], "until": "2026-11-30"}},
         "Double Tuesday holds on Tuesdays and Wednesdays, was on Tuesdays"),
        (TUESDAY, TUESDAY | {"budget": 500}, "Double Tuesday gives at most 500 points in all, was without limit"),
        (TUESDAY, TUESDAY | {"paused": True}, "Double Tuesday is paused"),
        (TUESDAY | {"paused": True}, TUESDAY, "Double Tuesday runs again"),
        (TUESDAY, TUESDAY | {"name": "Twice"}, "Twice is the new name of Double Tuesday"),
    ],
)  # fmt: skip
def test_it_says_both_states_of_a_rule(before, after, sentence):
    old, new = (with_rules({**rule("double"), "name": "Double Tuesday", **parts}) for parts in (before, after))
    assert said(old, new) == [sentence]


def test_it_says_rules_that_come_and_go():
    cup = {"code": "cup", "name": "Own cup", "when": {"event": "custom"}, "give": {"points": 10}}
    old, new = with_rules(), with_rules(cup)
    assert said(old, new) == ["New: Own cup (10 points for “Own cup”, for everyone)"]
    assert said(new, old) == ["No longer: Own cup (10 points for “Own cup”, for everyone)"]
    assert [change.kind for change in changes(old, new, "PLN")] == ["new"]


def test_it_says_another_order_of_rules_to_the_shop_alone():
    one, two = rule("one", give={"points": 1}), rule("two", give={"points": 2})
    old, new = with_rules(one, two), with_rules(two, one)
    assert said(old, new) == ["The rules count in another order: Two and One"]
    assert changes_for_customers(old, new, "PLN", on=date(2026, 11, 22)) == []


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"at": 500}, "Silver starts at 500 points, was 400"),
        ({"multiplier": "1.3"}, "Silver earns 1.3×, was 1.2×"),
        ({"entry_gift": 40}, "Reaching Silver gives 40 points, was nothing"),
        ({"discount_percent": "5"}, "Silver has 5% off, was nothing"),
    ],
)
def test_it_says_both_states_of_a_level(parts, sentence):
    assert said(with_silver(), with_silver(**parts)) == [sentence]


def test_it_says_money_thresholds_with_their_sign_twice():
    tiers = {"basis": "spend", "levels": [{"code": "a", "name": "A", "at": 0}, {"code": "b", "name": "B", "at": 400}]}
    more = tiers | {"levels": [tiers["levels"][0], {**tiers["levels"][1], "at": 500}]}
    assert said(terms(tiers=tiers), terms(tiers=more)) == ["B starts at 500 zł, was 400 zł"]


def test_it_says_when_points_expire_and_when_they_did():
    never, year = parse(P0 | {"expiry": {"kind": "never"}}), terms()
    assert said(never, year) == ["Points expire after 12 months, was never"]
    assert said(year, never) == ["Points never expire, was after 12 months"]


def test_it_says_words_language_by_language():
    unit = {"one": {"en": "point", "pl": "punkt"}, "many": {"en": "points", "pl": "punktów"}}
    renamed = unit | {"one": {"en": "point", "pl": "gwiazdka"}}
    assert said(terms(unit=unit), terms(unit=renamed)) == ["1 is called “gwiazdka”, was “punkt” (Polish)"]


def test_it_says_which_texts_are_new_another_or_gone():
    none, some = terms(), terms(texts={"welcome": {"en": "Hello", "pl": "Cześć"}, "terms": "Ask us"})
    assert said(none, some) == ["New: a welcome text (English)", "New: a welcome text (Polish)", "New: small print"]
    other = terms(texts={"welcome": {"en": "Hello", "pl": "Dzień dobry"}, "terms": "Ask us"})
    assert said(some, other) == ["The welcome text is another (Polish)"]
    assert said(some, none)[-1] == "No longer: the small print"


def test_it_tells_customers_nothing_of_rules_that_are_over():
    old, new = with_rules(rule(**TUESDAY)), with_rules(rule(**TUESDAY | {"give": {"multiplier": "3"}}))
    assert changes_for_customers(old, new, "PLN", on=date(2026, 12, 1)) == []
    assert len(changes_for_customers(old, new, "PLN", on=date(2026, 11, 30))) == 1


def test_it_tells_customers_of_a_paused_rule_that_it_is_no_more():
    runs, paused = (with_rules(rule(**TUESDAY, paused=state)) for state in (False, True))
    told = changes_for_customers(runs, paused, "PLN", on=date(2026, 11, 22))
    assert [change.kind for change in told] == ["gone"]


def without_words(under):
    return under.but(unit=Unit(), texts=Texts())


@given(whole_terms(), whole_terms())
def test_it_says_something_of_any_two_terms_that_differ(before, after):
    found = changes(before, after, "EUR")
    assert bool(found) == (before != after)
    assert changes(after, after, "EUR") == []
    assert all("%(" not in change.sentence and not change.sentence.endswith(".") for change in found)
    if IN_ANOTHER_WAY in [change.sentence for change in found]:
        assert without_words(before) == without_words(after)


def test_it_says_that_only_the_writing_differs():
    mixed = TUESDAY | {"when": {"weekdays": ["wed", "tue"]}}
    sorted_days = TUESDAY | {"when": {"weekdays": ["tue", "wed"]}}
    assert said(with_rules(rule(**mixed)), with_rules(rule(**sorted_days))) == [IN_ANOTHER_WAY]


@pytest.mark.parametrize("language", ["en", "pl", "zh-hans"])
def test_it_says_the_way_from_every_preset_to_every_other(language):
    with translation.override(language):
        every = [parse(document) for document in (P0, *PRESETS.values())]
        assert all(changes(one, other, "PLN") for one in every for other in every if one != other)


def test_it_names_locations():
    old, new = with_rules(rule(give={"points": 5})), with_rules(rule(give={"points": 5}, when={"locations": ["north"]}))
    named = changes(old, new, "PLN", places={"north": "North Street"})
    assert [change.sentence for change in named] == ["Campaign holds at North Street, was at every place"]


def test_it_keeps_codes_from_customers():
    old, new = (with_rules(rule(give={"points": 5}, when={"segments": [code]})) for code in ("churn", "vips"))
    told = changes_for_customers(old, new, "PLN", on=date(2026, 11, 22))
    assert [change.sentence for change in told] == ["Campaign has other conditions"]

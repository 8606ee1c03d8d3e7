"""Tests of the way between a document and the form; every name finishes "it ..."."""

import pytest
from hypothesis import given

from programs import editing
from programs.terms import PRESETS, dump, parse
from programs.tests.factories import any_terms


@pytest.mark.parametrize("preset", PRESETS)
def test_it_gives_back_every_preset_unchanged(preset):
    document = dump(parse(PRESETS[preset]))
    for language in ("en", "pl"):
        values = editing.values_of(document, language=language)
        assert editing.edited(document, values, language=language) == document


@given(any_terms())
def test_it_gives_back_any_terms_unchanged(under):
    document = dump(under)
    assert editing.edited(document, editing.values_of(document, language="en"), language="en") == document


def test_it_keeps_rules_caps_and_other_languages():
    document = dump(parse(PRESETS["coffee-shop"]))
    values = editing.values_of(document, language="pl") | {"points": 3, "unit_many": "kropek"}
    edited = editing.edited(document, values, language="pl")
    assert edited["unit"]["many"] == {"en": "points", "pl": "kropek"}
    assert edited["rules"] == document["rules"]
    assert edited["earning"] == document["earning"] | {"points": 3}
    assert document["earning"]["points"] == 1


@pytest.mark.parametrize(
    ("values", "expiry"),
    [
        ({"expiry_kind": "never"}, {"kind": "never"}),
        (
            {"expiry_kind": "after", "expiry_count": 90, "expiry_unit": "days", "round_to": ""},
            {"kind": "after", "days": 90},
        ),
        (
            {"expiry_kind": "after", "expiry_count": 6, "expiry_unit": "months", "round_to": "year"},
            {"kind": "after", "months": 6, "round_to": "year"},
        ),
        ({"expiry_kind": "inactivity", "expiry_count": 6}, {"kind": "inactivity", "months": 6}),
        ({"expiry_kind": "dates"}, {"kind": "dates", "dates": ["12-31"]}),
    ],
)
def test_it_writes_each_kind_of_expiry(values, expiry):
    assert editing.expiry_of({"kind": "dates", "dates": ["12-31"]}, values) == expiry


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("earning.per", "per"),
        ("tiers.levels[2].at", "level_2_at"),
        ("expiry.months", "expiry_count"),
        ("rules[0].give", None),
    ],
)
def test_it_finds_the_field_of_a_fault(path, field):
    assert editing.field_of(path) == field

"""Terms in words: plain sentences."""

import pytest
from django.utils import translation
from hypothesis import given

from programs.terms import P0, PRESETS, Unit, parse
from programs.wording import in_parts, rule_in_words, sentences, speech

from .factories import any_terms, rule, terms


def plain(text):
    return text.replace("\u00a0", " ")


def rule_words(**parts):
    under = terms(rules=[rule(**parts)])
    return plain(rule_in_words(under.rules[0], under, "PLN"))


@pytest.mark.parametrize("preset", [P0, *PRESETS.values()])
def test_it_says_every_preset_in_words(preset):
    said = sentences(parse(preset), "PLN")
    assert said
    assert all(sentence and "%(" not in sentence and not sentence.endswith(".") for sentence in said)


def test_it_says_p0():
    parts = {name: [plain(sentence) for sentence in said] for name, said in in_parts(parse(P0), "PLN").items()}
    assert parts["earning"][0] == "1 point for every 1 zł spent, for everyone"
    assert parts["expiry"][0] == "Points are valid for 12 months, through the end of the last day"
    assert parts["tiers"][2] == "Silver from 500 points: 1.2× points"


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (
            {
                "when": {"weekdays": ["tue"], "tiers": ["silver", "gold"], "until": "2026-12-31"},
                "give": {"multiplier": "2"},
            },
            "2× points on Tuesdays, for Silver and above, until 31 Dec 2026",
        ),
        ({"when": {"event": "sign_up"}, "give": {"points": 25}}, "25 points for joining, for everyone"),
        (
            {"when": {"categories": ["beans"], "min_amount": "20.00"}, "give": {"points": 1, "per": "10.00"}},
            "1 point more for every 10 zł on beans on purchases of 20.00 zł or more, for everyone",
        ),
        (
            {
                "when": {"categories": ["coffee"]},
                "give": {"points": 1, "each": "item"},
                "cap": {"points": 10, "per": "day"},
            },
            "1 point for every piece of coffee, for everyone, at most 10 points a day",
        ),
        ({"when": {"categories": ["tobacco"]}, "give": {"multiplier": "0"}}, "No points on tobacco, for everyone"),
        (
            {"when": {"hours": ["22:00", "02:00"], "segments": ["students"]}, "give": {"points": 5}, "budget": 1000},
            "5 points between 22:00 and 02:00, for members among students, at most 1,000 points in all",
        ),
        (
            {
                "when": {"locations": ["north"], "channels": ["web"], "tiers": ["bronze"], "first_purchase": True},
                "give": {"points": 5},
            },
            "5 points on the first purchase at north by way of web, for Bronze",
        ),
    ],
)
def test_it_says_rules_as_sentences(parts, words):
    assert rule_words(**parts) == words


@given(any_terms())
def test_it_says_any_terms(under):
    assert all("%(" not in sentence for sentence in sentences(under, "EUR"))


def test_it_says_when_members_are_told_of_an_expiry():
    def told(days, expiry=P0["expiry"]):
        document = P0 | {"expiry_notice_days": days, "expiry": expiry}
        return in_parts(parse(document), "PLN")["expiry"][1:]

    assert told([30, 7]) == ["Members are told 30 and 7 days before"]
    assert told([7, 14, 30]) == ["Members are told 30, 14 and 7 days before"]
    assert told([1]) == ["Members are told 1 day before"]
    assert told([]) == told([30], {"kind": "never"}) == []


def test_it_counts_points_in_the_members_language():
    unit = Unit(
        one={"en": "point", "pl": "punkt"}, few={"en": "points", "pl": "punkty"}, many={"en": "points", "pl": "punktów"}
    )
    with translation.override("pl"):
        said = [plain(speech("PLN", unit).points(count)) for count in (1, 2, 5, 1240)]
        assert said == ["1 punkt", "2 punkty", "5 punktów", "1 240 punktów"]
        assert plain(speech("PLN", unit).money("48.50")) == "48,50 zł"
    with translation.override("en"):
        assert plain(speech("PLN", unit).points(1240)) == "1,240 points"


def test_it_shows_points_as_money_where_the_program_does():
    assert plain(speech("PLN", Unit(as_money=True)).points(1999)) == "19.99 zł"
    assert plain(speech("JPY", Unit(as_money=True)).points(1999)) == "¥1,999"


def test_it_promises_no_paused_rule():
    under = terms(rules=[rule(give={"points": 5}, paused=True)])
    assert in_parts(under, "PLN")["rules"] == []

"""Sentences cut into tokens: put together they are the sentence, and each token names its setting."""

from hypothesis import given

from programs.wording import rule_in_words
from programs.wording.tokens import base_pieces, rule_limits, rule_pieces

from .factories import any_terms, rule, terms


@given(any_terms())
def test_it_says_the_same_in_pieces(under):
    for each in under.rules:
        promised = "".join(piece.text for piece in rule_pieces(each, under, "PLN"))
        said = ", ".join([promised, *rule_limits(each, under, "PLN")])
        assert said.lower() == rule_in_words(each, under, "PLN").lower()


def test_it_marks_what_can_be_edited():
    when = {"weekdays": ["tue"], "tiers": ["silver", "gold"], "until": "2026-12-31", "locations": ["north"]}
    under = terms(rules=[rule(when=when, give={"multiplier": "2"}, budget=5)])
    pieces = rule_pieces(under.rules[0], under, "PLN", places={"north": "North Street"})
    assert [(piece.text, piece.key) for piece in pieces if piece.key] == [
        ("2×", "amount"),
        ("Tuesdays", "weekdays"),
        ("North Street", "locations"),
        ("Silver and above", "tiers"),
        ("31\u00a0Dec\u00a02026", "ends_on"),
    ]
    assert rule_limits(under.rules[0], under, "PLN") == ["At most 5\u00a0points in all"]


def test_it_marks_the_base_rate():
    assert [piece.key for piece in base_pieces(terms(), "PLN")] == ["points", "", "per", ""]

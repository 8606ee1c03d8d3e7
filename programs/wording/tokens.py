"""Sentences of the terms cut into words and tokens: a token stands for a setting, and an editor opens there."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from django.utils.text import capfirst

from programs.terms import Rule, Terms
from programs.wording.promises import base_rate
from programs.wording.rules import limits, promise
from programs.wording.speech import Speech, speech

# Private letters around the key of a setting and its words; no keyboard types them.
OPEN, BETWEEN, CLOSE = "\ue000", "\ue001", "\ue002"
TOKEN = re.compile(f"{OPEN}(\\w+){BETWEEN}(.*?){CLOSE}", re.DOTALL)


class Piece(NamedTuple):
    """Words of a sentence; `key` names the setting that they stand for, empty between tokens."""

    text: str
    key: str = ""


class MarkedSpeech(Speech):
    """Speech that marks what each setting stands for."""

    def token(self, key: str, words: str) -> str:
        return f"{OPEN}{key}{BETWEEN}{words}{CLOSE}"


def marked(terms: Terms, currency: str, places: Mapping[str, str]) -> MarkedSpeech:
    plain = speech(currency, terms.unit)
    return MarkedSpeech(plain.currency, plain.unit, plain.locale, places)


def rule_pieces(rule: Rule, terms: Terms, currency: str, *, places: Mapping[str, str] | None = None) -> list[Piece]:
    """Say what a rule gives and when, in pieces; what limits it is left to `rule_limits`."""
    return [*pieces(promise(rule, speech=marked(terms, currency, places or {}), tiers=terms.tiers))]


def rule_limits(rule: Rule, terms: Terms, currency: str) -> list[str]:
    """Say what limits a rule, a sentence each."""
    return [str(capfirst(limit)) for limit in limits(rule, speech(currency, terms.unit))]


def base_pieces(terms: Terms, currency: str) -> list[Piece]:
    """Say the base rate in pieces."""
    return [*pieces(base_rate(terms.earning, marked(terms, currency, {})))]


def pieces(sentence: str) -> Iterator[Piece]:
    end = 0
    for token in TOKEN.finditer(sentence):
        if token.start() > end:
            yield Piece(sentence[end : token.start()])
        yield Piece(token[2], token[1])
        end = token.end()
    if end < len(sentence):
        yield Piece(sentence[end:])

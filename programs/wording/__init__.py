"""Terms and explanations in words, in the active language. The one place where arithmetic becomes sentences."""

from collections.abc import Mapping
from typing import Any

from programs.terms import Rule, Terms
from programs.unfolding import unfold
from programs.wording.aspects import Change
from programs.wording.awards import award_lines
from programs.wording.changes import changes, changes_for_customers
from programs.wording.closing import said_to_members, standing
from programs.wording.lines import ExplainedLine
from programs.wording.movements import movement_lines
from programs.wording.promises import in_parts, perks_of, sentences
from programs.wording.reasons import Audience, Listener
from programs.wording.rules import rule_sentence
from programs.wording.speech import Speech, speech

__all__ = [
    "Audience",
    "Change",
    "ExplainedLine",
    "Speech",
    "changes",
    "changes_for_customers",
    "expiry_words",
    "explained",
    "in_parts",
    "perks_of",
    "rule_in_words",
    "said_to_members",
    "sentences",
    "speech",
    "standing",
]


def explained(
    explain: dict[str, Any],
    terms: Terms,
    audience: Audience,
    currency: str,
    *,
    kind: str = "earn",
    points: int | None = None,
    member: str = "",
    places: Mapping[str, str] | None = None,
) -> list[ExplainedLine]:
    """Word an entry's explanation for a customer, a cashier or the owner; `terms` are those of the entry's version.

    The last line is the total, and the points of the lines before it add up to it; a line without points is a remark.
    `points` is the entry's own figure, for kinds whose explanation does not hold it; `member` a first name for staff;
    `places` the names of locations by their codes.
    """
    listener = Listener(audience, member, speech(currency, terms.unit), places or {})
    if kind == "earn" and "base" in explain:
        return award_lines(unfold(explain, terms), listener)
    return movement_lines(kind, explain, listener, points)


def expiry_words(terms: Terms, currency: str) -> str:
    """Say how long points last under some terms, in a sentence."""
    return in_parts(terms, currency)["expiry"][0]


def rule_in_words(rule: Rule, terms: Terms, currency: str) -> str:
    """Say one rule of the terms in a sentence."""
    return rule_sentence(rule, speech=speech(currency, terms.unit), tiers=terms.tiers)

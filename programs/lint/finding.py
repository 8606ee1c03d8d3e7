"""What the lint has to say of terms, and what it must know of the shop."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Literal, NamedTuple

from programs.terms import Terms
from programs.wording import Speech

Tab = Literal["show", "tiers", "limits", "wording"]
Severity = Literal["warn", "inform"]


class Finding(NamedTuple):
    """One thing to look at again: which tab and rule it is on, what is the matter and how to mend it, in sentences.

    `warn` is what is hardly meant; `inform` may well be meant. Neither keeps anybody from publishing.
    """

    tab: Tab
    code: str
    severity: Severity
    sentence: str
    fix: str
    rule_code: str = ""


@dataclass(frozen=True)
class ShopFacts:
    """What the lint knows of a shop. `places` names its locations by their codes; `segments` are those in use.

    None for what is not known: then nothing is said about it.
    """

    currency: str
    zone: tzinfo
    country: str = ""
    languages: Sequence[str] = ()
    places: Mapping[str, str] | None = None
    segments: Collection[str] | None = None


@dataclass(frozen=True)
class Desk:
    """The terms under the lint, the shop they are for, and the words and the moment to judge them by."""

    terms: Terms
    shop: ShopFacts
    now: datetime
    words: Speech = field(compare=False)

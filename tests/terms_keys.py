"""What each key of the terms is good for: something to look at, and documents under which it looks different.

A key that has choices shows every one of them. `tests/test_terms_keys.py` demands a row for every key there is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from programs.earning import Standing
from programs.tests.factories import TUESDAY_MORNING, document, rule
from tests import terms_looks as look
from tests.terms_looks import Document

DOUBLE = {"multiplier": "2"}
FIVE = {"points": 5}


@dataclass(frozen=True)
class Key:
    """What to look at, and documents by the choice they make (numbered where there are no choices)."""

    look: Callable[[Document], Any]
    documents: Mapping[Any, Document]


def row(looked: Callable[[Document], Any], *documents: Document) -> Key:
    return Key(looked, dict(enumerate(documents)))


def earning(**parts: Any) -> Document:
    return document(earning=parts)


def one_rule(**parts: Any) -> Document:
    return document(rules=[rule(**{"give": DOUBLE} | parts)])


def levels(**parts: Any) -> Document:
    """P0's tiers with another Gold."""
    gold = {"code": "gold", "name": "Gold", "at": 1500} | parts
    return document(tiers={"levels": [{"code": "bronze", "name": "Bronze", "at": 0}, gold]})


def of_tiers(**parts: Any) -> Document:
    return document(tiers=parts)


def expiry(**parts: Any) -> Document:
    return document() | {"expiry": {"kind": "after", "months": 1} | parts}


def ending(kind: str, **parts: Any) -> Document:
    return document() | {"expiry": {"kind": kind} | parts}


def when(condition: Mapping[str, Any], **looked: Any) -> Key:
    """A rule with a condition, beside the same rule without; seen on a purchase that does not meet it."""
    return row(partial(look.earned, **looked), one_rule(), one_rule(when=condition))


PLAIN_UNIT = {"one": "punkt", "few": "punkty", "many": "punktów"}
KEYS = {
    "unit.one": row(look.counted_out, document(unit=PLAIN_UNIT), document(unit=PLAIN_UNIT | {"one": "kropka"})),
    "unit.few": row(look.counted_out, document(unit=PLAIN_UNIT), document(unit=PLAIN_UNIT | {"few": "kropki"})),
    "unit.many": row(look.counted_out, document(unit=PLAIN_UNIT), document(unit=PLAIN_UNIT | {"many": "kropek"})),
    "unit.as_money": row(look.counted_out, document(unit={"as_money": False}), document(unit={"as_money": True})),
    "earning.points": row(look.earned, earning(points=0), earning(points=1), earning(points=2)),
    "earning.per": row(look.earned, earning(per="1.00"), earning(per="2.00")),
    "earning.rounding": Key(look.earned, {way: earning(rounding=way) for way in ("floor", "half_up", "ceiling")}),
    "earning.stacking": Key(
        look.earned,
        {way: earning(stacking=way) | {"rules": [rule(give=DOUBLE)]} for way in ("multiply", "add", "best")},
    ),
    "earning.carry_over": row(look.earned, earning(per="4.00"), earning(per="4.00", carry_over=True)),
    "earning.pending_days": row(
        look.pending, earning(pending_days=0), earning(pending_days=1), earning(pending_days=14)
    ),
    "earning.cap.points": row(
        look.earned, earning(cap={"points": 500, "per": "day"}), earning(cap={"points": 490, "per": "day"})
    ),
    "earning.cap.per": Key(
        look.lived, {per: earning(cap={"points": 70, "per": per}) for per in ("day", "week", "month")}
    ),
    "rules.code": row(look.earned, one_rule(), document(rules=[rule("another", give=DOUBLE)])),
    "rules.name": row(look.said, one_rule(), one_rule(name="Double Tuesday")),
    "rules.when.event": Key(
        look.rewarded, {event: one_rule(when={"event": event}, give=FIVE) for event in look.EVENTS}
    ),
    "rules.when.from": when({"from": "2026-11-18"}),
    "rules.when.until": when({"until": "2026-11-16"}),
    "rules.when.weekdays": Key(
        partial(look.earned_by, purchases=[{"placed_at": TUESDAY_MORNING + timedelta(days=days)} for days in range(7)]),
        {day: one_rule(when={"weekdays": [day]}) for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
    ),
    "rules.when.hours": when({"hours": ["17:00", "19:00"]}),
    "rules.when.min_amount": when({"min_amount": "50.00"}),
    "rules.when.products": row(look.basket, one_rule(), one_rule(when={"products": ["bag"]})),
    "rules.when.categories": row(look.basket, one_rule(), one_rule(when={"categories": ["milk"]})),
    "rules.when.locations": when({"locations": ["north"]}, location="south"),
    "rules.when.channels": when({"channels": ["web"]}, channel="store"),
    "rules.when.tiers": when({"tiers": ["silver"]}),
    "rules.when.segments": when({"segments": ["students"]}, standing=Standing(segments=frozenset({"early"}))),
    "rules.when.first_purchase": when({"first_purchase": True}),
    "rules.give.multiplier": row(
        look.earned, one_rule(), one_rule(give={"multiplier": "0"}), one_rule(give={"multiplier": "3"})
    ),
    "rules.give.points": row(
        look.earned, one_rule(give=FIVE), one_rule(give={"points": 6}), one_rule(give=FIVE | {"per": "10.00"})
    ),
    "rules.give.per": row(look.earned, one_rule(give=FIVE | {"per": "10.00"}), one_rule(give=FIVE | {"per": "5.00"})),
    "rules.give.each": Key(
        look.basket,
        {each: one_rule(when={"categories": ["beans"]}, give=FIVE | {"each": each}) for each in ("order", "item")},
    ),
    "rules.cap.points": row(
        look.earned, one_rule(), *(one_rule(cap={"points": most, "per": "day"}) for most in (10, 20))
    ),
    "rules.cap.per": Key(
        look.lived, {per: one_rule(cap={"points": 70, "per": per}) for per in ("day", "week", "month", "lifetime")}
    ),
    "rules.budget": row(look.lived, one_rule(), one_rule(budget=100), one_rule(budget=150)),
    "expiry": Key(
        look.lasting,
        {
            "never": ending("never"),
            "after": expiry(),
            "dates": ending("dates", dates=["12-31"]),
            "inactivity": ending("inactivity", months=2),
        },
    ),
    "expiry.after.days": row(look.lasting, *(ending("after", days=count) for count in (30, 31))),
    "expiry.after.months": row(look.lasting, expiry(), expiry(months=2)),
    "expiry.after.round_to": Key(
        look.lasting, {None: expiry(), **{part: expiry(round_to=part) for part in ("month", "quarter", "year")}}
    ),
    "expiry.dates.dates": row(
        look.lasting,
        *(ending("dates", dates=days) for days in (["12-31"], ["06-30", "12-31"])),
    ),
    "expiry.inactivity.months": row(look.lasting, *(ending("inactivity", months=count) for count in (1, 2))),
    "expiry_notice_days": row(
        look.announced, document(expiry_notice_days=[]), document(), document(expiry_notice_days=[7])
    ),
    "clawback": Key(
        look.taken_back,
        {
            policy: earning(pending_days=3) | {"clawback": policy}
            for policy in ("negative", "within_balance", "pending_only")
        },
    ),
    "tiers.basis": Key(look.earned, {basis: of_tiers(basis=basis) for basis in ("points", "spend", "visits")}),
    "tiers.window": Key(
        look.window, {kind: of_tiers(window={"kind": kind}) for kind in ("rolling", "calendar_year", "lifetime")}
    ),
    "tiers.window.rolling.months": row(
        look.window, *(of_tiers(window={"kind": "rolling", "months": count}) for count in (6, 12))
    ),
    "tiers.downgrade": Key(look.reviewed, {way: of_tiers(downgrade=way) for way in ("natural", "one_step", "never")}),
    "tiers.grace_days": row(look.reviewed, of_tiers(grace_days=0), of_tiers(grace_days=10), of_tiers(grace_days=30)),
    "tiers.levels.code": row(look.reached, levels(), levels(code="oro")),
    "tiers.levels.name": row(look.reached, levels(), levels(name="Oro")),
    "tiers.levels.at": row(look.reached, levels(), levels(at=800)),
    "tiers.levels.multiplier": row(look.earned, levels(), levels(multiplier="1.5")),
    "tiers.levels.entry_gift": row(look.lived, levels(at=100), levels(at=100, entry_gift=20)),
    "tiers.levels.discount_percent": row(look.reached, levels(), levels(discount_percent="5")),
}

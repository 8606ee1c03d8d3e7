"""Every key of the terms has an effect: a story played under terms that differ in that key alone ends otherwise.

A key that is missing from the table fails.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any, get_args

import pytest
from django.utils.translation import override
from pydantic import BaseModel

from members.models import Account, LedgerEntry, Notice, PointsLot
from programs import earning, terms, wording
from programs.terms import Terms
from programs.wording import prose
from tests.scenario_player import Player
from tests.scenario_player.story import merged

pytestmark = pytest.mark.django_db

BASKET = [{"sku": "bean", "category": "beans", "quantity": 2, "amount": "40.00"}, {"sku": "mug", "amount": "80.00"}]
ALONG = {"lines": BASKET, "location": "corner", "channel": "app"}
STORY = [
    {"at": "2026-01-10 10:00", "segments": {"member": "ben", "are": ["student"], "by": "adam"}},
    {"order": {"id": "O1", "member": "anna", "amount": "120.00", **ALONG}},
    {"order": {"id": "O2", "member": "anna", "amount": "99.99"}},
    {"event": {"id": "E1", "member": "anna", "event": "review"}},
    {"at": "2026-01-13 12:00", "order": {"id": "O3", "member": "ben", "amount": "1000.50", **ALONG}},
    {"at": "2026-01-25 12:00", "order": {"id": "O4", "member": "anna", "amount": "30.00"}},
    {"at": "2026-01-26 12:00", "redeem": {"member": "anna", "reward": "mug", "as": "r1"}, "expect": {}},
    {"refund": {"id": "R1", "order": "O1", "amount": "119.00"}},
    {"at": "2026-02-03 12:00", "order": {"id": "O5", "member": "anna", "amount": "600.00", **ALONG}},
    {"at": "2026-02-04 12:00", "order": {"id": "O6", "member": "anna", "amount": "100.00"}},
    {"at": "2026-08-01 02:00", "run": "notices"},
    {"at": "2026-12-14 02:00", "run": "notices"},
    {"at": "2027-01-01 02:00", "run": "review-tiers"},
    {"at": "2027-02-04 02:00", "run": "review-tiers"},
    {"at": "2027-02-11 02:00", "run": "expire"},
    {"cancel": {"redemption": "r1"}},
    {"at": "2027-03-08 02:00", "run": "review-tiers"},
]


def rule(**parts: Any) -> dict[str, Any]:
    """Terms with one rule, about nothing in particular unless told."""
    return {"rules": [{"code": "bonus", "name": "Bonus", "give": {"points": 50}} | parts]}


def when(event: str = "purchase", **conditions: Any) -> dict[str, Any]:
    return rule(when={"event": event, **conditions})


def level(**parts: Any) -> dict[str, Any]:
    silver = {"code": "silver", "name": "Silver", "at": 500, "multiplier": "1.2"}
    return {"tiers": {"levels": [{"code": "bronze", "name": "Bronze", "at": 0}, silver | parts]}}


TWO = [
    {"code": "one", "name": "One", "give": {"multiplier": "2"}},
    {"code": "two", "name": "Two", "give": {"multiplier": "3"}},
]
INACTIVE = {"expiry": {"kind": "inactivity", "months": 6}}
SHORT = {"expiry": {"kind": "after", "months": 3}}
CLOSING = {"closing": {"last_day": "2026-02-03"}}
CLOSED = {"closing": {"last_day": "2026-02-04", "points": "until", "until": "2026-12-31"}}
BEANS = {"categories": ["beans"]}
PER_BEAN = {"points": 5, "each": "item"}

# key: what both terms have, what the second ones have besides
TABLE: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "unit.one": ({"earning": {"points": 1}}, {"unit": {"one": "star"}}),
    "unit.few": ({}, {"unit": {"one": {"pl": "punkt"}, "few": {"pl": "punkty"}, "many": {"pl": "punktów"}}}),
    "unit.many": ({}, {"unit": {"many": "stars"}}),
    "unit.as_money": ({}, {"unit": {"as_money": True}}),
    "earning.points": ({}, {"earning": {"points": 2}}),
    "earning.per": ({}, {"earning": {"per": "2.00"}}),
    "earning.rounding": ({}, {"earning": {"rounding": "ceiling"}}),
    "earning.stacking": ({"rules": TWO}, {"earning": {"stacking": "best"}}),
    "earning.carry_over": ({"earning": {"per": "50.00"}}, {"earning": {"carry_over": True}}),
    "earning.pending_days": ({}, {"earning": {"pending_days": 14}}),
    "earning.cap.points": ({"earning": {"cap": {"points": 100, "per": "day"}}}, {"earning": {"cap": {"points": 90}}}),
    "earning.cap.per": ({"earning": {"cap": {"points": 100, "per": "day"}}}, {"earning": {"cap": {"per": "month"}}}),
    "rules.code": (rule(), rule(code="gift")),
    "rules.name": (rule(), rule(name="Gift")),
    "rules.when.event": (when(), when(event="review")),
    "rules.when.from": (when(), when(**{"from": "2026-01-12"})),
    "rules.when.until": (when(), when(until="2026-01-12")),
    "rules.when.weekdays": (when(), when(weekdays=["tue"])),
    "rules.when.hours": (when(), when(hours=["11:00", "13:00"])),
    "rules.when.min_amount": (when(), when(min_amount="120.00")),
    "rules.when.products": (when(), when(products=["bean"])),
    "rules.when.categories": (when(), when(categories=["beans"])),
    "rules.when.locations": (when(), when(locations=["corner"])),
    "rules.when.channels": (when(), when(channels=["app"])),
    "rules.when.tiers": (when(), when(tiers=["silver"])),
    "rules.when.segments": (when(), when(segments=["student"])),
    "rules.when.first_purchase": (when(), when(first_purchase=True)),
    "rules.give.multiplier": (rule(give={"multiplier": "2"}), rule(give={"multiplier": "3"})),
    "rules.give.points": (rule(), rule(give={"points": 60})),
    "rules.give.each": (rule(when=BEANS, give={"points": 5}), rule(when=BEANS, give=PER_BEAN)),
    "rules.give.per": (rule(give={"points": 1, "per": "2.00"}), rule(give={"points": 1, "per": "3.00"})),
    "rules.cap.points": (rule(cap={"points": 60, "per": "day"}), rule(cap={"points": 70, "per": "day"})),
    "rules.cap.per": (rule(cap={"points": 60, "per": "day"}), rule(cap={"points": 60, "per": "lifetime"})),
    "rules.budget": (rule(), rule(budget=120)),
    "rules.paused": (rule(), rule(paused=True)),
    "expiry.kind": ({}, {"expiry": {"kind": "never"}}),
    "expiry.days": ({"expiry": {"kind": "after", "days": 30}}, {"expiry": {"kind": "after", "days": 31}}),
    "expiry.months": ({}, {"expiry": {"kind": "after", "months": 13}}),
    "expiry.round_to": ({}, {"expiry": {"kind": "after", "months": 12, "round_to": "quarter"}}),
    "expiry.dates": (
        {"expiry": {"kind": "dates", "dates": ["12-31"]}},
        {"expiry": {"kind": "dates", "dates": ["06-30"]}},
    ),
    "expiry.inactivity.months": (INACTIVE, {"expiry": {"kind": "inactivity", "months": 7}}),
    "expiry_notice_days": ({}, {"expiry_notice_days": [29]}),
    "restore_grace_days": (SHORT, {"restore_grace_days": 10}),
    "clawback": ({}, {"clawback": "within_balance"}),
    "tiers.basis": ({}, {"tiers": {"basis": "visits"}}),
    "tiers.window.kind": ({}, {"tiers": {"window": {"kind": "calendar_year"}}}),
    "tiers.window.months": ({}, {"tiers": {"window": {"kind": "rolling", "months": 11}}}),
    "tiers.downgrade": ({}, {"tiers": {"downgrade": "never"}}),
    "tiers.grace_days": ({}, {"tiers": {"grace_days": 5}}),
    "tiers.levels.code": (level(), level(code="argent")),
    "tiers.levels.name": (level(), level(name="Argent")),
    "tiers.levels.at": (level(), level(at=900)),
    "tiers.levels.multiplier": (level(), level(multiplier="1.3")),
    "tiers.levels.entry_gift": (level(), level(entry_gift=40)),
    "tiers.levels.discount_percent": (level(), level(discount_percent="5")),
    "paused": ({}, {"paused": True}),
    "closing.last_day": (CLOSING, {"closing": {"last_day": "2026-01-24"}}),
    "closing.points": ({"closing": {"last_day": "2026-02-04"}}, CLOSED),
    "closing.until": (CLOSED, {"closing": {"until": "2026-11-30"}}),
    "texts.welcome": ({}, {"texts": {"welcome": {"pl": "Cześć"}}}),
    "texts.terms": ({}, {"texts": {"terms": "No *cash* for points."}}),
}
IN_WORDS = {"unit.one", "unit.few", "unit.many", "unit.as_money", "rules.name", "tiers.levels.name",
            "tiers.levels.discount_percent", "texts.welcome", "texts.terms"}  # fmt: skip
TWICE = {"expiry.inactivity.months"}  # the same key in another kind


def keys(part: type[BaseModel], before: str = "") -> Iterator[str]:
    """The path of every leaf of the terms, whichever kind of part it is in."""
    for name, field in part.model_fields.items():
        path = f"{before}{field.alias or name}"
        parts = list(parts_in(field.annotation))
        yield from (path,) if not parts else (key for inner in parts for key in keys(inner, f"{path}."))


def parts_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from parts_in(inner)


def test_the_table_has_every_key() -> None:
    assert set(keys(Terms)) == set(TABLE) - TWICE


@pytest.mark.parametrize("key", sorted(set(TABLE) - IN_WORDS))
def test_it_changes_what_happens(key: str) -> None:
    base, change = TABLE[key]
    assert outcome(json.dumps(base)) != lived(merged(base, change))


@pytest.mark.parametrize("key", sorted(IN_WORDS))
def test_it_changes_what_people_read(key: str) -> None:
    base, change = (terms.parse(merged(terms.P0, part)) for part in (TABLE[key][0], merged(*TABLE[key])))
    with override("pl" if key == "unit.few" else "en"):
        assert said(base) != said(change)


@pytest.mark.parametrize("key", sorted(TABLE))
def test_it_is_said_as_one_change(key: str) -> None:
    base, change = (terms.parse(merged(terms.P0, part)) for part in (TABLE[key][0], merged(*TABLE[key])))
    for before, after in ((base, change), (change, base)):
        told = wording.changes(before, after, "PLN")
        assert told
        assert not any(change.sentence.startswith("Written in another way") for change in told)


def said(under: Terms) -> list[Any]:
    """The terms in words, and a purchase explained."""
    purchase = earning.Purchase(placed_at=datetime(2026, 1, 10, tzinfo=UTC), zone="UTC", amount=Decimal(2))
    explain = earning.evaluate(under, purchase, earning.Standing()).explain
    lines = wording.explained(explain, under, "customer", "PLN")
    unit = wording.speech("PLN", under.unit)
    own = [prose.welcome(under), prose.small_print(under)]
    return [wording.sentences(under, "PLN"), [line.text for line in lines], unit.points(1), unit.points(2), own]


@cache
def outcome(base: str) -> list[Any]:
    """What happens under terms that several keys are compared with."""
    return lived(json.loads(base))


def lived(change: dict[str, Any]) -> list[Any]:
    """Play the story and write down all that came of it, after every step; a refusal is an outcome too."""
    story = {
        "title": "a year",
        "terms": change,
        "staff": {"adam": {"role": "manager"}},
        "rewards": {"mug": {"price": 200}},
    }
    player = Player(story | {"steps": []})
    return [lived_through(player, dict(step)) for step in STORY]


def lived_through(player: Player, step: dict[str, Any]) -> list[Any]:
    try:
        player.step(step, where=str(step))
    except (AssertionError, KeyError) as refused:
        return [type(refused).__name__]
    return state(player)


def state(player: Player) -> list[Any]:
    mine = {"program": player.stage.program}
    entries = LedgerEntry.objects.filter(**mine).order_by("id")
    return [
        [(e.kind, e.points, e.occurred_at, e.qualifying, e.explain.get("rule_points")) for e in entries],
        list(
            Account.objects.filter(**mine)
            .order_by("id")
            .values_list("balance", "debt", "tier_code", "qualifying", "carry", "demote_on")
        ),
        list(PointsLot.objects.filter(**mine).order_by("entry").values_list("remaining", "available_at", "expires_at")),
        list(Notice.objects.filter(**mine).order_by("id").values_list("kind", "subject_on", "notice_on", "points")),
    ]

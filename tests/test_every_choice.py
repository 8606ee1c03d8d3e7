"""Every choice that a key of the terms offers differs in its effect from every other one.

`tests/test_every_key.py` asks of every key whether it does anything; here each word that a key may be is told apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic.fields import FieldInfo

from members import refunds
from members.refunds import NewRefund
from members.tests import factories
from members.tests.factories import NOW
from programs import calendar, phases, tiers
from programs.earning import Line, Standing, evaluate, evaluate_event
from programs.terms import Terms, parse
from programs.terms.part import Part
from programs.tests.factories import TUESDAY_MORNING, document, lines, purchase, rule

Document = dict[str, Any]
ZONE = "Europe/Warsaw"
GOLD = Standing(tier_code="gold")
FIVE = {"points": 5}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVENTS = (
    "purchase", "sign_up", "birthday", "anniversary", "referral", "referred", "survey", "review", "check_in",
    "social_share", "profile_completed", "custom",
)  # fmt: skip


# What to look at


def earned(made: Document, **parts: Any) -> list[Any]:
    """Points and what counts for tiers, of some purchases of a Gold member."""
    awards = [evaluate(parse(made), purchase(amount, **parts), GOLD) for amount in ("10.40", "10.50", "62.00")]
    return [(award.points, award.qualifying) for award in awards]


def week(made: Document) -> list[Any]:
    return [earned(made, placed_at=TUESDAY_MORNING + timedelta(days=days)) for days in range(7)]


def baskets(made: Document) -> list[Any]:
    """Two bags of beans with milk; one bag."""
    bought = (Line("bag", "beans", 2, Decimal("40.00")), Line("litre", "milk", 1, Decimal("20.00")))
    return [earned(made, lines=bought), earned(made, lines=lines("10.00", category="beans"))]


def rewarded(made: Document) -> list[str]:
    """The events that earn something."""
    under = parse(made)
    found = ["purchase"] if evaluate(under, purchase(), GOLD).rule_points else []
    for event in EVENTS[1:]:
        award = evaluate_event(under, event, occurred_at=NOW, zone=ZONE, standing=GOLD)
        found += [event] if award.points else []
    return found


def lasting(made: Document) -> list[datetime | None]:
    """When points end that become available on some days of the year."""
    days = [datetime(2026, month, day, 11, tzinfo=UTC) for month, day in ((1, 31), (4, 2), (5, 20), (12, 31))]
    return [calendar.expiry_of(parse(made).expiry, day, ZONE) for day in days]


def windows(made: Document) -> list[datetime | None]:
    levels = parse(made).tiers
    assert levels
    return [calendar.window_start(levels.window, NOW + timedelta(days=days), ZONE) for days in (0, 300)]


def falls(made: Document) -> list[tiers.Review]:
    """The reviews of a Gold member who reaches too little, on the day that was announced."""
    levels, day = parse(made).tiers, date(2026, 4, 1)
    assert levels
    return [
        tiers.review(levels, code="gold", qualifying=reached, day=day, demote_on=day, pinned_until=None)
        for reached in (700, 0)
    ]


def lived(made: Document) -> list[int]:
    """What orders earn through the real ledger: two now, then tomorrow, in eight days and in forty."""
    account = factories.account(program=factories.shop(terms_document=made))
    return [factories.order(account, "62.00", at=NOW + timedelta(days=days)).points for days in (0, 0, 1, 8, 40)]


def left_over(made: Document) -> datetime | None:
    """When the points end that members hold as the program closes."""
    return phases.points_end_at(parse(made), ZONE)


def taken_back(made: Document) -> list[int]:
    """What two refunds take: one of points that were spent, one of points that are not spendable yet."""
    account = factories.account(program=factories.shop(terms_document=made))
    factories.order(account, "100.00", reference="first", at=NOW - timedelta(days=9))
    factories.adjustment(account, -70)
    factories.order(account, "50.00", reference="second")
    for reference in ("first", "second"):
        new = NewRefund(reference=f"back-{reference}", order_reference=reference, amount=Decimal("45.00"))
        refunds.refund(new, merchant=account.program.merchant, now=NOW)
    account.refresh_from_db()
    return [account.balance, account.debt, *account.entries.order_by("pk").values_list("points", flat=True)]


# Documents by the choice they make


def one_rule(**parts: Any) -> Document:
    return document(rules=[rule(**{"give": {"multiplier": "2"}} | parts)])


def ending(kind: str, **parts: Any) -> Document:
    return document() | {"expiry": {"kind": kind} | parts}


def closing(points: str, **parts: Any) -> Document:
    return document() | {"closing": {"last_day": date(2026, 11, 30), "points": points} | parts}


LOOKS: dict[str, tuple[Callable[[Document], Any], dict[Any, Document]]] = {
    "earning.rounding": (earned, {way: document(earning={"rounding": way}) for way in ("floor", "half_up", "ceiling")}),
    "earning.stacking": (
        earned,
        {way: one_rule() | {"earning": {"points": 1, "stacking": way}} for way in ("multiply", "add", "best")},
    ),
    "earning.cap.per": (
        lived,
        {per: document(earning={"cap": {"points": 70, "per": per}}) for per in ("day", "week", "month")},
    ),
    "rules.when.event": (rewarded, {event: one_rule(when={"event": event}, give=FIVE) for event in EVENTS}),
    "rules.when.weekdays": (week, {day: one_rule(when={"weekdays": [day]}) for day in DAYS}),
    "rules.give.each": (
        baskets,
        {each: one_rule(when={"categories": ["beans"]}, give=FIVE | {"each": each}) for each in ("order", "item")},
    ),
    "rules.cap.per": (
        lived,
        {per: one_rule(cap={"points": 70, "per": per}) for per in ("day", "week", "month", "lifetime")},
    ),
    "expiry": (
        lasting,
        {
            "never": ending("never"),
            "after": ending("after", months=1),
            "dates": ending("dates", dates=["12-31"]),
            "inactivity": ending("inactivity", months=2),
        },
    ),
    "expiry.after.round_to": (
        lasting,
        {part: ending("after", months=1, round_to=part) for part in (None, "month", "quarter", "year")},
    ),
    "clawback": (
        taken_back,
        {
            policy: document(earning={"pending_days": 3}, clawback=policy)
            for policy in ("negative", "within_balance", "pending_only")
        },
    ),
    "closing.points": (
        left_over,
        {"keep": closing("keep"), "until": closing("until", until=date(2026, 12, 31))},
    ),
    "tiers.basis": (earned, {basis: document(tiers={"basis": basis}) for basis in ("points", "spend", "visits")}),
    "tiers.window": (
        windows,
        {kind: document(tiers={"window": {"kind": kind}}) for kind in ("rolling", "calendar_year", "lifetime")},
    ),
    "tiers.downgrade": (falls, {way: document(tiers={"downgrade": way}) for way in ("natural", "one_step", "never")}),
}


# The keys that offer choices


def parts_in(annotation: Any) -> Iterator[type[Part]]:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation
    for inner in get_args(annotation):
        yield from parts_in(inner)


def words_in(annotation: Any) -> Iterator[Any]:
    """The words that a key may be."""
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
        return
    for inner in get_args(annotation):
        yield from words_in(inner)


def choices_of(model: type[Part], path: str = "") -> Iterator[tuple[str, set[Any]]]:
    """Every key under a part of the terms that offers choices; a part that tells its kind is a choice of its key."""
    for name, field in model.model_fields.items():
        if name != "kind":
            yield from choices_at(f"{path}{field.alias or name}", field)


def choices_at(where: str, field: FieldInfo) -> Iterator[tuple[str, set[Any]]]:
    parts = list(parts_in(field.annotation))
    kinds = {part: part.model_fields["kind"].default for part in parts if "kind" in part.model_fields}
    words = set(kinds.values()) if parts else set(words_in(field.annotation))
    if words:
        yield where, words
    for part in parts:
        yield from choices_of(part, f"{where}.{kinds[part]}." if part in kinds else f"{where}.")


def test_every_choice_is_looked_at() -> None:
    there_are = dict(choices_of(Terms))
    assert there_are == {path: set(documents) - {None} for path, (_look, documents) in LOOKS.items()}


@pytest.mark.django_db
@pytest.mark.parametrize("path", LOOKS)
def test_choices_differ(path: str) -> None:
    look, documents = LOOKS[path]
    seen = {choice: repr(look(made)) for choice, made in documents.items()}
    assert len(set(seen.values())) == len(seen), seen

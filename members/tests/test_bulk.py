"""Many orders at once are the same orders one by one: each test's name finishes "it …"."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from members import ledger, orders, refunds
from members.models import Account, LedgerEntry, Order, PointsLot, TierChange
from members.new_orders import NewOrder
from members.refunds import NewRefund
from members.refusals import Waiting
from members.tests import factories
from members.tests.factories import LONG_AGO, NOW
from programs import terms
from programs.earning import Line
from programs.models import Program

pytestmark = pytest.mark.django_db

RULES = [
    {"code": "tuesday", "name": "Tuesday", "when": {"weekdays": ["tue"]}, "give": {"multiplier": "2"}},
    {"code": "beans", "name": "Beans", "when": {"categories": ["beans"]}, "give": {"points": 1, "per": "2.00"}},
    {
        "code": "app",
        "name": "App",
        "when": {"channels": ["app"]},
        "give": {"points": 50},
        "cap": {"points": 120, "per": "month"},
        "budget": 900,
    },
    {"code": "first", "name": "First", "when": {"first_purchase": True}, "give": {"points": 25}},
]
LEVELS = terms.P0["tiers"]["levels"]
GIFTS = {
    **terms.P0["tiers"],
    "window": {"kind": "calendar_year"},
    "basis": "spend",
    "levels": [LEVELS[0], {**LEVELS[1], "entry_gift": 40}, LEVELS[2]],
}
POLICIES: dict[str, dict[str, Any]] = {
    "plain": {},
    "rules": {"rules": RULES},
    "capped": {"rules": RULES, "earning": {**terms.P0["earning"], "cap": {"points": 150, "per": "day"}}},
    "carry": {"earning": {**terms.P0["earning"], "per": "50.00", "carry_over": True, "pending_days": 3}},
    "gifts": {"rules": RULES, "tiers": GIFTS},
    "inactivity": {"expiry": {"kind": "inactivity", "months": 3}},
    "no-tiers": {"tiers": None, "expiry": {"kind": "never"}},
}

DAYS = {"inactivity": 80}  # many at once keep each other's points alive; one by one, they would have ended


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("policy", POLICIES)
def test_leaves_what_one_by_one_would(policy: str, seed: int) -> None:
    wishes = bought(random.Random(f"{policy} {seed}"), count=2 * ledger.MANY, days=DAYS.get(policy, 550))
    at_once, in_turn = shop(policy), shop(policy)
    recorded(at_once, wishes, lambda sent, merchant: orders.record_many(sent, merchant=merchant, now=NOW))
    recorded(in_turn, wishes, one_by_one)
    assert left_by(at_once) == left_by(in_turn)


def test_answers_as_one_by_one_would() -> None:
    wishes = bought(random.Random(7), count=2 * ledger.MANY)
    wishes += [
        wishes[3],
        {**wishes[4], "amount": Decimal("1.11")},
        {**wishes[5], "reference": "bad", "currency": "EUR"},
    ]
    at_once, in_turn = shop("rules"), shop("rules")
    answers = recorded(at_once, wishes, lambda sent, merchant: orders.record_many(sent, merchant=merchant, now=NOW))
    assert list(map(said, answers)) == list(map(said, recorded(in_turn, wishes, one_by_one)))
    again = recorded(at_once, wishes, lambda sent, merchant: orders.record_many(sent, merchant=merchant, now=NOW))
    assert [getattr(one, "order_id", one.__class__) for one in again] == [
        getattr(one, "order_id", one.__class__) for one in answers
    ]


def test_applies_a_refund_that_waited_for_one_of_many() -> None:
    program = shop("plain")
    early = NewRefund(reference="R1", order_reference="7", amount=Decimal("1.00"), source="import", refunded_at=NOW)
    with pytest.raises(Waiting):
        refunds.refund(early, merchant=program.merchant, now=NOW)
    wishes = bought(random.Random(1), count=ledger.MANY)
    wishes[7] |= {"amount": Decimal("20.00"), "lines": ()}
    recorded(program, wishes, lambda sent, merchant: orders.record_many(sent, merchant=merchant, now=NOW))
    assert Order.objects.get(reference="7").refunded == Decimal("1.00")


def shop(policy: str) -> Program:
    program = factories.shop(terms_document=terms.dump(terms.parse({**terms.P0, **POLICIES[policy]})))
    factories.location(merchant=program.merchant)
    for number in range(8):
        factories.member(merchant=program.merchant, customer_number=str(number))
    owing = Account.objects.get(program=program, member__customer_number="1")
    factories.order(owing, "60.00", at=LONG_AGO, now=NOW - timedelta(days=90), reference="old")
    refunds.refund(
        NewRefund(reference="back", order_reference="old", amount=Decimal("60.00"), refunded_at=NOW, source="till"),
        merchant=program.merchant,
        now=NOW,
    )
    return program


def bought(draw: random.Random, *, count: int, days: int = 550) -> list[dict[str, Any]]:
    """Orders of the last year and a half or less, oldest first."""
    ago = sorted((draw.uniform(0, days) for _ in range(count)), reverse=True)
    return [wish(draw, number, ago[number]) for number in range(count)]


def wish(draw: random.Random, number: int, days_ago: float) -> dict[str, Any]:
    lines = tuple(
        Line(f"sku-{n}", draw.choice(["beans", "cups"]), draw.randint(1, 3), Decimal(draw.randint(0, 900)) / 100)
        for n in range(draw.choice([0, 0, 1, 3]))
    )
    return {
        "reference": str(number),
        "customer": str(draw.randrange(8)),
        "amount": sum((line.amount for line in lines), Decimal(draw.choice([0, 1, 1]) * draw.randint(0, 20_000)) / 100),
        "placed_at": NOW - timedelta(days=days_ago),
        "channel": draw.choice(["", "app", "web"]),
        "location": draw.choice(["", "pulawska"]),
        "lines": lines,
    }


def recorded(program: Program, wishes: list[dict[str, Any]], record: Callable[..., list[Any]]) -> list[Any]:
    owners = dict(program.merchant.members.values_list("customer_number", "pk"))
    sent = [
        NewOrder(member_id=owners[wish["customer"]], source="import", **{k: wish[k] for k in wish if k != "customer"})
        for wish in wishes
    ]
    return record(sent, program.merchant)


def one_by_one(sent: list[NewOrder], merchant: Any) -> list[Any]:
    return [orders.record_many([order], merchant=merchant, now=NOW)[0] for order in sent]


def said(answer: Any) -> Any:
    if isinstance(answer, orders.RecordedOrder):
        return answer.is_new, [(entry.points, entry.explain) for entry in answer.entries]
    return answer.__class__, str(answer.words)


def left_by(program: Program) -> dict[str, list[Any]]:
    """All that is kept of a shop's points, in an order of its own, without numbers that only the database knows."""
    own, whose = {"program": program}, "account__member__customer_number"
    entries = LedgerEntry.objects.filter(**own).exclude(kind="expire")
    expired = LedgerEntry.objects.filter(**own, kind="expire").values_list(whose, "points", "occurred_at")
    return {
        "orders": list(program.merchant.orders.values("reference", "amount", "eligible", "placed_at", "location__code",
                       "channel", "member__customer_number").order_by("reference")),
        "lines": list(program.merchant.orders.values_list("reference", "lines__sku", "lines__category",
                      "lines__quantity", "lines__amount").order_by("reference", "lines__id")),
        "entries": [one | {"explain": {name: one["explain"][name] for name in one["explain"] if name != "lots"}}
                    for one in entries.values("kind", "points", "qualifying", "reason", "explain", "occurred_at", whose)
                    .order_by(whose, "kind", "occurred_at", "points")],
        "expired": sorted(expired),
        "lots": sorted(PointsLot.objects.filter(**own).values_list(whose, "points", "remaining", "available_at",
                       "entry__kind").distinct()),
        "ends": sorted(map(str, PointsLot.objects.filter(**own).values_list(whose, "expires_at", "points"))),
        "accounts": list(Account.objects.filter(**own).order_by("pk").values(
            "balance", "debt", "earned", "redeemed", "qualifying", "carry", "order_count", "order_total",
            "last_order_at", "last_activity_at", "tier_code", "tier_since")),
        "climbs": sorted(TierChange.objects.filter(**own).values_list(whose, "from_code", "to_code", "changed_at")),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "fingerprint"),
    [
        (
            {"amount": Decimal("100.00"), "source": "import", "placed_at": NOW, "currency": "PLN", "channel": "app"},
            "a2f0ed28f77488c19a6472a877d9dbb640135e2ded4124d6f6d9b6a0e7563e37",
        ),
        (
            {
                "amount": Decimal("12.3"),
                "lines": (Line("a", "b", 2, Decimal("12.30")),),
                "points_money": Decimal("1.5"),
            },
            "3a92674617261204a38d24eff9bd93ed63dd416c790d42c79eeea04e6d9be0b1",
        ),
        ({"amount": Decimal(0)}, "1deb1b5a6398be8c0f25b342db58414a5567e5529878c33d32e6e3c11ba48d2f"),
    ],
)
def test_takes_the_fingerprints_that_are_in_the_books(fields: dict[str, Any], fingerprint: str) -> None:
    """Known orders stay known: a fingerprint may be taken in another way, never of anything else."""
    assert NewOrder(reference='Ż"1', member_id=7, **fields).fingerprint == fingerprint

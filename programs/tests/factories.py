"""Terms and purchases for tests, and hypothesis strategies that cover what terms can say."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from programs.earning import Line, Purchase, Standing
from programs.terms import P0, Terms, parse

MONDAY_MORNING = datetime(2026, 11, 16, 8, 31, tzinfo=UTC)
TUESDAY_MORNING = datetime(2026, 11, 17, 8, 31, tzinfo=UTC)


def document(**overrides: Any) -> dict[str, Any]:
    """P0 with parts merged over it, key by key."""
    merged = dict(P0)
    for key, value in overrides.items():
        merged[key] = {**P0[key], **value} if isinstance(value, dict) and isinstance(P0.get(key), dict) else value
    return merged


def terms(**overrides: Any) -> Terms:
    return parse(document(**overrides))


def rule(code: str = "campaign", **parts: Any) -> dict[str, Any]:
    return {"code": code, "name": code.title(), **parts}


def purchase(amount: str = "62.00", **parts: Any) -> Purchase:
    made = {"placed_at": TUESDAY_MORNING, "zone": "Europe/Warsaw", **parts}
    return Purchase(amount=Decimal(amount), **made)


def lines(*amounts: str, category: str = "", sku: str = "") -> tuple[Line, ...]:
    return tuple(Line(sku, category, 1, Decimal(amount)) for amount in amounts)


money = st.decimals(min_value=0, max_value=5000, places=2)
multipliers = st.sampled_from(["0", "0.5", "1", "1.15", "1.5", "2", "3"])
effects = st.one_of(
    st.fixed_dictionaries({"multiplier": multipliers}),
    st.fixed_dictionaries({"points": st.integers(1, 60)}),
    st.fixed_dictionaries({"points": st.integers(1, 5), "per": st.sampled_from(["1.00", "3.00", "10.00", "0.70"])}),
)
conditions = st.fixed_dictionaries(
    {},
    optional={
        "weekdays": st.sampled_from([["tue"], ["mon"], ["tue", "sat"]]),
        "min_amount": st.sampled_from(["5.00", "20.00", "100.00"]),
        "categories": st.sampled_from([["coffee"], ["beans"], ["coffee", "beans"]]),
        "tiers": st.sampled_from([["gold"], ["bronze", "silver"]]),
        "first_purchase": st.booleans(),
    },
)
limits = st.fixed_dictionaries(
    {},
    optional={
        "cap": st.fixed_dictionaries({"points": st.integers(1, 200), "per": st.sampled_from(["day", "lifetime"])}),
        "budget": st.integers(1, 1000),
    },
)


@st.composite
def rules(draw: st.DrawFn) -> list[dict[str, Any]]:
    return [
        {
            "code": f"rule-{number}",
            "name": f"Rule {number}",
            "when": draw(conditions),
            "give": draw(effects),
            **draw(limits),
        }
        for number in range(draw(st.integers(0, 3)))
    ]


@st.composite
def any_terms(draw: st.DrawFn, carry_over: bool | None = None) -> Terms:
    carries = draw(st.booleans()) if carry_over is None else carry_over
    earning = {
        "points": draw(st.integers(1, 10)),
        "per": draw(st.sampled_from(["1.00", "3.00", "50.00", "0.30", "7"])),
        "rounding": "floor" if carries else draw(st.sampled_from(["floor", "half_up", "ceiling"])),
        "stacking": draw(st.sampled_from(["multiply", "add", "best"])),
        "carry_over": carries,
    }
    if draw(st.booleans()):
        earning["cap"] = {"points": draw(st.integers(1, 500)), "per": draw(st.sampled_from(["day", "week", "month"]))}
    return terms(earning=earning, rules=draw(rules()))


@st.composite
def any_purchase(draw: st.DrawFn) -> Purchase:
    bought = draw(st.lists(st.tuples(st.sampled_from(["coffee", "beans", ""]), money), max_size=4))
    lined = tuple(Line("", category, 1, amount) for category, amount in bought)
    amount = sum((line.amount for line in lined), Decimal(0)) if lined else draw(money)
    placed_at = draw(st.sampled_from([MONDAY_MORNING, TUESDAY_MORNING]))
    paid = draw(st.sampled_from([Decimal(0), Decimal("5.55")]))
    return Purchase(placed_at, "Europe/Warsaw", amount, points_money=paid, lines=lined)


standings = st.builds(
    Standing,
    tier_code=st.sampled_from(["bronze", "silver", "gold"]),
    carry=st.decimals(min_value=0, max_value=49, places=2),
    is_first_purchase=st.booleans(),
    earned=st.fixed_dictionaries(
        {"day": st.integers(0, 600), "week": st.integers(0, 600), "month": st.integers(0, 600)}
    ),
    rule_earned=st.fixed_dictionaries({"rule-0": st.integers(0, 250)}),
    rule_issued=st.fixed_dictionaries({"rule-1": st.integers(0, 1100)}),
)

"""What an order earns: the worked scenarios, every condition, and properties that hold under any terms."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.earning import Line, Purchase, Standing, evaluate, evaluate_event, line_points
from programs.terms import PRESETS, parse
from programs.unfolding import unfold

from .factories import MONDAY_MORNING, TUESDAY_MORNING, any_purchase, any_terms, lines, purchase, rule, standings, terms

BRONZE = Standing(tier_code="bronze")


def points(amount, standing=BRONZE, *, under=None, **parts):
    return evaluate(under or terms(), purchase(amount, **parts), standing).points


def with_rule(**parts):
    return terms(rules=[rule(**parts)])


def fired(when, standing=BRONZE, amount="62.00", **parts):
    award = evaluate(with_rule(when=when, give={"points": 1}), purchase(amount, **parts), standing)
    return award.explain["rules"]["campaign"] == "1"


# Scenarios


@pytest.mark.parametrize(("amount", "earned"), [("100.00", 115), ("1500.00", 1725)])
def test_it_plays_scenario_1_multipliers_are_exact(amount, earned):
    assert points(amount, under=with_rule(give={"multiplier": "1.15"})) == earned


def test_it_plays_scenario_1_cashback_is_exact():
    assert points("19.99", under=terms(earning={"points": 100, "per": "1.00"})) == 1999
    assert points("19.99", under=parse(PRESETS["cashback"])) == 19


def test_it_plays_scenario_2_one_floor_per_order():
    award = evaluate(terms(), purchase("2.00", lines=lines("0.60", "0.60", "0.80")), BRONZE)
    assert (award.points, line_points(award)) == (2, (1, 0, 1))


@pytest.mark.parametrize(("stacking", "earned"), [("multiply", 303), ("add", 252), ("best", 202)])
def test_it_plays_scenario_3_stacking(stacking, earned):
    under = terms(earning={"stacking": stacking}, rules=[rule(give={"multiplier": "2"})])
    award = evaluate(under, purchase("101.00"), Standing(tier_code="gold"))
    assert (award.points, unfold(award.explain, under)["stacking"]) == (earned, stacking)


def test_it_plays_scenario_4_points_as_money_and_gift_cards():
    assert points("80.00", points_money=Decimal("20.00")) == 60
    assert points("80.00", points_money=Decimal("20.00"), gift_card=Decimal("30.00")) == 60
    assert points("80.00", shipping=Decimal("15.00")) == 65
    assert points("10.00", points_money=Decimal("20.00")) == 0


def test_it_plays_scenario_5_other_currencies():
    assert points("1980", under=terms(earning={"points": 1, "per": "100"})) == 19
    assert points("12.345", under=terms(earning={"points": 1, "per": "1.000"})) == 12


def test_it_plays_scenario_6_the_old_tier_earns_and_qualifying_stays_at_one():
    crossing = evaluate(terms(), purchase("100.00"), BRONZE)
    assert (crossing.points, crossing.qualifying) == (100, 100)
    silver = evaluate(terms(), purchase("100.00"), Standing(tier_code="silver"))
    assert (silver.points, silver.qualifying) == (120, 100)


def test_it_plays_scenario_7_the_daily_cap():
    capped = terms(earning={"cap": {"points": 500, "per": "day"}})
    award = evaluate(capped, purchase("120.00"), Standing(tier_code="bronze", earned={"day": 450}))
    assert award.points == 50
    assert unfold(award.explain, capped)["cap"] == {"points": 500, "per": "day", "room": 50, "cut": 70}
    assert points("120.00", Standing(earned={"day": 600}), under=capped) == 0
    assert points("120.00", Standing(earned={"week": 600}), under=capped) == 120


def test_it_plays_scenario_8_stars_with_carry_over():
    stars = terms(earning={"points": 1, "per": "50.00", "carry_over": True})
    first = evaluate(stars, purchase("30.00"), BRONZE)
    assert (first.points, first.carry) == (0, Decimal("30.00"))
    second = evaluate(stars, purchase("20.00"), replace(BRONZE, carry=first.carry))
    assert (second.points, second.carry) == (1, 0)


# Conditions

COFFEE_BEANS = {"categories": ["coffee"], "products": ["bean"]}


@pytest.mark.parametrize(
    ("when", "parts", "holds"),
    [
        ({"weekdays": ["tue"]}, {}, True),
        ({"weekdays": ["mon", "wed"]}, {}, False),
        ({"from": "2026-11-17", "until": "2026-11-17"}, {}, True),
        ({"from": "2026-11-18"}, {}, False),
        ({"until": "2026-11-16"}, {}, False),
        ({"hours": ["09:31", "10:00"]}, {}, True),
        ({"hours": ["09:00", "09:31"]}, {}, False),
        ({"min_amount": "62.00"}, {}, True),
        ({"min_amount": "62.01"}, {}, False),
        ({"min_amount": "62.00"}, {"points_money": Decimal("1.00")}, False),
        ({"products": ["bean"]}, {"lines": lines("62.00", sku="bean")}, True),
        ({"products": ["bean"]}, {"lines": lines("62.00", sku="milk")}, False),
        ({"products": ["bean"]}, {}, False),
        (COFFEE_BEANS, {"lines": lines("62.00", category="coffee", sku="bean")}, True),
        (COFFEE_BEANS, {"lines": lines("9.00", category="coffee") + lines("9.00", sku="bean")}, False),
        ({"locations": ["north"]}, {"location": "north"}, True),
        ({"locations": ["north"]}, {"location": "south"}, False),
        ({"channels": ["web"]}, {"channel": "web"}, True),
        ({"channels": ["web"]}, {}, False),
        ({"tiers": ["gold", "bronze"]}, {}, True),
        ({"tiers": ["gold"]}, {}, False),
        ({"segments": ["students"]}, {"standing": Standing(segments=frozenset({"students", "early"}))}, True),
        ({"segments": ["students"]}, {}, False),
        ({"first_purchase": True}, {"standing": Standing(is_first_purchase=True)}, True),
        ({"first_purchase": True}, {}, False),
        ({"event": "birthday"}, {}, None),
    ],
)  # fmt: skip
def test_it_asks_every_condition(when, parts, holds):
    if holds is None:
        assert evaluate(with_rule(when=when, give={"points": 1}), purchase(), BRONZE).rule_points == {}
    else:
        assert fired(when, **parts) is holds


def test_it_reads_weekdays_and_hours_on_the_merchants_clock():
    late_on_monday_in_london = datetime(2026, 11, 16, 23, 30, tzinfo=UTC)
    assert fired({"weekdays": ["tue"], "hours": ["00:00", "01:00"]}, placed_at=late_on_monday_in_london)
    assert not fired({"weekdays": ["tue"]}, placed_at=late_on_monday_in_london, zone="UTC")


@pytest.mark.parametrize(
    ("hour", "day", "holds"),
    [
        (22, 16, True), (23, 16, True), (0, 17, True), (1, 17, True),
        (2, 17, False), (21, 16, False), (1, 16, False), (23, 17, False),
    ],
)  # fmt: skip
def test_it_counts_the_small_hours_to_the_evening_before(hour, day, holds):
    late = {"weekdays": ["mon"], "hours": ["22:00", "02:00"], "from": "2026-11-16", "until": "2026-11-16"}
    assert fired(late, placed_at=datetime(2026, 11, day, hour, tzinfo=UTC), zone="UTC") is holds


def test_it_says_why_a_rule_did_not_fire():
    when = {"weekdays": ["tue"], "tiers": ["gold"], "min_amount": "1.00"}
    under = with_rule(when=when, give={"multiplier": "2"})
    award = evaluate(under, purchase(placed_at=MONDAY_MORNING), BRONZE)
    assert award.explain["rules"] == {"campaign": ["weekday", "tier"]}
    assert unfold(award.explain, under)["rules"] == [
        {
            "code": "campaign",
            "name": "Campaign",
            "fired": False,
            "why": [
                {"code": "weekday", "was": "mon", "needs": ["tue"]},
                {"code": "tier", "was": "bronze", "needs": ["gold"]},
            ],
        }
    ]


# Effects


BASKET = (Line("b", "beans", 2, Decimal("40.00")), Line("m", "milk", 1, Decimal("20.00")))


@pytest.mark.parametrize(
    ("give", "earned"),
    [
        ({"multiplier": "2"}, 60 + 40),
        ({"points": 50}, 60 + 50),
        ({"points": 5, "each": "item"}, 60 + 10),
        ({"points": 1, "per": "10.00"}, 60 + 4),
        ({"multiplier": "0"}, 60 - 40),
    ],
)
def test_it_counts_only_the_lines_that_a_rule_names(give, earned):
    assert points("60.00", lines=BASKET, under=with_rule(when={"categories": ["beans"]}, give=give)) == earned


def test_it_gives_the_bonus_to_the_lines_that_made_it():
    under = with_rule(when={"categories": ["beans"]}, give={"multiplier": "2"})
    assert line_points(evaluate(under, purchase("60.00", lines=BASKET), BRONZE)) == (80, 20)


def test_it_shrinks_lines_that_were_partly_paid_with_points():
    under = with_rule(when={"categories": ["beans"]}, give={"multiplier": "2"})
    assert points("60.00", lines=BASKET, points_money=Decimal("30.00"), under=under) == 30 + 20


def test_it_counts_overlapping_line_rules_on_the_lines_they_share():
    under = terms(
        rules=[
            rule("beans", when={"categories": ["beans"]}, give={"multiplier": "2"}),
            rule("all", when={"products": ["b", "m"]}, give={"multiplier": "3"}),
        ]
    )
    assert points("60.00", lines=BASKET, under=under) == 40 * 6 + 20 * 3


def test_it_adds_points_after_the_multipliers():
    under = terms(rules=[rule("double", give={"multiplier": "2"}), rule("gift", give={"points": 50})])
    assert points("100.00", Standing(tier_code="gold"), under=under) == 350


def test_it_lets_only_the_best_bonus_win_and_says_so():
    under = terms(
        earning={"stacking": "best"},
        rules=[rule("double", give={"multiplier": "2"}), rule("gift", give={"points": 50})],
    )
    small, large = (evaluate(under, purchase(amount), Standing(tier_code="gold")) for amount in ("40.00", "60.00"))
    assert (small.points, large.points) == (90, 120)
    assert [part.get("beaten", False) for part in unfold(small.explain, under)["rules"]] == [True, False]
    assert small.rule_points == {"double": 0, "gift": 50}


def test_it_takes_away_before_any_bonus_counts():
    nothing = rule("tobacco", when={"categories": ["milk"]}, give={"multiplier": "0"})
    for stacking in ("multiply", "add", "best"):
        under = terms(earning={"stacking": stacking}, rules=[rule("double", give={"multiplier": "2"}), nothing])
        assert points("60.00", lines=BASKET, under=under) == 80


def test_it_keeps_a_rule_within_its_cap_and_names_what_was_cut():
    under = with_rule(give={"multiplier": "2"}, cap={"points": 50, "per": "week"})
    award = evaluate(under, purchase("62.00"), replace(BRONZE, rule_earned={"campaign": 30}))
    assert (award.points, award.rule_points) == (82, {"campaign": 20})
    assert award.explain["rules"]["campaign"]["cut"] == {"points": "42", "by": "week"}


def test_it_keeps_a_rule_within_its_budget():
    under = with_rule(give={"multiplier": "2"}, cap={"points": 50, "per": "week"}, budget=1000)
    award = evaluate(under, purchase("62.00"), replace(BRONZE, rule_issued={"campaign": 990}))
    assert award.points == 72
    assert award.explain["rules"]["campaign"]["cut"] == {"points": "52", "by": "budget"}


def test_it_lets_the_cap_of_the_account_cut_the_last_bonus_first():
    under = terms(earning={"cap": {"points": 80, "per": "day"}}, rules=[rule(give={"multiplier": "2"})])
    award = evaluate(under, purchase("62.00"), BRONZE)
    assert (award.points, award.rule_points) == (80, {"campaign": 18})


def test_it_divides_without_losing_the_last_digit():
    under = terms(earning={"points": 1, "per": "3.00"}, rules=[rule(give={"multiplier": "3"})])
    assert points("10.00", under=under) == 10


@pytest.mark.parametrize(("rounding", "earned"), [("floor", 1), ("half_up", 2), ("ceiling", 2)])
def test_it_rounds_as_the_terms_say(rounding, earned):
    assert points("1.50", under=terms(earning={"rounding": rounding})) == earned


@pytest.mark.parametrize(("basis", "qualifying"), [("points", 9), ("spend", 10), ("visits", 1)])
def test_it_counts_what_tiers_count(basis, qualifying):
    under = terms(tiers={"basis": basis})
    assert evaluate(under, purchase("9.90"), Standing(tier_code="gold")).qualifying == qualifying


def test_it_earns_without_tiers():
    assert evaluate(parse(PRESETS["points-per-spend"]), purchase("9.90"), Standing()).points == 9


def test_it_stamps_each_coffee():
    each = rule(when={"categories": ["coffee"]}, give={"points": 1, "each": "item"})
    stamps, cups = (
        terms(earning={"points": 0}, tiers=None, rules=[each]),
        (Line("latte", "coffee", 3, Decimal("45.00")), Line("cake", "food", 1, Decimal("15.00"))),
    )
    award = evaluate(stamps, purchase("60.00", lines=cups), Standing())
    assert (award.points, line_points(award)) == (3, (2, 1))


# Events


def test_it_rewards_events_by_their_own_rules():
    under = terms(
        rules=[rule("welcome", when={"event": "sign_up"}, give={"points": 25}), rule("other", give={"points": 9})]
    )
    award = evaluate_event(under, "sign_up", occurred_at=TUESDAY_MORNING, zone="Europe/Warsaw", standing=BRONZE)
    assert (award.points, award.qualifying, award.explain["event"]) == (25, 0, "sign_up")
    assert evaluate_event(under, "review", occurred_at=TUESDAY_MORNING, zone="UTC", standing=BRONZE).points == 0


def test_it_leaves_the_carry_of_orders_alone_on_events():
    under = terms(
        earning={"per": "50.00", "carry_over": True}, rules=[rule(when={"event": "review"}, give={"points": 5})]
    )
    award = evaluate_event(
        under, "review", occurred_at=TUESDAY_MORNING, zone="UTC", standing=Standing(carry=Decimal(30))
    )
    assert (award.points, award.carry) == (5, 30)


# Properties


@given(any_terms(), any_purchase(), standings)
def test_it_splits_exactly_and_explains_itself(under, bought, standing):
    award = evaluate(under, bought, standing)
    assert award.points >= 0
    assert sum(line_points(award)) == (award.points if bought.lines else 0)
    assert all(part >= 0 for part in line_points(award))
    assert json.loads(json.dumps(award.explain)) == award.explain
    assert award.explain["points"] == award.points
    assert evaluate(under, bought, standing) == award


@given(any_terms(), any_purchase(), standings)
def test_it_never_passes_a_cap_or_a_budget(under, bought, standing):
    award = evaluate(under, bought, standing)
    if cap := under.earning.cap:
        assert award.points <= max(0, cap.points - standing.earned[cap.per])
    for made in under.rules:
        given_points = award.rule_points.get(made.code, 0)
        if made.cap and given_points > 0:
            assert given_points + standing.rule_earned.get(made.code, 0) <= made.cap.points
        if made.budget and given_points > 0:
            assert given_points + standing.rule_issued.get(made.code, 0) <= made.budget


@given(any_terms(), any_purchase(), standings)
def test_it_rounds_once_from_the_exact_points(under, bought, standing):
    award = evaluate(under, bought, standing)
    if "room" not in award.explain:
        assert abs(award.points - award.exact) < 1


@given(any_purchase(), standings, st.sampled_from(["1.15", "1.5", "2", "3"]))
def test_it_orders_the_stackings_best_add_multiply(bought, standing, factor):
    made = [
        evaluate(
            terms(earning={"stacking": stacking}, rules=[rule(give={"multiplier": factor})]), bought, standing
        ).points
        for stacking in ("best", "add", "multiply")
    ]
    assert made == sorted(made)


@given(st.lists(st.decimals(min_value=0, max_value=200, places=2), min_size=1, max_size=12))
def test_it_loses_nothing_with_carry_over(amounts):
    stars = parse({"earning": {"points": 1, "per": "50.00", "carry_over": True}})
    carry, stars_given = Decimal(0), 0
    for amount in amounts:
        award = evaluate(stars, Purchase(TUESDAY_MORNING, "UTC", amount), Standing(carry=carry))
        carry, stars_given = award.carry, stars_given + award.points
        assert 0 <= carry < 50
    assert stars_given * 50 + carry == sum(amounts)

"""Explanations in words: lines that add up, for customer, cashier and owner."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.earning import Standing, evaluate, evaluate_event
from programs.wording import explained

from .factories import MONDAY_MORNING, TUESDAY_MORNING, any_purchase, any_terms, lines, purchase, rule, standings, terms

DOUBLE_TUESDAY = rule(
    "double-tuesday", name="Double Tuesday", when={"weekdays": ["tue"], "tiers": ["gold"]}, give={"multiplier": "2"}
)
GOLD = Standing(tier_code="gold")
NEWCOMER = Standing()


def plain(text):
    return text.replace("\u00a0", " ")


def worded(explain, under, audience="cashier", currency="PLN", **parts):
    told_lines = explained(explain, under, audience, currency, member="Anna", **parts)
    return [(plain(line.text), line.figure) for line in told_lines]


def told(under, bought, standing=NEWCOMER, audience="cashier", currency="PLN"):
    return worded(evaluate(under, bought, standing).explain, under, audience, currency)


def club(**overrides):
    """Terms whose gold members earn at ×1.0, as in the picture of the member page."""
    levels = [{"code": "bronze", "name": "Bronze", "at": 0}, {"code": "gold", "name": "Gold", "at": 1500}]
    return terms(tiers={"levels": levels}, **overrides)


def test_it_tells_a_purchase_like_the_member_page():
    under = club(rules=[DOUBLE_TUESDAY])
    assert told(under, purchase("62.00"), GOLD) == [
        ("62.00 zł at 1 point per 1 zł", "62"),
        ("Doubled, because it was a Tuesday and Anna was Gold", "62"),
        ("Points added", "124"),
    ]
    assert (
        told(under, purchase("62.00"), GOLD, "customer")[1][0] == "Doubled, because it was a Tuesday and you were Gold"
    )
    assert told(under, purchase("62.00"), GOLD, "owner")[1][0] == (
        "Doubled, because it was a Tuesday and Anna was Gold (Double Tuesday)"
    )


def test_it_tells_why_a_rule_did_not_apply():
    lines_told = told(club(rules=[DOUBLE_TUESDAY]), purchase("62.00", placed_at=MONDAY_MORNING))
    assert ("Double Tuesday did not apply: it was a Monday and Anna was Bronze", "") in lines_told


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ({"from": "2026-12-01"}, "it starts on 1 Dec 2026"),
        ({"until": "2026-11-01"}, "it ended on 1 Nov 2026"),
        ({"hours": ["17:00", "19:00"]}, "it was 09:31, not between 17:00 and 19:00"),
        ({"min_amount": "70.00"}, "it was less than 70.00 zł"),
        ({"categories": ["beans", "tea"]}, "there was nothing of beans or tea in it"),
        ({"locations": ["north"]}, "it was not at north"),
        ({"channels": ["web"]}, "it did not come by way of web"),
        ({"segments": ["students"]}, "it is for chosen members"),
        ({"first_purchase": True}, "it was not the first purchase"),
    ],
)
def test_it_words_every_condition_that_failed(when, words):
    under = terms(rules=[rule(when=when, give={"points": 5})])
    assert told(under, purchase("62.00"))[1] == (f"Campaign did not apply: {words}", "")


def test_it_words_every_condition_that_held():
    when = {
        "hours": ["09:00", "12:00"],
        "min_amount": "20.00",
        "categories": ["beans"],
        "locations": ["north"],
        "channels": ["till"],
        "segments": ["students"],
        "first_purchase": True,
        "until": "2026-12-31",
    }
    bought = purchase("62.00", lines=lines("62.00", category="beans"), location="north", channel="till")
    standing = Standing(is_first_purchase=True, segments=frozenset({"students"}))
    under = terms(rules=[rule(when=when, give={"points": 5})])
    assert told(under, bought, standing, "customer")[1] == (
        "5 points, because it was between 09:00 and 12:00, it was 20.00 zł or more, it had beans, it was at north, "
        "it was bought in the shop and it was the first purchase",
        "5",
    )
    assert "it is for members among students" in told(under, bought, standing, "owner")[1][0]


def test_it_names_the_policy_where_bonuses_meet():
    under = terms(earning={"stacking": "add"}, rules=[rule(give={"multiplier": "2"})])
    assert told(under, purchase("101.00"), GOLD) == [
        ("101.00 zł at 1 point per 1 zł", "101"),
        ("1.5×, because Anna was Gold", "50.5"),
        ("Doubled (Campaign)", "101"),
        ("Bonuses add up", ""),
        ("Rounded down to whole points", "−0.5"),
        ("Points added", "252"),
    ]


def test_it_names_the_bonus_that_lost():
    under = terms(earning={"stacking": "best"}, rules=[rule(give={"points": 5})])
    assert ("Campaign did not count: another bonus was better", "") in told(under, purchase("101.00"), GOLD)


def test_it_tells_the_daily_cap():
    under = terms(earning={"cap": {"points": 500, "per": "day"}})
    assert told(under, purchase("120.00"), Standing(earned={"day": 450}))[1:] == [
        ("70 points over the daily cap", "−70"),
        ("Points added", "50"),
    ]


def test_it_tells_the_cap_of_a_rule():
    under = terms(rules=[rule(give={"multiplier": "2"}, cap={"points": 20, "per": "week"})])
    assert told(under, purchase("62.00"))[1:3] == [
        ("Doubled (Campaign)", "20"),
        ("42 points over the weekly cap of Campaign", ""),
    ]


def test_it_tells_what_was_carried():
    stars = terms(
        unit={"one": "star", "many": "stars"}, earning={"points": 1, "per": "50.00", "carry_over": True}, rules=[]
    )
    assert told(stars, purchase("30.00"), Standing(carry=Decimal("30.00"))) == [
        ("30.00 zł at 1 star per 50 zł", "0.6"),
        ("30.00 zł left over from earlier purchases", "0.6"),
        ("Rounded down to whole stars", "−0.2"),
        ("10.00 zł counts towards the next purchase", ""),
        ("Stars added", "1"),
    ]


def test_it_tells_what_earns_nothing():
    bought = purchase("80.00", points_money=Decimal("70.00"), shipping=Decimal("10.00"))
    assert told(terms(), bought) == [
        ("70.00 zł was paid with points and earns nothing", ""),
        ("10.00 zł was for shipping and earns nothing", ""),
        ("0.00 zł at 1 point per 1 zł", "0"),
        ("No points added", "0"),
    ]


def test_it_writes_other_currencies():
    yen = terms(earning={"per": "100"})
    assert told(yen, purchase("1980"), currency="JPY")[0][0] == "¥1,980 at 1 point per ¥100"
    dinar = terms(earning={"per": "1.000"})
    assert told(dinar, purchase("12.345"), currency="KWD")[0][0] == "12.345 KWD at 1 point per 1 KWD"


@given(any_terms(), any_purchase(), standings, st.sampled_from(["customer", "cashier", "owner"]))
def test_it_tells_lines_that_add_up(under, bought, standing, audience):
    award = evaluate(under, bought, standing)
    *body, total = explained(award.explain, under, audience, "PLN", member="Anna")
    assert total.points == award.points == sum(line.points or 0 for line in body)
    assert all(line.text and "%" not in line.text for line in [*body, total])


def test_it_tells_an_event():
    under = terms(rules=[rule("welcome", when={"event": "sign_up"}, give={"points": 25})])
    award = evaluate_event(under, "sign_up", occurred_at=TUESDAY_MORNING, zone="UTC", standing=Standing())
    assert worded(award.explain, under) == [("25 points for joining (Welcome)", "25"), ("Points added", "25")]


# Other entries


def movement(kind, points=None, audience="cashier", **explain):
    return worded(explain, terms(), audience, kind=kind, points=points)


def test_it_tells_which_lots_a_reward_took():
    lots = [[7, 30, "2026-03-10", "2027-03-10"], [8, 30, "2026-04-10", None]]
    assert movement("redeem", reward="Any coffee", lots=lots) == [
        ("Reward: Any coffee", ""),
        ("Earned on 10 Mar 2026, valid through 10 Mar 2027", "−30"),
        ("Earned on 10 Apr 2026", "−30"),
        ("Points spent", "−60"),
    ]


def test_it_tells_an_expiry_an_adjustment_and_a_return():
    assert movement("expire", lots=[[7, 60, "2025-10-31", "2026-10-31"]])[-1] == ("Points expired", "−60")
    assert movement("adjust", -20, reason="spilled") == [("Reason: spilled", ""), ("Changed by the shop", "−20")]
    assert movement("restore", lots=[[7, -30]]) == [("From points held", "30"), ("Points given back", "30")]


def test_it_tells_a_refund_and_what_is_still_to_recover():
    told_to_staff = movement("clawback", -100, refund="R1", order="O1", amount="25.00", lots=[[7, 10]])
    assert told_to_staff == [
        ("Refund R1 of purchase O1, 25.00 zł", ""),
        ("From points held", "−10"),
        ("Without points to take it from, to be recovered", "−90"),
        ("Points taken back", "−100"),
    ]
    assert movement("clawback", -100, "customer", refund="R1", order="O1")[0][0] == "A purchase was brought back"


def test_it_tells_what_went_to_the_other_card_when_a_merge_was_undone():
    refund = {"refund": "R1", "order": "O1", "policy": "within_balance", "before": 150, "kept": 100, "left": "100"}
    back = movement("clawback", 50, merge=1, lots=[[7, -50]], **refund)
    assert back == [
        ("Two cards that had become one are two again: this went to the card that it belongs to", ""),
        ("Refund R1 of purchase O1", ""),
        ("On the 100.00 zł that are left of it, it earns 100 points instead of 150 points", ""),
        ("From points held", "50"),
        ("Points given back", "50"),
    ]
    assert movement("transfer", 50, merge=1)[0] == ("Points moved", "50")

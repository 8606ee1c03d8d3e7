"""Terms and explanations in words: plain sentences, and lines that add up."""

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from programs.earning import Standing, evaluate, evaluate_event
from programs.terms import P0, PRESETS, Unit, parse
from programs.wording import changes, explained, in_parts, rule_in_words, sentences, speech

from .factories import MONDAY_MORNING, TUESDAY_MORNING, any_purchase, any_terms, lines, purchase, rule, standings, terms

DOUBLE_TUESDAY = rule(
    "double-tuesday", name="Double Tuesday", when={"weekdays": ["tue"], "tiers": ["gold"]}, give={"multiplier": "2"}
)
GOLD = Standing(tier_code="gold")


def plain(text):
    return text.replace("\u00a0", " ")


def told(award, audience="cashier", currency="PLN", **parts):
    return [
        (plain(line.text), line.figure) for line in explained(award.explain, audience, currency, member="Anna", **parts)
    ]


def club(**overrides):
    """Terms whose gold members earn at ×1.0, as in the picture of the member page."""
    levels = [{"code": "bronze", "name": "Bronze", "at": 0}, {"code": "gold", "name": "Gold", "at": 1500}]
    return terms(tiers={"levels": levels}, **overrides)


def rule_words(**parts):
    under = terms(rules=[rule(**parts)])
    return plain(rule_in_words(under.rules[0], under, "PLN"))


# Explanations


def test_it_tells_a_purchase_like_the_member_page():
    award = evaluate(club(rules=[DOUBLE_TUESDAY]), purchase("62.00"), GOLD)
    assert told(award) == [
        ("62.00 zł at 1 point per 1 zł", "62"),
        ("Doubled, because it was a Tuesday and Anna was Gold", "62"),
        ("Points added", "124"),
    ]
    assert told(award, "customer")[1][0] == "Doubled, because it was a Tuesday and you were Gold"
    assert told(award, "owner")[1][0] == "Doubled, because it was a Tuesday and Anna was Gold (Double Tuesday)"


def test_it_tells_why_a_rule_did_not_apply():
    award = evaluate(club(rules=[DOUBLE_TUESDAY]), purchase("62.00", placed_at=MONDAY_MORNING), Standing())
    assert ("Double Tuesday did not apply: it was a Monday and Anna was Bronze", "") in told(award)


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
    award = evaluate(terms(rules=[rule(when=when, give={"points": 5})]), purchase("62.00"), Standing())
    assert told(award)[1] == (f"Campaign did not apply: {words}", "")


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
    award = evaluate(terms(rules=[rule(when=when, give={"points": 5})]), bought, standing)
    assert told(award, "customer")[1] == (
        "5 points, because it was between 09:00 and 12:00, it was 20.00 zł or more, it had beans, it was at north, "
        "it came by way of till and it was the first purchase",
        "5",
    )
    assert "it is for members among students" in told(award, "owner")[1][0]


def test_it_names_the_policy_where_bonuses_meet():
    under = terms(earning={"stacking": "add"}, rules=[rule(give={"multiplier": "2"})])
    assert told(evaluate(under, purchase("101.00"), GOLD)) == [
        ("101.00 zł at 1 point per 1 zł", "101"),
        ("1.5×, because Anna was Gold", "50.5"),
        ("Doubled (Campaign)", "101"),
        ("Bonuses add up", ""),
        ("Rounded down to whole points", "−0.5"),
        ("Points added", "252"),
    ]


def test_it_names_the_bonus_that_lost():
    under = terms(earning={"stacking": "best"}, rules=[rule(give={"points": 5})])
    assert ("Campaign did not count: another bonus was better", "") in told(evaluate(under, purchase("101.00"), GOLD))


def test_it_tells_the_daily_cap():
    under = terms(earning={"cap": {"points": 500, "per": "day"}})
    award = evaluate(under, purchase("120.00"), Standing(earned={"day": 450}))
    assert told(award)[1:] == [("70 points over the daily cap", "−70"), ("Points added", "50")]


def test_it_tells_the_cap_of_a_rule():
    under = terms(rules=[rule(give={"multiplier": "2"}, cap={"points": 20, "per": "week"})])
    assert told(evaluate(under, purchase("62.00"), Standing()))[1:3] == [
        ("Doubled (Campaign)", "20"),
        ("42 points over the weekly cap of Campaign", ""),
    ]


def test_it_tells_what_was_carried():
    stars = terms(
        unit={"one": "star", "many": "stars"}, earning={"points": 1, "per": "50.00", "carry_over": True}, rules=[]
    )
    award = evaluate(stars, purchase("30.00"), Standing(carry=Decimal("30.00")))
    assert told(award, unit=stars.unit) == [
        ("30.00 zł at 1 star per 50 zł", "0.6"),
        ("30.00 zł left over from earlier purchases", "0.6"),
        ("Rounded down to whole stars", "−0.2"),
        ("10.00 zł counts towards the next purchase", ""),
        ("Points added", "1"),
    ]


def test_it_tells_what_earns_nothing():
    award = evaluate(terms(), purchase("80.00", points_money=Decimal("70.00"), shipping=Decimal("10.00")), Standing())
    assert told(award) == [
        ("70.00 zł was paid with points and earns nothing", ""),
        ("10.00 zł was for shipping and earns nothing", ""),
        ("0.00 zł at 1 point per 1 zł", "0"),
        ("No points added", "0"),
    ]


def test_it_writes_other_currencies():
    yen = evaluate(terms(earning={"per": "100"}), purchase("1980"), Standing())
    assert told(yen, currency="JPY")[0][0] == "¥1,980 at 1 point per ¥100"
    dinar = evaluate(terms(earning={"per": "1.000"}), purchase("12.345"), Standing())
    assert told(dinar, currency="KWD")[0][0] == "12.345 KWD at 1 point per 1 KWD"


@given(any_terms(), any_purchase(), standings, st.sampled_from(["customer", "cashier", "owner"]))
def test_it_tells_lines_that_add_up(under, bought, standing, audience):
    award = evaluate(under, bought, standing)
    *body, total = explained(award.explain, audience, "PLN", unit=under.unit, member="Anna")
    assert total.points == award.points == sum(line.points or 0 for line in body)
    assert all(line.text and "%" not in line.text for line in [*body, total])


def test_it_tells_an_event():
    under = terms(rules=[rule("welcome", when={"event": "sign_up"}, give={"points": 25})])
    award = evaluate_event(under, "sign_up", occurred_at=TUESDAY_MORNING, zone="UTC", standing=Standing())
    assert told(award) == [("25 points (Welcome)", "25"), ("Points added", "25")]


# Other entries


def movement(kind, points=None, audience="cashier", **explain):
    return [(plain(line.text), line.figure) for line in explained(explain, audience, "PLN", kind=kind, points=points)]


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
    assert movement("restore", lots=[[7, 30]]) == [("From points held", "30"), ("Points given back", "30")]


def test_it_tells_a_refund_and_what_is_still_to_recover():
    told_to_staff = movement("clawback", -100, refund="R1", order="O1", amount="25.00", lots=[[7, 10]])
    assert told_to_staff == [
        ("Refund R1 of purchase O1, 25.00 zł", ""),
        ("From points held", "−10"),
        ("Without points to take it from, to be recovered", "−90"),
        ("Points taken back", "−100"),
    ]
    assert movement("clawback", -100, "customer", refund="R1", order="O1")[0][0] == "A purchase was brought back"


# Terms


@pytest.mark.parametrize("preset", [P0, *PRESETS.values()])
def test_it_says_every_preset_in_words(preset):
    said = sentences(parse(preset), "PLN")
    assert said
    assert all(sentence and "%(" not in sentence and not sentence.endswith(".") for sentence in said)


def test_it_says_p0():
    parts = {name: [plain(sentence) for sentence in said] for name, said in in_parts(parse(P0), "PLN").items()}
    assert parts["earning"][0] == "1 point for every 1 zł spent, for everyone"
    assert parts["expiry"][0] == "Points are valid for 12 months, through the end of the last day"
    assert parts["tiers"][2] == "Silver from 500 points: 1.2× points"


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (
            {
                "when": {"weekdays": ["tue"], "tiers": ["silver", "gold"], "until": "2026-12-31"},
                "give": {"multiplier": "2"},
            },
            "2× points on Tuesdays, for Silver and above, until 31 Dec 2026",
        ),
        ({"when": {"event": "sign_up"}, "give": {"points": 25}}, "25 points for joining, for everyone"),
        (
            {"when": {"categories": ["beans"], "min_amount": "20.00"}, "give": {"points": 1, "per": "10.00"}},
            "1 point more for every 10 zł on beans on purchases of 20.00 zł or more, for everyone",
        ),
        (
            {
                "when": {"categories": ["coffee"]},
                "give": {"points": 1, "each": "item"},
                "cap": {"points": 10, "per": "day"},
            },
            "1 point for every piece of coffee, for everyone, at most 10 points a day",
        ),
        ({"when": {"categories": ["tobacco"]}, "give": {"multiplier": "0"}}, "No points on tobacco, for everyone"),
        (
            {"when": {"hours": ["22:00", "02:00"], "segments": ["students"]}, "give": {"points": 5}, "budget": 1000},
            "5 points between 22:00 and 02:00, for members among students, at most 1,000 points in all",
        ),
        (
            {
                "when": {"locations": ["north"], "channels": ["web"], "tiers": ["bronze"], "first_purchase": True},
                "give": {"points": 5},
            },
            "5 points on the first purchase at north by way of web, for Bronze",
        ),
    ],
)
def test_it_says_rules_as_sentences(parts, words):
    assert rule_words(**parts) == words


@given(any_terms())
def test_it_says_any_terms(under):
    assert all("%(" not in sentence for sentence in sentences(under, "EUR"))


def test_it_says_when_members_are_told_of_an_expiry():
    def told(days, expiry=P0["expiry"]):
        document = P0 | {"expiry_notice_days": days, "expiry": expiry}
        return in_parts(parse(document), "PLN")["expiry"][1:]

    assert told([30, 7]) == ["Members are told 30 and 7 days before"]
    assert told([7, 14, 30]) == ["Members are told 30, 14 and 7 days before"]
    assert told([1]) == ["Members are told 1 day before"]
    assert told([]) == told([30], {"kind": "never"}) == []


def test_it_says_what_a_new_version_changes():
    before, after = terms(), terms(expiry={"months": 6}, rules=[rule(give={"points": 5})])
    said = [(change.is_added, plain(change.sentence)) for change in changes(before, after, "PLN")]
    assert (False, "Points are valid for 12 months, through the end of the last day") in said
    assert (True, "Points are valid for 6 months, through the end of the last day") in said
    assert (True, "5 points, for everyone") in said
    assert changes(before, before, "PLN") == []


def test_it_counts_points_in_the_members_language():
    unit = Unit(
        one={"en": "point", "pl": "punkt"}, few={"en": "points", "pl": "punkty"}, many={"en": "points", "pl": "punktów"}
    )
    with translation.override("pl"):
        said = [plain(speech("PLN", unit).points(count)) for count in (1, 2, 5, 1240)]
        assert said == ["1 punkt", "2 punkty", "5 punktów", "1 240 punktów"]
        assert plain(speech("PLN", unit).money("48.50")) == "48,50 zł"
    with translation.override("en"):
        assert plain(speech("PLN", unit).points(1240)) == "1,240 points"


def test_it_shows_points_as_money_where_the_program_does():
    assert plain(speech("PLN", Unit(as_money=True)).points(1999)) == "19.99 zł"
    assert plain(speech("JPY", Unit(as_money=True)).points(1999)) == "¥1,999"

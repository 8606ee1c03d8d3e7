"""The second look at terms: each finding, a near miss of it, and the engine as the judge of what it claims."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs import earning
from programs.lint import ShopFacts, findings
from programs.lint.finding import Desk
from programs.lint.together import occasion_of
from programs.terms import P0, PRESETS, parse
from programs.wording import speech

from .factories import rule
from .whole_terms import conditions, documents, some, whole_terms

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)  # a Sunday
WARSAW = ZoneInfo("Europe/Warsaw")
SHOP = ShopFacts("PLN", WARSAW, "PL", ["en"], {"north": "North", "web": "Web shop"}, {"students"})
NEVER = {"over", "days-never-meet", "unknown-location", "unknown-segment", "newcomer-tier", "event-asks-purchase"}
NOTHING = {"multiplier-one", "nothing-to-multiply", "shadowed"}


def found(document=None, shop=SHOP, **parts):
    return findings(parse(P0 | (document or {}) | parts), shop, now=NOW)


def codes(*args, **parts):
    return {finding.code for finding in found(*args, **parts)}


def one(when=None, give=None, **parts):
    return {"rules": [rule(when=when or {}, give=give or {"points": 5}, **parts)]}


def two(first, second, **document):
    return {"rules": [rule("first", **first), rule("second", **second)], **document}


def levels(*made, **tiers):
    low = {"code": "low", "name": "Low", "at": 0}
    return {
        "tiers": {
            "levels": [low, *({"code": f"l{n}", "name": f"L{n}", **level} for n, level in enumerate(made))],
            **tiers,
        }
    }


def times(factor, **when):
    return {"give": {"multiplier": factor}, "when": when}


BEST = {"earning": {"points": 1, "stacking": "best"}}
ADD = {"earning": {"points": 1, "stacking": "add"}}
NO_BASE = {"earning": {"points": 0}}
CANADA = ShopFacts("CAD", ZoneInfo("America/Vancouver"), "CA", ["en"])
TORONTO = ShopFacts("CAD", ZoneInfo("America/Toronto"), "", ["en"])
POLISH = ShopFacts("PLN", WARSAW, "PL", ["en", "pl"])
SPOKEN = {"one": {"en": "a", "pl": "b"}, "few": {"en": "a", "pl": "b"}, "many": {"en": "a", "pl": "b"}}
IDLE = {"kind": "inactivity", "months": 12}

# code: terms that have it, terms that nearly have it; a shop where it is not the usual one
CASES = [
    ("over", one({"until": "2026-11-21"}), one({"until": "2026-11-22"}), SHOP),
    ("days-never-meet", one({"from": "2026-12-01", "until": "2026-12-02", "weekdays": ["fri"]}),
     one({"from": "2026-12-01", "until": "2026-12-04", "weekdays": ["fri"]}), SHOP),
    ("unknown-location", one({"locations": ["south"]}), one({"locations": ["south", "north"]}), SHOP),
    ("unknown-segment", one({"segments": ["teachers"]}), one({"segments": ["students"]}), SHOP),
    ("newcomer-tier", one({"first_purchase": True, "tiers": ["gold"]}),
     one({"first_purchase": True, "tiers": ["bronze"]}), SHOP),
    ("newcomer-tier", one({"event": "sign_up", "tiers": ["gold"]}),
     one({"event": "birthday", "tiers": ["gold"]}), SHOP),
    ("event-asks-purchase", one({"event": "review", "min_amount": "5.00"}), one({"event": "review"}), SHOP),
    ("multiplier-one", one(give={"multiplier": "1.0"}), one(give={"multiplier": "1.1"}), SHOP),
    ("nothing-to-multiply", one(give={"multiplier": "2"}) | NO_BASE,
     two(times("2"), {"give": {"points": 1, "per": "2.00"}}) | NO_BASE, SHOP),
    ("shadowed", two(times("2", weekdays=["tue"]), times("3", weekdays=["tue", "wed"]), **BEST),
     two(times("2", weekdays=["tue", "thu"]), times("3", weekdays=["tue", "wed"]), **BEST), SHOP),
    ("shadowed", two(times("2", tiers=["gold"]), times("2", tiers=["gold"]), **BEST),
     two(times("3", tiers=["gold"]) | {"budget": 900}, times("2", tiers=["gold"]), **BEST), SHOP),
    ("shadowed", two(times("2", weekdays=["tue"], hours=["20:00", "22:00"]), times("3", weekdays=["tue"]), **BEST),
     two(times("2", weekdays=["tue"], hours=["22:00", "02:00"]), times("3", weekdays=["tue"]), **BEST), SHOP),
    ("shadowed", one({"tiers": ["gold"]}, {"multiplier": "1.5"}) | BEST,
     one({"tiers": ["gold"]}, {"multiplier": "1.6"}) | BEST, SHOP),
    ("nothing-earned", NO_BASE, one() | NO_BASE, SHOP),
    ("together", two(times("2", weekdays=["tue"]), times("3", weekdays=["mon", "tue"])),
     two(times("2", weekdays=["tue"]), times("3", weekdays=["mon", "wed"])), SHOP),
    ("together", two(times("2", hours=["09:00", "12:00"]), times("3", hours=["11:00", "13:00"])),
     two(times("2", hours=["09:00", "11:00"]), times("3", hours=["11:00", "13:00"])), SHOP),
    ("together", two(times("2", segments=["students"]), times("3", segments=["teachers"])),
     two(times("2", tiers=["gold"]), times("3", tiers=["silver"])), SHOP),
    ("together", two(times("2"), times("3"), **ADD), two(times("2"), times("3"), **BEST), SHOP),
    ("together", two(times("2", until="2026-12-01"), times("3", **{"from": "2026-12-01"})),
     two(times("2", until="2026-11-30"), times("3", **{"from": "2026-12-01"})), SHOP),
    ("cap-below-award", one(give={"points": 50}, cap={"points": 40, "per": "day"}),
     one(give={"points": 50}, cap={"points": 50, "per": "day"}), SHOP),
    ("cap-below-award", one({"event": "review"}, {"points": 50}, cap={"points": 40, "per": "month"}),
     one({"event": "review"}, {"points": 40}, cap={"points": 40, "per": "month"}), SHOP),
    ("budget-below-award", one(give={"multiplier": "2"}, budget=40), one(give={"multiplier": "2"}, budget=400), SHOP),
    ("limit-below-award", {"earning": {"points": 1, "cap": {"points": 47, "per": "day"}}},
     {"earning": {"points": 1, "cap": {"points": 48, "per": "day"}}}, SHOP),
    ("rounds-to-nothing", {"earning": {"points": 1, "per": "50.00"}},
     {"earning": {"points": 1, "per": "50.00", "carry_over": True}}, SHOP),
    ("gives-too-much", {"unit": {"as_money": True}, "earning": {"points": 50}},
     {"unit": {"as_money": True}, "earning": {"points": 49}}, SHOP),
    ("expires-unwarned", {"expiry_notice_days": []}, {"expiry_notice_days": [], "expiry": {"kind": "never"}}, SHOP),
    ("warned-from-the-start", {"expiry": {"kind": "after", "days": 30}},
     {"expiry": {"kind": "after", "days": 31}}, SHOP),
    ("grace-for-nothing", {"restore_grace_days": 7, "expiry": {"kind": "never"}}, {"restore_grace_days": 7}, SHOP),
    ("nobody-climbs", NO_BASE | one(), NO_BASE | one() | levels({"at": 5}, basis="visits"), SHOP),
    ("tiers-multiply-nothing", NO_BASE | one() | levels({"at": 5, "multiplier": "2"}),
     NO_BASE | one() | levels({"at": 5, "discount_percent": "2"}), SHOP),
    ("multiplier-falls", levels({"at": 500, "multiplier": "1.5"}, {"at": 900, "multiplier": "1.2"}),
     levels({"at": 500, "multiplier": "1.2"}, {"at": 900, "multiplier": "1.2"}), SHOP),
    ("discount-falls", levels({"at": 500, "discount_percent": "5"}, {"at": 900}),
     levels({"at": 500, "discount_percent": "5"}, {"at": 900, "discount_percent": "5"}), SHOP),
    ("gift-is-the-way", levels({"at": 500, "entry_gift": 500}), levels({"at": 500, "entry_gift": 499}), SHOP),
    ("level-brings-nothing", levels({"at": 500}), levels({"at": 500}) | one({"tiers": ["l0"]}), SHOP),
    ("levels-close", levels({"at": 48, "multiplier": "2"}), levels({"at": 49, "multiplier": "2"}), SHOP),
    ("law-time-alone", {}, {"expiry": {"kind": "never"}}, CANADA),
    ("law-time-alone", {"expiry": {"kind": "dates", "dates": ["12-31"]}}, {"expiry": IDLE}, TORONTO),
    ("law-inactivity", {"expiry": IDLE | {"months": 11}}, {"expiry": IDLE}, CANADA),
    ("law-notice", {"expiry": IDLE, "expiry_notice_days": [61, 29]},
     {"expiry": IDLE, "expiry_notice_days": [60]}, CANADA),
    ("same-name", two({"give": {"points": 1}, "name": "Gift"}, {"give": {"points": 2}, "name": "Gift"}),
     two({"give": {"points": 1}, "name": "Gift"}, {"give": {"points": 2}, "name": "Gift", "paused": True}), SHOP),
    ("unit-missing", {"unit": SPOKEN | {"few": {"en": "a"}}}, {"unit": SPOKEN}, POLISH),
    ("text-missing", {"texts": {"welcome": {"en": "Hello"}}}, {"texts": {"welcome": {"en": "Hello", "pl": "Cześć"}}},
     POLISH),
]  # fmt: skip


@pytest.mark.parametrize(("code", "document", "near_miss", "shop"), CASES)
def test_it_finds_it_and_lets_a_near_miss_be(code, document, near_miss, shop):
    assert code in codes(document, shop)
    assert code not in codes(near_miss, shop)


def test_it_lets_every_preset_be():
    assert [one for preset in PRESETS.values() for one in findings(parse(preset), SHOP, now=NOW)] == []


def test_it_tells_nobody_of_canadas_law_elsewhere():
    assert not any(code.startswith("law-") for code in codes({"expiry": IDLE | {"months": 3}}))


def test_it_says_nothing_of_paused_rules():
    assert codes(one({"until": "2026-11-21"}, paused=True)) == set()


def test_it_names_the_rules_that_meet_their_factor_and_a_basket():
    document = two(times("2", weekdays=["tue"]), times("3", weekdays=["tue"])) | levels({"at": 500, "multiplier": "2"})
    meet = next(finding for finding in found(document) if finding.code == "together")
    assert meet.sentence.replace("\u00a0", " ") == (
        "First and Second meet on one purchase and multiply to 6×. Anna spends 48.50 zł on a Tuesday: 291 points."
    )
    assert (meet.tab, meet.severity, meet.rule_code) == ("show", "warn", "second")


def test_it_names_one_of_two_that_are_as_good():
    alike = two(times("2", tiers=["gold"]), times("2", tiers=["gold"]), **BEST)
    assert [finding.rule_code for finding in found(alike) if finding.code == "shadowed"] == ["second"]


def test_it_names_three_that_meet_once():
    document = {"rules": [rule(code, give={"multiplier": "2"}) for code in ("a", "b", "c")]}
    assert [finding.code for finding in found(document)] == ["together"]


def test_it_puts_warnings_first():
    severities = [finding.severity for finding in found(levels({"at": 500}) | one({"until": "2026-01-01"}))]
    assert severities == ["warn", "inform"]


@given(whole_terms(), st.sampled_from([SHOP, CANADA, POLISH, ShopFacts("JPY", ZoneInfo("Asia/Tokyo"))]))
def test_it_reads_any_terms(under, shop):
    for finding in findings(under, shop, now=NOW):
        assert finding.sentence.endswith(".")
        assert finding.fix.endswith(".")
        assert "%(" not in finding.sentence + finding.fix
        assert finding.rule_code in {"", *(rule.code for rule in under.rules)}


@st.composite
def orders(draw):
    """A purchase from now on at this shop, by a member that it may have."""
    placed_at = NOW + timedelta(minutes=draw(st.integers(0, 700_000)))
    amount = draw(st.decimals(0, 900, places=2))
    bought = earning.Line(
        draw(st.sampled_from(["mug", "bean", ""])), draw(st.sampled_from(["coffee", "beans", ""])), 1, amount
    )
    purchase = earning.Purchase(
        placed_at, WARSAW, amount, location=draw(st.sampled_from(["north", "web"])),
        channel=draw(st.sampled_from(["app", "till", ""])), lines=(bought,),
    )  # fmt: skip
    is_first = draw(st.booleans())
    code = "level-0" if is_first else draw(st.sampled_from(["level-0", "level-1", "level-2", "level-3", "silver"]))
    return purchase, earning.Standing(
        code, is_first_purchase=is_first, segments=draw(st.sampled_from([frozenset(), frozenset({"students"})]))
    )


doubtful = st.one_of(
    st.fixed_dictionaries({"segments": some("students", "teachers").filter(bool)}),
    st.fixed_dictionaries({"locations": some("north", "south").filter(bool)}),
    st.fixed_dictionaries({"first_purchase": st.booleans(), "tiers": some("bronze", "silver").filter(bool)}),
    st.fixed_dictionaries({"weekdays": some("sat", "sun", "mon").filter(bool), "from": st.just("2026-11-28"),
                           "until": st.sampled_from(["2026-11-28", "2026-11-29", "2028-01-01"])}),
)  # fmt: skip


@st.composite
def doubtful_terms(draw):
    """Terms whose rules ask for one thing each, which the shop may have or not."""
    return parse(P0 | {"rules": [rule(f"r{number}", when=draw(doubtful), give={"points": 5}) for number in range(3)]})


@given(st.one_of(whole_terms(), doubtful_terms()), st.lists(orders(), min_size=3, max_size=8))
def test_what_never_fires_never_does(under, bought):
    never = {finding.rule_code for finding in findings(under, SHOP, now=NOW) if finding.code in NEVER}
    for purchase, standing in bought:
        assert never.isdisjoint(earning.evaluate(under, purchase, standing).rule_points)


@st.composite
def rivals(draw):
    """Terms where only the best of several like bonuses counts."""
    document = draw(documents())
    document["earning"]["stacking"] = "best"
    codes = [level["code"] for level in document.get("tiers", {"levels": []})["levels"]]
    gifts = st.sampled_from(
        [{"multiplier": "1"}, {"multiplier": "2"}, {"multiplier": "3"}, {"points": 5}, {"points": 9}]
    )
    when = st.one_of(st.just({}), st.just({"weekdays": ["tue"]}), conditions(codes))
    document["rules"] = [rule(f"r{number}", when=draw(when), give=draw(gifts)) for number in range(4)]
    return parse(document)


@given(rivals(), st.lists(orders(), min_size=3, max_size=8))
def test_what_gives_nothing_can_be_taken_away(under, bought):
    idle = {finding.rule_code for finding in findings(under, SHOP, now=NOW) if finding.code in NOTHING}
    for code in idle:
        without = under.but(rules=tuple(rule for rule in under.rules if rule.code != code))
        for purchase, standing in bought:
            given_ = earning.evaluate(under, purchase, standing).points
            assert given_ == earning.evaluate(without, purchase, standing).points


@given(st.lists(st.sampled_from(["2", "3", "1.5"]), min_size=2, max_size=3), st.sampled_from(["multiply", "add"]))
def test_the_factor_it_names_is_the_engines(factors, stacking):
    document = {"rules": [rule(f"r{n}", give={"multiplier": factor}) for n, factor in enumerate(factors)],
                "earning": {"points": 1, "stacking": stacking}, "tiers": None}  # fmt: skip
    under = parse(P0 | document)
    occasion = occasion_of(under.rules, under.rules[0], Desk(under, SHOP, NOW, speech("PLN", under.unit)))
    award = earning.evaluate(under, occasion.purchase, occasion.standing)
    said = speech("PLN").factor(award.exact / award.base)
    assert f" to {said}." in next(finding.sentence for finding in findings(under, SHOP, now=NOW))
    assert award.base == Decimal("48.50")

"""A hypothesis strategy of documents that use every key of the terms; all of them parse."""

from typing import Any

from hypothesis import strategies as st

from programs.terms import Terms, parse

CODES = ["one", "two", "three"]
EVENTS = ["sign_up", "birthday", "review", "custom"]
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
factors = st.sampled_from(["0", "0.5", "1", "1.15", "2", "3"])
amounts = st.sampled_from(["0.30", "1", "2.50", "10.00", "500"])
words = st.sampled_from(["point", "star", "bean"])
names = st.one_of(words, st.fixed_dictionaries({"en": words, "pl": st.sampled_from(["punkt", "gwiazdka"])}))
texts = st.sampled_from(["*Welcome*", {"en": "Hello"}, {"en": "Hello", "pl": "Cześć"}])
points = st.integers(1, 500)


def some(*choices: str) -> st.SearchStrategy[list[str]]:
    """Some of the choices, each once, in their order."""
    return st.sets(st.sampled_from(choices)).map(lambda chosen: [choice for choice in choices if choice in chosen])


units = st.fixed_dictionaries({}, optional={"one": names, "few": names, "many": names, "as_money": st.booleans()})
expiries = st.one_of(
    st.just({"kind": "never"}),
    st.fixed_dictionaries(
        {"kind": st.just("after"), "days": st.integers(0, 400)},
        optional={"round_to": st.sampled_from(["month", "quarter", "year"])},
    ),
    st.fixed_dictionaries(
        {"kind": st.just("after"), "months": st.integers(0, 36)},
        optional={"round_to": st.sampled_from(["month", "quarter", "year"])},
    ),
    st.fixed_dictionaries({"kind": st.just("dates"), "dates": some("02-29", "06-30", "12-31").filter(bool)}),
    st.fixed_dictionaries({"kind": st.just("inactivity"), "months": st.integers(1, 24)}),
)
closings = st.sampled_from(
    [
        {"last_day": "2026-12-31"},
        {"last_day": "2027-01-31", "points": "keep"},
        {"last_day": "2026-12-31", "points": "until", "until": "2027-03-31"},
        {"last_day": "2026-12-31", "points": "until", "until": "2027-06-30"},
    ]
)
windows = st.one_of(
    st.fixed_dictionaries({"kind": st.just("rolling"), "months": st.integers(1, 24)}),
    st.sampled_from([{"kind": "calendar_year"}, {"kind": "lifetime"}]),
)


@st.composite
def earnings(draw: st.DrawFn) -> dict[str, Any]:
    given = draw(st.integers(0, 10))
    carries = given > 0 and draw(st.booleans())
    earning = {
        "points": given,
        "per": draw(amounts),
        "rounding": "floor" if carries else draw(st.sampled_from(["floor", "half_up", "ceiling"])),
        "stacking": draw(st.sampled_from(["multiply", "add", "best"])),
        "carry_over": carries,
        "pending_days": draw(st.sampled_from([0, 1, 14])),
    }
    if draw(st.booleans()):
        earning["cap"] = {"points": draw(points), "per": draw(st.sampled_from(["day", "week", "month"]))}
    return earning


@st.composite
def conditions(draw: st.DrawFn, levels: list[str]) -> dict[str, Any]:
    optional = {
        "from": st.sampled_from(["2026-01-01", "2026-11-01", "2027-03-01"]),
        "until": st.sampled_from(["2027-03-01", "2027-12-31"]),
        "weekdays": some(*DAYS),
        "hours": st.sampled_from([["09:00", "12:00"], ["22:00", "02:00"]]),
        "min_amount": amounts,
        "products": some("mug", "bean"),
        "categories": some("coffee", "beans"),
        "locations": some("north", "web"),
        "channels": some("app", "till"),
        "segments": some("students", "staff"),
        "first_purchase": st.booleans(),
    }
    if levels:
        optional["tiers"] = some(*levels)
    return draw(st.fixed_dictionaries({}, optional=optional))


@st.composite
def rules(draw: st.DrawFn, code: str, levels: list[str]) -> dict[str, Any]:
    made: dict[str, Any] = {"code": code, "name": draw(st.sampled_from(["Bonus", "Gift", "Tuesday"]))}
    made["when"] = draw(conditions(levels))
    fixed = st.fixed_dictionaries({"points": points})
    if draw(st.booleans()):
        made["when"]["event"] = draw(st.sampled_from(EVENTS))
        made["give"] = draw(fixed)
    else:
        per = st.fixed_dictionaries({"points": points, "per": amounts})
        made["give"] = draw(st.one_of(st.fixed_dictionaries({"multiplier": factors}), per, fixed))
    if draw(st.booleans()):
        periods = st.sampled_from(["day", "week", "month", "lifetime"])
        made["cap"] = {"points": draw(points), "per": draw(periods)}
    if draw(st.booleans()):
        made["budget"] = draw(st.integers(1, 10_000))
    return made | {"paused": draw(st.booleans())}


@st.composite
def tiers(draw: st.DrawFn) -> dict[str, Any]:
    starts = [0, *sorted(draw(st.sets(st.integers(1, 5000), max_size=3)))]
    levels = [
        {
            "code": f"level-{place}",
            "name": draw(st.sampled_from(["Silver", "Gold", "Reserve"])),
            "at": at,
            "multiplier": draw(factors),
            "entry_gift": draw(st.sampled_from([0, 50])),
            "discount_percent": draw(st.sampled_from(["0", "2.5", "10"])),
        }
        for place, at in enumerate(starts)
    ]
    return {
        "basis": draw(st.sampled_from(["points", "spend", "visits"])),
        "window": draw(windows),
        "downgrade": draw(st.sampled_from(["natural", "one_step", "never"])),
        "grace_days": draw(st.sampled_from([0, 30])),
        "levels": levels,
    }


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Any valid document, with defaults left out here and there."""
    document = {"earning": draw(earnings()), "unit": draw(units), "expiry": draw(expiries)}
    if draw(st.booleans()):
        document["tiers"] = draw(tiers())
    levels = [level["code"] for level in document.get("tiers", {"levels": []})["levels"]]
    codes = draw(st.lists(st.sampled_from(CODES), unique=True))
    document["rules"] = [draw(rules(code, levels)) for code in codes]
    return document | draw(
        st.fixed_dictionaries(
            {},
            optional={
                "expiry_notice_days": st.sampled_from([[], [7], [30, 7]]),
                "restore_grace_days": st.sampled_from([0, 10]),
                "texts": st.fixed_dictionaries({}, optional={"welcome": texts, "terms": texts}),
                "paused": st.booleans(),
                "closing": closings,
                "clawback": st.sampled_from(["negative", "within_balance", "pending_only"]),
            },
        )
    )


def whole_terms() -> st.SearchStrategy[Terms]:
    return documents().map(parse)

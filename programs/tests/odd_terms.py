"""Any valid terms, however odd: every way in which expiry, limits, tiers and words may be written."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from programs.terms import dump, parse
from programs.tests.factories import any_terms

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)
languages = st.sampled_from(["en", "pl", "zh-hans", "zh-Hans", "EN", "de", "xx"]) | texts
named = texts | st.dictionaries(languages, texts, min_size=1, max_size=4)
exact = st.sampled_from(["0", "1", "1.0", "1.50", "0.000001", "999999999999.999999", "20.00", "100", "007.10"])
percents = st.sampled_from(["0", "0.0", "5", "7.50", "100", "99.999999"])
counts = st.integers(0, 1_000_000_000)
positive = st.integers(1, 1_000_000_000)
dates = st.dates(date(2000, 1, 1), date(2000, 12, 31)).map(lambda day: f"{day:%m-%d}")
codes = st.from_regex(r"\A[a-z0-9][a-z0-9_-]{0,8}\Z")


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Any of the keys, each there or not."""
    return st.fixed_dictionaries({}, optional=fields)


expiries = st.one_of(
    st.just({"kind": "never"}),
    st.builds(
        lambda span, rounded: {"kind": "after", **span, **rounded},
        st.one_of(
            st.fixed_dictionaries({"days": st.integers(0, 36500)}),
            st.fixed_dictionaries({"months": st.integers(0, 1200)}),
        ),
        some(round_to=st.sampled_from(["month", "quarter", "year"])),
    ),
    st.fixed_dictionaries({"kind": st.just("dates"), "dates": st.lists(dates, min_size=1, max_size=4)}),
    st.fixed_dictionaries({"kind": st.just("inactivity"), "months": st.integers(1, 1200)}),
)
windows = st.one_of(
    st.fixed_dictionaries({"kind": st.just("rolling")}, optional={"months": st.integers(1, 1200)}),
    st.sampled_from([{"kind": "calendar_year"}, {"kind": "lifetime"}]),
)


@st.composite
def ladders(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Levels in rising order, the first at 0."""
    known = draw(st.lists(codes, unique=True, min_size=1, max_size=7))
    steps = sorted(draw(st.sets(positive, min_size=len(known) - 1, max_size=len(known) - 1)))
    rest = some(multiplier=exact, entry_gift=counts, discount_percent=percents)
    return [
        {"code": code, "name": draw(texts), "at": at} | draw(rest) for code, at in zip(known, [0, *steps], strict=True)
    ]


tiers = st.fixed_dictionaries(
    {"levels": ladders()},
    optional={
        "basis": st.sampled_from(["points", "spend", "visits"]),
        "window": windows,
        "downgrade": st.sampled_from(["natural", "one_step", "never"]),
        "grace_days": st.integers(0, 3650),
    },
)
caps = st.fixed_dictionaries({"points": positive, "per": st.sampled_from(["day", "week", "month"])})
parts = some(
    unit=some(one=named, few=named, many=named, as_money=st.booleans()),
    expiry=expiries,
    expiry_notice_days=st.lists(positive, max_size=5),
    restore_grace_days=st.integers(0, 3650),
    clawback=st.sampled_from(["negative", "within_balance", "pending_only"]),
    texts=some(welcome=named, terms=named),
)


@st.composite
def odd_terms(draw: st.DrawFn) -> dict[str, Any]:
    """A document as `dump` writes it, without rules."""
    made = dump(draw(any_terms())) | draw(parts)
    made["rules"], made["tiers"] = [], draw(tiers | st.none())
    if draw(st.booleans()):
        made["earning"] |= {"cap": draw(caps)}
    return dump(parse(made))

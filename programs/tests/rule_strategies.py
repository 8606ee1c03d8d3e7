"""Any rule and any base rate that the terms allow, for hypothesis; and a form as a browser would send it unchanged."""

from typing import Any

from django import forms
from django.http import QueryDict
from hypothesis import strategies as st

from programs.terms import P0
from programs.terms.conditions import WEEKDAYS
from programs.terms.when import Event

LEVELS = [level["code"] for level in P0["tiers"]["levels"]]
EVENTS = list(Event.__args__)  # type: ignore[attr-defined]
letters = st.characters(exclude_categories=("Cs",), exclude_characters="\0")
texts = st.text(letters, min_size=1, max_size=12) | st.sampled_from(
    ["coffee", "espresso, double", " beans ", "ciastka żółte"]
)
lists = st.lists(texts, max_size=3)
counts = st.integers(1, 1_000_000_000)
exact = st.from_regex(r"[0-9]{1,12}(\.[0-9]{1,6})?", fullmatch=True) | st.integers(0, 999_999_999_999)
positive = exact.filter(lambda number: float(number) > 0)
clocks = st.from_regex(r"([01][0-9]|2[0-3]):[0-5][0-9]", fullmatch=True)
spans = st.lists(st.dates().map(str), min_size=2, max_size=2).map(sorted)


@st.composite
def any_when(draw: st.DrawFn) -> dict[str, Any]:
    first, last = draw(spans)
    conditions = {
        "from": st.just(first), "until": st.just(last), "weekdays": st.lists(st.sampled_from(WEEKDAYS), max_size=8),
        "hours": st.lists(clocks, min_size=2, max_size=2, unique=True), "min_amount": positive, "products": lists,
        "categories": lists, "locations": lists, "channels": lists, "tiers": st.lists(st.sampled_from(LEVELS)),
        "segments": lists, "first_purchase": st.booleans(),
    }  # fmt: skip
    return draw(st.fixed_dictionaries({}, optional=conditions))


@st.composite
def any_rule(draw: st.DrawFn, code: str = "bonus") -> dict[str, Any]:
    """A rule document that terms with the tiers of P0 accept."""
    when, points = draw(any_when()), st.fixed_dictionaries({"points": counts}, optional={"each": st.just("order")})
    effects = [points]
    if draw(st.booleans()):
        when["event"] = draw(st.sampled_from(EVENTS))
    if when.get("event", "purchase") == "purchase":
        effects += [
            st.fixed_dictionaries({"multiplier": exact}),
            st.fixed_dictionaries({"points": counts, "per": positive}),
        ]
        effects += [st.just({"points": 3, "each": "item"})] if when.get("products") or when.get("categories") else []
    limits = {
        "cap": st.fixed_dictionaries({"points": counts, "per": st.sampled_from(["day", "week", "month", "lifetime"])}),
        "budget": counts,
        "paused": st.booleans(),
    }
    limited = draw(st.fixed_dictionaries({}, optional=limits))
    return {"code": code, "name": draw(texts), "when": when, "give": draw(st.one_of(effects)), **limited}


@st.composite
def any_earning(draw: st.DrawFn) -> dict[str, Any]:
    """A base rate that terms accept."""
    carries = draw(st.booleans())
    optional = {
        "rounding": st.sampled_from(["floor"] if carries else ["floor", "half_up", "ceiling"]),
        "stacking": st.sampled_from(["multiply", "add", "best"]),
        "pending_days": st.integers(0, 3650),
        "cap": st.fixed_dictionaries({"points": counts, "per": st.sampled_from(["day", "week", "month"])}),
    }
    rate = {
        "points": counts if carries else st.integers(0, 1_000_000_000),
        "per": positive,
        "carry_over": st.just(carries),
    }
    return draw(st.fixed_dictionaries(rate, optional=optional))


def sent(form: forms.Form, **changed: Any) -> QueryDict:
    """What a browser sends of a form, with some fields changed."""
    data = QueryDict(mutable=True)
    for bound in form:
        data.setlist(bound.html_name, as_sent(bound.field.widget, changed.get(bound.name, bound.value())))
    return data


def as_sent(widget: forms.Widget, value: Any) -> list[str]:
    if isinstance(widget, forms.CheckboxInput):
        return ["on"] if value else []
    if isinstance(value, list):
        return value
    shown = widget.format_value(value) if hasattr(widget, "format_value") else value
    return [*shown] if isinstance(shown, list) else [shown or ""]

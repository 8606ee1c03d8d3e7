"""How bonuses combine, whatever made them."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from programs.stacking import Effect, Parcel, compose

factors = st.lists(st.sampled_from([Decimal(factor) for factor in ("1", "1.15", "1.5", "2")]), min_size=1, max_size=4)
bases = st.decimals(min_value=0, max_value=5000, places=2)


def total(base, factors, stacking):
    effects = [Effect(str(place), factor=factor) for place, factor in enumerate(factors)]
    composed = compose([Parcel(base)], effects, rate=Decimal(1), stacking=stacking)
    return composed.base + sum(composed.given)


@given(bases, factors)
def test_it_multiplies_adds_or_takes_the_best(base, factors):
    product, added = base, base
    for factor in factors:
        product *= factor
        added += base * (factor - 1)
    assert total(base, factors, "multiply") == product
    assert total(base, factors, "add") == added
    assert total(base, factors, "best") == base * max(factors)


@given(bases, factors)
def test_it_does_not_depend_on_the_order_of_rules(base, factors):
    for stacking in ("multiply", "add", "best"):
        assert total(base, factors, stacking) == total(base, factors[::-1], stacking)


def test_it_multiplies_what_a_cap_left():
    effects = [Effect("a", factor=Decimal(2), room=10), Effect("b", factor=Decimal(2))]
    composed = compose([Parcel(Decimal(100))], effects, rate=Decimal(1), stacking="multiply")
    assert (composed.offered, composed.given) == ([100, 110], [10, 110])


def test_it_chooses_the_best_after_caps():
    effects = [Effect("a", factor=Decimal(3), room=10), Effect("b", factor=Decimal("1.5"))]
    composed = compose([Parcel(Decimal(100))], effects, rate=Decimal(1), stacking="best")
    assert composed.given == [0, 50]

"""An entry's points worked out again from its explanation alone, in fractions, by nothing that the engine uses."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil, floor
from typing import Any

Whole = dict[str, Any]
Parcels = list[tuple[Fraction, list[str]]]
Gain = Callable[[list[Fraction]], list[Fraction]]
TINY = Fraction(1, 10**12)
HALF = Fraction(1, 2)
ROUNDED = {
    "floor": lambda points: floor(points + TINY),
    "half_up": lambda points: floor(points + HALF + TINY),
    "ceiling": lambda points: ceil(points - TINY),
}
ONES_OWN = ("lines", "segment", "first_purchase")  # conditions that keep nothing of what they saw


def points_of(kind: str, whole: Whole) -> int:
    """The points that an entry of a kind moves, by its explanation written out in full."""
    if kind == "earn" and "base" in whole:
        return award(whole)
    if "merge" in whole and "points" in whole:
        return int(whole["points"])  # as much of another entry as was moved
    if kind == "clawback":
        return -taken_back(whole)
    if kind in ("earn", "adjust") or (kind == "forfeit" and "points" in whole):
        return int(whole["points"])
    moved = [points for _lot, points in whole["lots"]]
    return -sum(points for points in moved if points < 0) if kind == "restore" else -sum(moved)


def taken_back(whole: Whole) -> int:
    """What a refund, or the undoing of a gift, takes: what is due, or what the policy finds of it."""
    due = whole["before"] - whole["kept"] - whole.get("expired", 0) if "kept" in whole else whole["points"]
    found = sum(points for _lot, points in whole.get("lots", ()))
    assert due >= found
    assert whole.get("owed", 0) == (due - found if whole["policy"] == "negative" else 0)
    return int(due if whole["policy"] == "negative" else found)


def award(whole: Whole) -> int:
    """What an award gives, after everything that its explanation says of the way there was found true."""
    assert all(held(why) is rule["fired"] for rule in whole["rules"] for why in rule["why"] if has_seen(why))
    assert all(rule["fired"] or rule["why"] for rule in whole["rules"])
    if whole.get("stopped") in ("paused", "closed"):
        assert not whole["rules"]
        return 0
    exact = composed(whole) + Fraction(whole.get("carry", {}).get("points", 0))
    assert abs(exact - Fraction(whole["exact"])) <= TINY
    rounded = ROUNDED[whole["rounding"]](exact)
    if carry := whole.get("carry"):
        assert abs(Fraction(carry["out"]) - (exact - rounded) / rate_of(whole)) <= Fraction(1, 1000)
    cap = whole.get("cap")
    if cap:
        assert cap["cut"] == rounded - min(rounded, cap["room"])
    return min(rounded, cap["room"]) if cap else rounded


def rate_of(whole: Whole) -> Fraction:
    return Fraction(whole["rate"]["points"]) / Fraction(whole["rate"]["per"])


def composed(whole: Whole) -> Fraction:
    """The exact points of base, tier and rules, as the stacking says; each bonus as the explanation says it."""
    parcels = [(Fraction(amount), codes) for amount, codes in whole.get("parcels", [[whole["base"]["eligible"], []]])]
    assert sum(amount for amount, _codes in parcels) == Fraction(whole["base"]["eligible"])
    start = [amount * rate_of(whole) for amount, _codes in parcels]
    bonuses = [rule for rule in whole["rules"] if rule["fired"]]
    if "points" in whole.get("tier", {}):
        bonuses.insert(0, {"give": {"multiplier": whole["tier"]["multiplier"]}, "points": whole["tier"]["points"]})
    lessening = [bonus for bonus in bonuses if takes_away(bonus)]
    raising = [bonus for bonus in bonuses if not takes_away(bonus)]
    worth, fixed = list(start), Fraction(0)
    for bonus in lessening:
        fixed += add(bonus, worth, worth, parcels)
    counted = list(worth)
    if whole["stacking"] == "best" and raising:
        raising = [the_best(raising, counted, parcels)]
    for bonus in raising:
        fixed += add(bonus, worth, worth if whole["stacking"] == "multiply" else counted, parcels)
    assert abs(sum(start) - Fraction(whole["base_points"])) <= TINY
    return sum(worth, fixed)


def the_best(raising: list[Whole], counted: list[Fraction], parcels: Parcels) -> Whole:
    """The one bonus that was given; of two that differ by less than a hair of rounding either is the best."""
    worth = {place: within(sum(gain(one, counted, parcels)) + fixed_of(one), one) for place, one in enumerate(raising)}
    given = [place for place, bonus in enumerate(raising) if Fraction(bonus["points"])]
    assert len(given) <= 1
    chosen = given[0] if given else max(worth, key=lambda place: worth[place])
    assert worth[chosen] >= max(worth.values()) - TINY
    return raising[chosen]


def takes_away(bonus: Whole) -> bool:
    return Fraction(bonus["give"].get("multiplier", 1)) < 1


def add(bonus: Whole, worth: list[Fraction], source: list[Fraction], parcels: Parcels) -> Fraction:
    """Add a bonus to the parcels, within its room; the answer is the part of it that belongs to no parcel."""
    parts, fixed = gain(bonus, source, parcels), fixed_of(bonus)
    offered = sum(parts) + fixed
    given = within(offered, bonus)
    assert abs(given - Fraction(bonus["points"])) <= TINY
    assert abs(offered - given - Fraction(bonus.get("cut", {}).get("points", 0))) <= TINY
    share = given / offered if offered else Fraction(0)
    for place, part in enumerate(parts):
        worth[place] += part * share
    return given - sum(part * share for part in parts)


def gain(bonus: Whole, source: list[Fraction], parcels: Parcels) -> list[Fraction]:
    """What a bonus adds to each parcel that it counts."""
    give, counts = bonus["give"], [not bonus.get("lines") or bonus["code"] in codes for _amount, codes in parcels]
    if "multiplier" in give:
        parts = [points * (Fraction(give["multiplier"]) - 1) for points in source]
    elif "per" in give:
        parts = [amount * Fraction(give["points"]) / Fraction(give["per"]) for amount, _codes in parcels]
    else:
        parts = [Fraction(0)] * len(parcels)
    return [part if counted else Fraction(0) for part, counted in zip(parts, counts, strict=True)]


def fixed_of(bonus: Whole) -> Fraction:
    give = bonus["give"]
    return Fraction(0) if "multiplier" in give or "per" in give else Fraction(bonus.get("fixed", give["points"]))


def within(points: Fraction, bonus: Whole) -> Fraction:
    return min(points, Fraction(bonus["room"])) if "room" in bonus else points


def has_seen(why: Whole) -> bool:
    return why["code"] not in ONES_OWN


def held(why: Whole) -> bool:
    """Whether a condition holds by what it saw and wanted."""
    was, needs = why["was"], why["needs"]
    match why["code"]:
        case "dates":
            return (needs[0] or was) <= was <= (needs[1] or was)
        case "hours":
            start, end = needs
            return start <= was < end if start < end else was >= start or was < end
        case "min_amount":
            return Fraction(was) >= Fraction(needs)
    return was in needs

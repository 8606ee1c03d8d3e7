"""Which level a member has, reaches and loses. Pure: qualifying figures and days come in, a decision goes out."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from programs.rounding import rounded
from programs.terms import Level, Tiers
from programs.terms.tiers import Basis

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Review:
    """The level from now on; the first day of the lower level if a fall is announced; whether to warn about it now."""

    code: str
    demote_on: date | None
    warned: bool


def counted(basis: Basis, *, base: Decimal, base_points: int) -> int:
    """Say what one order adds towards tiers: points at ×1.0, whole money (half up), or one visit."""
    if basis == "points":
        return base_points
    return 1 if basis == "visits" else rounded(base, "half_up")


def natural(tiers: Tiers, qualifying: int | Decimal) -> Level:
    """Find the highest level that the qualifying points (or money, or visits) reach."""
    return tiers.levels[max(bisect_right(tiers.thresholds, qualifying) - 1, 0)]


def level_of(tiers: Tiers, code: str) -> Level:
    """Find a level by its code; a code that the terms no longer know counts as the lowest level."""
    return tiers.by_code.get(code) or tiers.levels[0]


def next_level(tiers: Tiers, code: str) -> Level | None:
    """Find the level above, or None at the top."""
    above = rank(tiers, code) + 1
    return tiers.levels[above] if above < len(tiers.levels) else None


def climbed(tiers: Tiers, before: str, after: str) -> tuple[Level, ...]:
    """Name the levels above `before` up to `after`, lowest first; none for a fall."""
    return tiers.levels[rank(tiers, before) + 1 : rank(tiers, after) + 1]


def rank(tiers: Tiers, code: str) -> int:
    """Count the levels below; none for a code that the terms no longer know."""
    return tiers.ranks.get(code, 0)


def ranks_among(tiers: Tiers, earlier: Iterable[Tiers]) -> dict[str, int]:
    """The rank of every code, also of levels that are gone: it is that of the next level below which is still there.

    `earlier` are the ladders before, the newest first: in it a level that is gone is looked up.
    """
    ranks = dict(tiers.ranks)
    for ladder in earlier:
        below = 0
        for level in ladder.levels:
            below = max(below, tiers.ranks.get(level.code, 0))
            ranks.setdefault(level.code, below)
    return ranks


def review(
    tiers: Tiers,
    *,
    code: str,
    qualifying: int | Decimal,
    day: date,
    demote_on: date | None,
    pinned_until: date | None,
    ranks: Mapping[str, int] | None = None,
    is_still: bool = False,
) -> Review:
    """Decide a member's level on a local day. `ranks` places codes that the levels no longer have.

    Upgrades come at once. A fall is announced first and happens `grace_days` full days later (0: at once, without a
    word); reaching the level again meanwhile withdraws it. A pin holds the level through its last day, as a floor.
    While the program is paused or closed nobody rises or falls (`is_still`), and a fall that was announced is off.
    """
    current, reached = (ranks or tiers.ranks).get(code, 0), tiers.levels.index(natural(tiers, qualifying))
    stays = Review(tiers.levels[current].code, None, False)
    if reached >= current and not is_still:
        return Review(tiers.levels[reached].code, None, False)
    if is_still or tiers.downgrade == "never" or (pinned_until is not None and day <= pinned_until):
        return stays
    if demote_on is None and tiers.grace_days:
        return Review(stays.code, day + timedelta(days=tiers.grace_days) + A_DAY, True)
    if demote_on is not None and day < demote_on:
        return Review(stays.code, demote_on, False)
    below = reached if tiers.downgrade == "natural" else current - 1
    return Review(tiers.levels[below].code, None, False)

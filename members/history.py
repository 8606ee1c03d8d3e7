"""What accounts were awarded before: by date, with running sums of what counts for tiers."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import accumulate
from operator import attrgetter
from typing import Any, NamedTuple

from loyalty_site.sql import many
from members import families, orders_sql
from members.movements import Held
from programs import calendar
from programs.calendar import Zone
from programs.earning import Award
from programs.terms import Rule, Terms

ZERO = Decimal(0)


class Past(NamedTuple):
    """An earlier award: when, how many points, what it counts for tiers, and the points of each rule."""

    at: datetime
    points: int
    counts: Decimal
    rule_points: dict[str, int]


class History:
    """The awards of one account in the order of their dates."""

    __slots__ = ("awards", "instants", "sums")

    def __init__(self, awards: Iterable[Past] = ()) -> None:
        self.awards = sorted(awards, key=attrgetter("at"))
        self.instants = [award.at for award in self.awards]
        self.sums = list(accumulate((award.counts for award in self.awards), initial=ZERO))

    def add(self, award: Past) -> None:
        if not self.instants or award.at >= self.instants[-1]:
            self.awards.append(award)
            self.instants.append(award.at)
            self.sums.append(self.sums[-1] + award.counts)
            return
        place = bisect_right(self.instants, award.at)
        self.awards.insert(place, award)
        self.instants.insert(place, award.at)
        self.sums[place + 1 :] = [sums + award.counts for sums in self.sums[place:]]

    def counted(self, start: datetime, end: datetime) -> Decimal:
        """What counts for tiers from an instant through another."""
        return self.sums[bisect_right(self.instants, end)] - self.sums[bisect_left(self.instants, start)]

    def counted_since(self, start: datetime) -> Decimal:
        return self.sums[-1] - self.sums[bisect_left(self.instants, start)]

    def since(self, start: datetime) -> Sequence[Past]:
        return self.awards[bisect_left(self.instants, start) :]


def load(sinces: dict[int, datetime], *, basis: str, with_rules: bool) -> dict[int, History]:
    """The histories of accounts, each since its own instant, merged ones with them; points of rules if asked for."""
    owners = families.with_absorbed(sinces)
    since = [sinces[owner] for owner in owners.values()]
    wish = {"accounts": list(owners), "since": since, "with_rules": with_rules}
    awards: dict[int, list[Past]] = defaultdict(list)
    for account_id, at, points, counts, rule_points in many(orders_sql.PAST[basis], wish):
        awards[owners[account_id]].append(Past(at.replace(tzinfo=UTC), points, counts, rules_in(rule_points)))
    return {account_id: History(own) for account_id, own in awards.items()}


def counted(accounts: Mapping[int, Held], start: datetime, *, basis: str) -> dict[int, History]:
    """What counts for tiers so far, as if it came in one piece when the window starts; what left it is taken off."""
    older = {
        pk: account.counted.since
        for pk, account in accounts.items()
        if account.counted and account.counted.since < start
    }
    wish = {"accounts": list(older), "since": list(older.values()), "until": start, "basis": basis}
    left = dict(many(orders_sql.LEFT_THE_WINDOW, wish)) if older else {}
    return {
        account_id: History([Past(start, 0, account.qualifying - left.get(account_id, ZERO), {})])
        for account_id, account in accounts.items()
    }


def rules_in(text: str | None) -> dict[str, Any]:
    return json.loads(text) if text else {}


def within(past: History, period: str, at: datetime, zone: Zone) -> list[Past]:
    """The awards of the period (day, week, month, lifetime) in which an instant lies; later ones may be known."""
    start = calendar.period_start(period, at, zone)
    return [
        award for award in past.since(start) if award.at <= at or calendar.period_start(period, award.at, zone) == start
    ]


def points_within(past: History, period: str, at: datetime, zone: Zone) -> int:
    """The points of all awards of the period in which an instant lies."""
    return sum(award.points for award in within(past, period, at, zone))


def points_of_rules(past: History, rules: Iterable[Rule], at: datetime, zone: Zone) -> dict[str, int]:
    """What each rule with a cap has given in the cap's period in which an instant lies."""
    return {
        rule.code: sum(award.rule_points.get(rule.code, 0) for award in within(past, rule.cap.per, at, zone))
        for rule in rules
        if rule.cap
    }


def basis_of(terms: Terms) -> str:
    return terms.tiers.basis if terms.tiers else "points"


def counts_of(award: Award, terms: Terms) -> Decimal:
    """What an award counts for tiers, in the program's own basis."""
    match basis_of(terms):
        case "spend":
            return award.base
        case "visits":
            return Decimal(1)
        case _:
            return Decimal(award.qualifying)

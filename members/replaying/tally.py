"""What came of a replay under one schedule of terms: counted while it runs, added up over all accounts after."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial


@dataclass
class Tally:
    """Points are whole. `days` are the points issued by local day, `net` those of each account less what was taken
    back, `rules` those of each rule; `active` who bought; `held` and `debt` are those of the end. `differing` names
    entries that came out other than the ledger has them."""

    start: datetime
    end: datetime
    day_of: Callable[[datetime], date]
    days: dict[date, int] = field(default_factory=partial(defaultdict, int))
    net: dict[int, int] = field(default_factory=partial(defaultdict, int))
    rules: dict[str, int] = field(default_factory=partial(defaultdict, int))
    taken_back: int = 0
    redeemed: int = 0
    unpaid_count: int = 0
    unpaid: int = 0
    expired: int = 0
    held: int = 0
    debt: int = 0
    tiers: Counter[str] = field(default_factory=Counter)
    active: set[int] = field(default_factory=set)
    order_count: int = 0
    compared: int = 0
    differing: list[tuple[int, int, int]] = field(default_factory=list)

    def issued(self, account_id: int, at: datetime, points: int, rule_points: dict[str, int]) -> None:
        if points and self.start <= at < self.end:
            self.days[self.day_of(at)] += points
            self.net[account_id] += points
        if rule_points and self.start <= at < self.end:
            for code, given in rule_points.items():
                self.rules[code] += given

    def bought(self, account_id: int, at: datetime) -> None:
        """Count a purchase."""
        if self.start <= at < self.end:
            self.active.add(account_id)
            self.order_count += 1

    def took_back(self, account_id: int, at: datetime, points: int) -> None:
        if self.start <= at < self.end:
            self.net[account_id] -= points
            self.taken_back += points

    def compare(self, entry_id: int, posted: int, came_out: int) -> None:
        """Hold an entry of the ledger against what came out here."""
        self.compared += 1
        if posted != came_out:
            self.differing.append((entry_id, posted, came_out))

"""The books of a program: what was issued, adjusted, redeemed, expired, taken back, and what is outstanding.

Totals are kept up to an hour before the last audit and added up from there, so that no page reads the whole ledger.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from loyalty_site.sql import rows
from members.models import KeptBooks
from programs.calendar import BEGINNING
from programs.models import Program

SETTLED = "1 hour"  # no transaction lasts that long: what was posted before cannot grow any more

TOTALS = """
SELECT kind, CASE WHEN posted_at < %(kept_until)s THEN 'kept' WHEN posted_at < %(until)s THEN 'settled' ELSE 'new' END,
       sum(points)::bigint
FROM members_ledgerentry WHERE program_id = %(program)s GROUP BY 1, 2
UNION ALL SELECT 'balance', 'accounts', sum(balance)::bigint FROM members_account WHERE program_id = %(program)s
UNION ALL SELECT 'debt', 'accounts', sum(debt)::bigint FROM members_account WHERE program_id = %(program)s
UNION ALL SELECT 'issued', 'accounts', sum(earned)::bigint FROM members_account WHERE program_id = %(program)s
UNION ALL SELECT 'redeemed', 'accounts', sum(redeemed)::bigint FROM members_account WHERE program_id = %(program)s
UNION ALL SELECT 'open', 'accounts', sum(remaining)::bigint FROM members_pointslot
WHERE program_id = %(program)s AND remaining > 0
"""

SINCE = """
SELECT kind, sum(points)::bigint FROM members_ledgerentry
WHERE program_id = %(program)s AND posted_at >= %(since)s GROUP BY kind
"""


@dataclass(frozen=True, slots=True)
class Books:
    """The totals of a program in points: outstanding is what was issued and adjusted, less all others."""

    issued: int
    adjusted: int
    redeemed: int
    expired: int
    clawed_back: int
    forfeited: int
    outstanding: int

    @property
    def explained(self) -> int:
        """What is outstanding by the totals; points moved between members are not among them."""
        return self.issued + self.adjusted - self.redeemed - self.expired - self.clawed_back - self.forfeited

    @property
    def redemption_rate(self) -> float | None:
        """Points redeemed / points issued; None where nothing was issued."""
        return self.redeemed / self.issued if self.issued else None

    @property
    def breakage_rate(self) -> float | None:
        """Points expired / points issued; None where nothing was issued."""
        return self.expired / self.issued if self.issued else None


@dataclass(frozen=True, slots=True)
class Totals:
    """All of a program at one instant: sums by kind of entry, of accounts and open lots; `comparisons` must agree."""

    until: datetime
    settled: Counter[str]
    comparisons: list[tuple[str, int, int]]


def books_of(by_kind: Counter[str]) -> Books:
    return Books(
        issued=by_kind["earn"],
        adjusted=by_kind["adjust"],
        redeemed=-by_kind["redeem"] - by_kind["restore"],
        expired=-by_kind["expire"],
        clawed_back=-by_kind["clawback"],
        forfeited=-by_kind["forfeit"],
        outstanding=sum(by_kind.values()),
    )


def of(program: Program) -> Books:
    """A program's books at this instant: what is kept, and what was posted since."""
    kept = KeptBooks.objects.filter(program=program).first()
    by_kind = Counter(kept.points if kept else {})
    by_kind.update(dict(rows(SINCE, {"program": program.pk, "since": kept.until if kept else BEGINNING})))
    return books_of(by_kind)


def add_up(program: Program) -> Totals:
    """Add up a program's whole ledger and all its accounts, in one statement, beside what was kept before."""
    kept = KeptBooks.objects.filter(program=program).first()
    settled = rows(f"SELECT statement_timestamp() - interval '{SETTLED}'")[0][0]
    until = max(settled, kept.until) if kept else settled
    parameters = {"program": program.pk, "kept_until": kept.until if kept else until, "until": until}
    parts: dict[str, Counter[str]] = {"kept": Counter(), "settled": Counter(), "new": Counter(), "accounts": Counter()}
    for kind, part, points in rows(TOTALS, parameters):
        parts[part][kind] = points or 0
    history = Counter(kept.points) if kept else parts["kept"]
    return Totals(until, added(parts["kept"], parts["settled"]), comparisons(parts, history))


def comparisons(parts: dict[str, Counter[str]], history: Counter[str]) -> list[tuple[str, int, int]]:
    """What the accounts say beside what the ledger says, and what history said beside what it says now."""
    by_kind = added(parts["kept"], parts["settled"], parts["new"])
    accounts, ledger, moved = parts["accounts"], books_of(by_kind), by_kind["transfer"]
    return [
        ("balance", accounts["balance"], ledger.outstanding),
        ("open", accounts["open"] - accounts["debt"], ledger.outstanding),
        ("issued", accounts["issued"], ledger.issued),
        ("redeemed", accounts["redeemed"], ledger.redeemed),
        ("moved", moved, 0),
        *(("history", history[kind], parts["kept"][kind]) for kind in sorted({*history, *parts["kept"]})),
    ]


def added(*counters: Counter[str]) -> Counter[str]:
    total: Counter[str] = Counter()
    for counter in counters:
        total.update(counter)  # which, unlike +, keeps what is negative
    return total


def keep(program: Program, found: Totals) -> None:
    """Remember the sums of what cannot grow any more."""
    KeptBooks.objects.update_or_create(program=program, defaults={"until": found.until, "points": dict(found.settled)})

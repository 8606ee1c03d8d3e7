"""Proving the books: every account's balance against its entries, lots and debt, and the program's totals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from loyalty_site.jobs import JobKind
from loyalty_site.sql import rows
from members import chunks
from programs.models import Program

UNBALANCED = """
WITH chosen AS (
    SELECT account.id, account.balance, account.debt FROM members_account account
    JOIN programs_program program ON program.id = account.program_id
    WHERE program.merchant_id = %(merchant)s AND account.id BETWEEN %(first)s AND %(last)s
), entries AS (
    SELECT account_id, sum(points) AS points FROM members_ledgerentry
    WHERE account_id IN (SELECT id FROM chosen) GROUP BY account_id
), lots AS (
    SELECT lot.account_id, sum(lot.remaining) AS points,
           bool_or(lot.points <> entry.points OR lot.points <> lot.remaining + coalesce(drawn.points, 0)) AS is_off
    FROM members_pointslot lot JOIN members_ledgerentry entry ON entry.id = lot.entry_id
    LEFT JOIN (
        SELECT draw.lot_id, sum(draw.points) AS points FROM members_lotdraw draw
        JOIN members_pointslot own ON own.entry_id = draw.lot_id
        WHERE own.account_id IN (SELECT id FROM chosen) GROUP BY draw.lot_id
    ) AS drawn ON drawn.lot_id = lot.entry_id
    WHERE lot.account_id IN (SELECT id FROM chosen) GROUP BY lot.account_id
)
SELECT chosen.id, chosen.balance, coalesce(entries.points, 0)::bigint, coalesce(lots.points, 0)::bigint, chosen.debt,
       chosen.balance = coalesce(entries.points, 0) AND chosen.balance = coalesce(lots.points, 0) - chosen.debt
       AND NOT coalesce(lots.is_off, false)
FROM chosen LEFT JOIN entries ON entries.account_id = chosen.id LEFT JOIN lots ON lots.account_id = chosen.id
"""

BOOKS = """
SELECT coalesce(sum(points) FILTER (WHERE kind = 'earn'), 0)::bigint,
       coalesce(sum(points) FILTER (WHERE kind = 'adjust'), 0)::bigint,
       coalesce(-sum(points) FILTER (WHERE kind IN ('redeem', 'restore')), 0)::bigint,
       coalesce(-sum(points) FILTER (WHERE kind = 'expire'), 0)::bigint,
       coalesce(-sum(points) FILTER (WHERE kind = 'clawback'), 0)::bigint,
       coalesce(sum(points), 0)::bigint
FROM members_ledgerentry WHERE program_id = %(program)s
"""


@dataclass(frozen=True, slots=True)
class Books:
    """The totals of a program in points: outstanding = issued + adjusted − redeemed − expired − clawed back."""

    issued: int
    adjusted: int
    redeemed: int
    expired: int
    clawed_back: int
    outstanding: int

    @property
    def explained(self) -> int:
        """What is outstanding by the totals; points moved between members or given up are not among them."""
        return self.issued + self.adjusted - self.redeemed - self.expired - self.clawed_back

    @property
    def redemption_rate(self) -> float | None:
        """Points redeemed / points issued; None where nothing was issued."""
        return self.redeemed / self.issued if self.issued else None

    @property
    def breakage_rate(self) -> float | None:
        """Points expired / points issued; None where nothing was issued."""
        return self.expired / self.issued if self.issued else None


def books(program: Program) -> Books:
    """Add up a program's whole ledger."""
    return Books(*rows(BOOKS, {"program": program.pk})[0])


def work(
    merchant_id: int | None, business_on: date | None, first_id: int, last_id: int, now: datetime
) -> dict[str, Any]:
    """Check one range of a merchant's accounts; `off` lists those that do not balance."""
    checked = rows(UNBALANCED, {"merchant": merchant_id, "first": first_id, "last": last_id})
    off = [row[:5] for row in checked if not row[5]]
    result: dict[str, Any] = {"accounts": len(checked), "unbalanced": len(off)}
    if off:
        result["off"] = [list(row) for row in off]
    return result


JOB = JobKind(title=_("Audit the books"), plan=chunks.ranges, work=work, is_of_accounts=True)

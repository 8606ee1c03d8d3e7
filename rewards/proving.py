"""The part of the audit that only rewards can see: what a redemption cost is what its entries took."""

from __future__ import annotations

from typing import Any

from loyalty_site.sql import rows

UNPAID = """
SELECT redemption.account_id, sum(redemption.points)::bigint, coalesce(-sum(entry.points), 0)::bigint
FROM rewards_redemption redemption LEFT JOIN members_ledgerentry entry ON entry.id = redemption.entry_id
AND entry.account_id = redemption.account_id AND entry.kind = 'redeem' AND entry.points = -redemption.points
WHERE redemption.merchant_id = %(merchant)s AND redemption.account_id BETWEEN %(first)s AND %(last)s
GROUP BY redemption.account_id HAVING count(*) <> count(entry.id)
"""


def prove(merchant_id: int | None, first_id: int, last_id: int) -> list[list[Any]]:
    """Name the accounts in a range whose redemptions differ from the entries that paid for them, in points."""
    found = rows(UNPAID, {"merchant": merchant_id, "first": first_id, "last": last_id})
    return [[account_id, "redemptions", points, paid] for account_id, points, paid in found]

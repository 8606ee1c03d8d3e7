"""Cutting a merchant's accounts into ranges for jobs."""

from __future__ import annotations

from datetime import date

from loyalty_site.sql import rows

SIZE = 1_000

RANGES = """
SELECT min(id), max(id) FROM (
    SELECT account.id, (row_number() OVER (ORDER BY account.id) - 1) / %(size)s AS chunk
    FROM members_account account JOIN programs_program program ON program.id = account.program_id
    WHERE program.merchant_id = %(merchant)s
) AS numbered GROUP BY chunk ORDER BY chunk
"""

IDS = """
SELECT account.id FROM members_account account JOIN programs_program program ON program.id = account.program_id
WHERE program.merchant_id = %(merchant)s AND account.id BETWEEN %(first)s AND %(last)s ORDER BY account.id
"""


def ranges(merchant_id: int | None, business_on: date | None) -> list[tuple[int, int]]:
    """Ranges of account ids, each holding at most 1,000 accounts of the merchant."""
    return [(first, last) for first, last in rows(RANGES, {"merchant": merchant_id, "size": SIZE})]


def account_ids(merchant_id: int | None, first_id: int, last_id: int) -> list[int]:
    """The merchant's accounts in a range, in id order."""
    return [row[0] for row in rows(IDS, {"merchant": merchant_id, "first": first_id, "last": last_id})]

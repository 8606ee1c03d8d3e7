"""Cutting a merchant's accounts into ranges for jobs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from loyalty_site.sql import rows

SIZE = 1_000
WIDTH = 10_000  # ids that a range may span, however few of them are wanted

RANGES = """
SELECT min(id), max(id) FROM (
    SELECT account.id, (row_number() OVER (ORDER BY account.id) - 1) / %(size)s AS chunk
    FROM members_account account JOIN programs_program program ON program.id = account.program_id
    WHERE program.merchant_id = %(merchant)s
) AS numbered GROUP BY chunk ORDER BY chunk
"""

AMONG = (
    """
SELECT min(id), max(id) FROM (
    SELECT id, id / %(width)s AS block,
           (row_number() OVER (PARTITION BY id / %(width)s ORDER BY id) - 1) / %(size)s AS part
    FROM (""",
    """) AS wanted
) AS numbered GROUP BY block, part ORDER BY 1
""",
)

IDS = """
SELECT account.id FROM members_account account JOIN programs_program program ON program.id = account.program_id
WHERE program.merchant_id = %(merchant)s AND account.id BETWEEN %(first)s AND %(last)s ORDER BY account.id
"""


def ranges(merchant_id: int | None, business_on: date | None, *, size: int = SIZE) -> list[tuple[int, int]]:
    """Ranges of account ids, each holding at most 1,000 (or `size`) accounts of the merchant."""
    return [(first, last) for first, last in rows(RANGES, {"merchant": merchant_id, "size": size})]


def ranges_among(wanted: str, parameters: dict[str, Any], *, size: int = SIZE) -> list[tuple[int, int]]:
    """Ranges that hold the accounts which a statement finds, at most `size` of them each, and few others.

    `wanted` selects account ids in a column called id, each once. Choose a size that holds them for some 25 ms at most.
    """
    found = rows(f"{AMONG[0]}{wanted}{AMONG[1]}", parameters | {"size": size, "width": WIDTH})
    return [(first, last) for first, last in found]


def disjoint(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Cut ranges that overlap, as those of two programs do, so that together they hold the same ids once each."""
    cut: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        begin = max(first, cut[-1][1] + 1) if cut else first
        if begin <= last:
            cut.append((begin, last))
    return cut


def account_ids(merchant_id: int | None, first_id: int, last_id: int) -> list[int]:
    """The merchant's accounts in a range, in id order."""
    return [row[0] for row in rows(IDS, {"merchant": merchant_id, "first": first_id, "last": last_id})]

"""Statements that find members while somebody types; each ends after a few rows, however many fit.

A folded name is walked by an index from what was typed. Any part is looked for among the newest members first: what
fits many of them needs no more, and what is left fits few enough to be gathered by trigrams.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import LiteralString

SEARCH_TEXT: LiteralString = "members_search_text(name, email, phone, number, customer_number)"
PRESENT: LiteralString = "merchant_id = %(merchant)s AND merged_into_id IS NULL AND erased_at IS NULL"

BEGINNINGS: LiteralString = f"""
(SELECT id FROM members_member
 WHERE {PRESENT} AND members_folded(name) COLLATE "C" LIKE members_folded(%(text)s) || '%%'
 ORDER BY members_folded(name) COLLATE "C" LIMIT %(most)s)
UNION ALL
(SELECT id FROM members_member
 WHERE {PRESENT} AND members_last_first(name) COLLATE "C" LIKE members_folded(%(text)s) || '%%'
 ORDER BY members_last_first(name) COLLATE "C" LIMIT %(most)s)
"""

NEWEST: LiteralString = f"""
WITH found AS MATERIALIZED (
    SELECT * FROM members_member WHERE {PRESENT} ORDER BY joined_at DESC, id DESC LIMIT %(newest)s
)
SELECT id FROM found WHERE """

# Materialized: planned for all that fit instead of in the hope to meet a few soon, yet read no further than asked.
EVERYBODY: LiteralString = f"""
WITH found AS MATERIALIZED (
    SELECT id FROM members_member WHERE {PRESENT} AND """


def newest_with(patterns: Sequence[str]) -> LiteralString:
    """The newest members in whose search text all patterns `part0`, `part1`, … are found."""
    return NEWEST + holds(patterns) + " LIMIT %(most)s"


def everybody_with(patterns: Sequence[str]) -> LiteralString:
    """Any members in whose search text all patterns are found."""
    return EVERYBODY + holds(patterns) + ") SELECT id FROM found LIMIT %(most)s"


def holds(patterns: Sequence[str]) -> LiteralString:
    conditions: list[LiteralString] = [
        f"{SEARCH_TEXT} LIKE '%%' || members_folded(%(part{place})s) || '%%'" for place in range(len(patterns))
    ]
    return " AND ".join(conditions)

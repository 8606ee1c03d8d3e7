"""Who changes tier under terms that are about to hold: how many, from where to where, and when. Nothing is written.

It decides as the review does, over all accounts at once; what was merged into an account counts there. Only what
nobody has counted by these terms is counted anew: of other thresholds nobody, of another window or basis everybody; in
a large shop then some members stand for all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import LiteralString, NamedTuple

from loyalty_site.sql import rows
from members import review_sql
from members.models import Account
from members.review_frame import Frame, frame_by
from programs import calendar
from programs.models import Program
from programs.supposing import at_all_times
from programs.terms import Terms
from programs.versions import Schedule

AT_MOST = 10_000  # accounts that are counted anew while somebody waits; half a per cent off at most, mostly

# Numbers of accounts follow a pattern where a shop has several programs, their hashes do not.
SAMPLED: LiteralString = "(hashint8(account.id) & 2147483647) %% %(every)s = 0"

PRESENT: LiteralString = """account.merged_into_id IS NULL AND account.member_id NOT IN (
    SELECT erased.id FROM members_member erased WHERE erased.erased_at IS NOT NULL
    AND erased.merchant_id = (SELECT merchant_id FROM programs_program WHERE id = %(program)s)
)"""

UNSETTLED: LiteralString = f"""
SELECT id FROM members_account account
WHERE program_id = %(program)s AND merged_into_id IS NULL AND {SAMPLED} AND (
    %(is_full)s OR qualifying_version_id IS NULL OR qualifying_since IS NULL
    OR qualifying_version_id <> ALL(%(alike)s::bigint[]) OR qualifying_since > %(since)s
)
UNION
SELECT account.id FROM members_ledgerentry entry JOIN members_account account ON account.id = entry.account_id
WHERE entry.program_id = %(program)s AND entry.occurred_at >= %(left_from)s AND entry.occurred_at < %(since)s
AND entry.kind = 'earn' AND entry.occurred_at >= account.qualifying_since
AND account.merged_into_id IS NULL AND {SAMPLED}
UNION
SELECT account.id FROM members_account merged JOIN members_account account ON account.id = merged.merged_into_id
WHERE account.program_id = %(program)s AND {SAMPLED} AND EXISTS (
    SELECT FROM members_ledgerentry entry WHERE entry.account_id = merged.id AND entry.kind = 'earn'
    AND entry.occurred_at >= %(left_from)s AND entry.occurred_at < %(since)s
)
"""

MOVES: dict[str, LiteralString] = {
    basis: f"""
WITH unsettled AS MATERIALIZED ({UNSETTLED}), family AS MATERIALIZED (
    SELECT id, id AS heir_id FROM unsettled
    UNION ALL
    SELECT merged.id, unsettled.id FROM members_account merged JOIN unsettled ON unsettled.id = merged.merged_into_id
), counted AS (
    SELECT heir_id AS account_id, sum(amount) AS amount FROM ({found}) AS counting
    JOIN family ON family.id = counting.account_id GROUP BY heir_id
), standing AS (
    SELECT account.id, tier_code, demote_on, pinned_until,
           CASE WHEN unsettled.id IS NULL THEN account.qualifying ELSE coalesce(counted.amount, 0) END AS reached
    FROM members_account account LEFT JOIN unsettled ON unsettled.id = account.id
    LEFT JOIN counted ON counted.account_id = account.id
    WHERE account.program_id = %(program)s AND {PRESENT} AND {SAMPLED}
), {review_sql.DECIDED}
SELECT tier_code, verdict, rank, natural_rank, ends_on, count(*), min(id), max(id) FROM decided
GROUP BY tier_code, verdict, rank, natural_rank, ends_on ORDER BY rank, natural_rank DESC, tier_code, ends_on
"""
    for basis, found in review_sql.counted("entry.account_id IN (SELECT id FROM family)").items()
}


class Group(NamedTuple):
    """Accounts on which the review decides alike; ranks count from 1."""

    tier_code: str
    verdict: str
    rank: int
    natural_rank: int
    ends_on: date | None
    size: int
    first_id: int
    last_id: int


@dataclass(frozen=True, slots=True)
class Move:
    """Members who go the same way: the codes of their tier and of the next one, and how many steps up that is.

    `starts_on` is the first day on it, None where that is as soon as tiers are moved. `examples` are some of their
    accounts. A tier that is gone is left for one of the same height: no step.
    """

    from_code: str
    to_code: str
    climb: int
    starts_on: date | None
    count: int
    examples: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Moves:
    """How a ladder moves the members of a program: who moves, how many stay, how many stay by a pin or by the terms.

    `gift_points` is the most that entry gifts come to. `is_about` where some members stand for all.
    """

    moves: tuple[Move, ...]
    stay_count: int
    kept_count: int
    gift_points: int
    is_about: bool

    @property
    def up_count(self) -> int:
        return sum(move.count for move in self.moves if move.climb > 0)

    @property
    def down_count(self) -> int:
        return sum(move.count for move in self.moves if move.climb < 0)


def moves(program: Program, terms: Terms, *, now: datetime) -> Moves | None:
    """Who would move if these terms held now, as the accounts stand; None for terms without tiers."""
    known = Schedule([program.pk]).versions.get(program.pk, [])
    (version,) = at_all_times(program.pk, terms, number=len(known) + 1).versions[program.pk]
    frame = frame_by(version, known, program, day=calendar.local_day(now, program.merchant.zone))
    if frame is None:
        return None
    every = sparsity(frame, program, Schedule([program.pk]).at(program.pk, now).id if known else 0)
    found = rows(MOVES[frame.levels.basis], frame.parameters | {"every": every})
    return told(frame, [Group(*row)._replace(size=row[5] * every) for row in found], is_about=every > 1)


def sparsity(frame: Frame, program: Program, live_id: int) -> int:
    """One of how many accounts to look at: every one, unless most have to be counted anew and they are many."""
    if live_id in frame.alike and not frame.is_full:
        return 1
    return -(-Account.objects.filter(program=program, merged_into=None).count() // AT_MOST) or 1


def told(frame: Frame, groups: Sequence[Group], *, is_about: bool) -> Moves:
    found = [move for group in groups for move in moves_of(group, frame)]
    moving = {group for group in groups if [*moves_of(group, frame)]}
    kept = [group for group in groups if group.verdict == "stays" and group not in moving]
    return Moves(
        moves=tuple(found),
        stay_count=sum(group.size for group in groups if group not in moving and group not in kept),
        kept_count=sum(group.size for group in kept),
        gift_points=sum(gifts(group, frame) for group in groups),
        is_about=is_about,
    )


def moves_of(group: Group, frame: Frame) -> Iterator[Move]:
    """At once to where the review puts them; later, after the grace, to where they then fall."""
    codes = [level.code for level in frame.levels.levels]
    examples = tuple(sorted({group.first_id, group.last_id}))
    below = group.natural_rank if frame.levels.downgrade == "natural" else group.rank - 1
    now = {"rises": group.natural_rank, "falls": below}.get(group.verdict, group.rank)
    if codes[now - 1] != group.tier_code:
        yield Move(group.tier_code, codes[now - 1], now - group.rank, None, group.size, examples)
    if group.verdict == "is warned":
        yield Move(codes[now - 1], codes[below - 1], below - now, group.ends_on, group.size, examples)


def gifts(group: Group, frame: Frame) -> int:
    """The most points that a group gets for the tiers that it climbs."""
    climbed = frame.levels.levels[group.rank : group.natural_rank] if group.verdict == "rises" else ()
    return group.size * sum(level.entry_gift for level in climbed)

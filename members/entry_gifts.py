"""Entry gifts: what reaching a tier gives, once per tier window, and what is taken back when it was a mistake."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from loyalty_site.sql import rows
from members import clawing_back, families, ledger
from members.models import LedgerEntry
from members.movements import Held, Movement
from programs import calendar
from programs.calendar import BEGINNING
from programs.models import Merchant
from programs.terms import Level
from programs.versions import DatedVersion, terms_of

HAD = """
SELECT account_id, split_part(reference, ':', 2) FROM members_ledgerentry
WHERE account_id = ANY(%(accounts)s::bigint[]) AND occurred_at >= %(since)s AND reference LIKE 'gift:%%'
GROUP BY account_id, split_part(reference, ':', 2) HAVING sum(points) > 0
"""


class Climb(NamedTuple):
    """Tiers that an account reached by a mistake made at an instant."""

    account_id: int
    levels: Sequence[Level]
    since: datetime


def give(
    reached: Sequence[tuple[int, Level]],
    version: DatedVersion,
    held: dict[int, Held],
    merchant: Merchant,
    *,
    at: datetime,
) -> int:
    """Post the entry gifts of tiers that accounts have just reached, each tier once per tier window.

    `held` are the accounts' locks; the answer counts the gifts.
    """
    due_now = due(reached, version, merchant, at=at)
    movements = [gift(account_id, level, version, merchant, at=at) for account_id, level in due_now]
    return len(ledger.post(movements, held, now=at))


def due(
    reached: Sequence[tuple[int, Level]], version: DatedVersion, merchant: Merchant, *, at: datetime
) -> list[tuple[int, Level]]:
    """Which of the tiers just reached give something that the account has not had in this tier window."""
    wanted = [(account_id, level) for account_id, level in reached if level.entry_gift]
    if version.terms.tiers is None or not wanted:
        return []
    since = calendar.window_start(version.terms.tiers.window, at, merchant.zone)
    had = gifts_of({account_id for account_id, _level in wanted}, since)
    return [(account_id, level) for account_id, level in wanted if (account_id, level.code) not in had]


def gifts_of(account_ids: Collection[int], since: datetime | None) -> set[tuple[int, str]]:
    """Which accounts have had which tiers' gifts in the tier window, those that were taken back aside."""
    owners = families.with_absorbed(account_ids)
    parameters = {"accounts": list(owners), "since": since or BEGINNING}
    return {(owners[account_id], code) for account_id, code in rows(HAD, parameters)} if account_ids else set()


def entries_of(account_id: int, level: Level) -> QuerySet[LedgerEntry]:
    """The gifts of a tier, and what was taken back of them."""
    return LedgerEntry.objects.filter(account=account_id, reference__startswith=naming(account_id, level))


def naming(account_id: int, level: Level) -> str:
    """How the references of an account's gifts of a tier begin."""
    return f"gift:{level.code}:{account_id}:"


def gift(account_id: int, level: Level, version: DatedVersion, merchant: Merchant, *, at: datetime) -> Movement:
    reason = _("Welcome to %(tier)s") % {"tier": level.name}
    return Movement(
        account_id=account_id,
        kind="earn",
        points=level.entry_gift,
        reference=f"{naming(account_id, level)}{at.isoformat()}",
        occurred_at=at,
        available_at=at,
        expires_at=calendar.expiry_of(version.terms.expiry, at, merchant.zone),
        version_id=version.id,
        reason=reason,
        explain={"reason": reason, "points": level.entry_gift, "version": version.number},
    )


def take_back(climbs: Sequence[Climb], held: dict[int, Held], *, by: int, now: datetime) -> int:
    """Take back the gifts of tiers that accounts reached by mistake; the answer counts them."""
    if not climbs:
        return 0
    own: dict[int, list[LedgerEntry]] = defaultdict(list)
    given = LedgerEntry.objects.filter(
        account__in={climb.account_id for climb in climbs}, reference__startswith="gift:"
    )
    for entry in given.filter(kind="earn", posted_at__gte=min(climb.since for climb in climbs)).order_by("pk"):
        own[entry.account_id].append(entry)
    wrong = [
        entry
        for climb in climbs
        for level in climb.levels
        for entry in own[climb.account_id]
        if entry.posted_at >= climb.since and entry.reference.startswith(naming(climb.account_id, level))
    ]
    return len(ledger.post([reversal(entry, by=by, now=now) for entry in wrong], held, now=now))


def reversal(gift: LedgerEntry, *, by: int, now: datetime) -> Movement:
    policy = terms_of(gift.version_id).clawback if gift.version_id else "negative"
    reason = _("Undone: %(reason)s") % {"reason": gift.reason}
    return replace(
        taken(gift.account_id, gift.points, gift.pk, policy, now=now),
        reference=f"{gift.reference}:undone",
        version_id=gift.version_id,
        actor_id=by,
        reason=reason,
        explain={"reason": reason, "points": gift.points, "policy": policy},
    )


def taken(account_id: int, points: int, lot_id: int, policy: str, *, now: datetime) -> Movement:
    """What taking back a gift moves, by the policy of its terms."""
    takes, shortfall = clawing_back.TAKES[policy]
    return Movement(
        account_id=account_id,
        kind="clawback",
        points=-points,
        reference="",
        occurred_at=now,
        takes=takes,
        shortfall=shortfall,
        own_lot=lot_id,
    )

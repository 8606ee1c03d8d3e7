"""How things stand when somebody asks for a reward: one round trip, which holds the account and what is in stock."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from loyalty_site.round_trips import RoundTrips, as_json
from members.models import Account
from members.movements import Held, OpenLot
from programs import calendar, versions
from programs.versions import DatedVersion
from rewards.models import Reward


@dataclass(frozen=True, slots=True)
class Standing:
    """The account and its open lots, the reward as it is now, and how often the member had it in the limit's period.

    `known_id` is the redemption that bears the reference already. `redemption_id` and `entry_id` are free numbers.
    """

    held: Held
    lots: tuple[OpenLot, ...]
    reward: Reward
    used: int
    version: DatedVersion
    is_blocked: bool
    user_id: int | None
    known_id: int | None
    redemption_id: int
    entry_id: int


def standing(trips: RoundTrips, account: Account, reward: Reward, reference: str, *, now: datetime) -> Standing:
    """Look, and hold the account until the transaction ends."""
    wish = {"account_id": account.pk, "reward_id": reward.pk, "reference": reference}
    found = trips.read("rewards_redemption_look", as_json(wish))
    fresh = as_found(reward, found["reward"])
    held = Held.read(found["account"])
    return Standing(
        held=held,
        lots=tuple(map(OpenLot.read, found["lots"] or ())),
        reward=fresh,
        used=times_in_period(found["used_at"] or (), fresh, now=now),
        version=version_in_force(fresh.merchant_id, held.program_id, found["version_ids"], now=now),
        is_blocked=found["is_blocked"],
        user_id=found["user_id"],
        known_id=found["known_id"],
        redemption_id=found["redemption_id"],
        entry_id=found["entry_id"],
    )


def as_found(reward: Reward, columns: dict[str, Any]) -> Reward:
    """The reward with what may have changed since the caller loaded it."""
    fresh = copy.copy(reward)
    for name, value in columns.items():
        setattr(fresh, name, value)
    return fresh


def times_in_period(used_at: list[str] | tuple[()], reward: Reward, *, now: datetime) -> int:
    """How often the member has had the reward in the current day, week, month or ever."""
    if not used_at or reward.limit_per == Reward.Period.LIFETIME:
        return len(used_at)
    start = calendar.period_start(reward.limit_per, now, reward.merchant.zone)
    return sum(datetime.fromisoformat(at) >= start for at in used_at)


def version_in_force(merchant_id: int, program_id: int, known_ids: list[int] | None, *, now: datetime) -> DatedVersion:
    """The version of the account's program that counts now; one that was published meanwhile is loaded."""
    running = versions.remembered(merchant_id)
    if running.version_ids != known_ids:
        versions.remembered.cache_clear()
        running = versions.remembered(merchant_id)
    return (running if program_id in running.versions else versions.Schedule([program_id])).at(program_id, now)

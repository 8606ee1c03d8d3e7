"""Putting rewards on offer and changing them; what members redeemed before keeps its price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from loyalty_site import auditing
from loyalty_site.models import User
from rewards.models import Reward


@transaction.atomic
def keep(reward: Reward, changed: Sequence[str], *, before: Mapping[str, Any], by: User, now: datetime) -> Reward:
    """Save a reward; of a known one only what was `changed`, so that stock sold meanwhile stays sold.

    `before` is what the form showed. Who kept it, and what became of what, is written down.
    """
    is_known = reward.pk is not None
    if is_known and not changed:
        return reward
    reward.save(update_fields=[*changed]) if is_known else reward.save()
    was = {name: plain(before.get(name)) for name in changed}
    auditing.record(
        "reward-changed" if is_known else "reward-added",
        merchant=reward.merchant_id,
        actor=by,
        at=now,
        subject=reward.name,
        before=was if is_known else {},
        after={name: plain(getattr(reward, name)) for name in changed},
    )
    return reward


def plain(value: object) -> object:
    """A value as an event keeps it: numbers, yes and no as they are, the rest as text."""
    return value if value is None or isinstance(value, bool | int) else str(value)

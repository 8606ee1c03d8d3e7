"""What erasing a member ends here: vouchers that nobody used, whose points come back to be forfeited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rewards import redeeming
from rewards.models import Redemption


def end_vouchers(member_ids: Sequence[int], *, now: datetime) -> None:
    """Give the points of these members' open vouchers back; the caller holds their accounts."""
    redemptions = Redemption.objects.filter(account__member__in=member_ids, state=Redemption.State.OPEN)
    for redemption in redemptions.order_by("pk"):
        redeeming.give_up(redemption, now=now)

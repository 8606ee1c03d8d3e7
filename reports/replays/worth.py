"""What a point is worth in money: what it buys."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db.models import DecimalField, F, Sum

from programs.models import Program
from programs.versions import Schedule
from rewards.models import Redemption, Reward

MONEY = DecimalField(max_digits=20, decimal_places=3)


def of_point(program: Program, *, since: datetime) -> Decimal | None:
    """The money that a point comes to, not rounded; None where no reward says what it is worth.

    Where points are shown as money, that money. Else the worth of the rewards that were had since an instant, by the
    points they cost; where none was had, of the rewards on offer.
    """
    versions = Schedule([program.pk]).versions.get(program.pk)
    if versions and versions[-1].terms.unit.as_money:
        return Decimal(1).scaleb(-program.merchant.money_decimals)
    return had(program, since) or offered(program)


def had(program: Program, since: datetime) -> Decimal | None:
    redeemed = Redemption.objects.counted().filter(
        program=program, redeemed_at__gte=since, reward__money_value__isnull=False
    )
    return per_point(**redeemed.aggregate(worth=Sum("reward__money_value", output_field=MONEY), points=Sum("points")))


def offered(program: Program) -> Decimal | None:
    rewards = Reward.objects.filter(program=program, is_active=True, money_value__isnull=False)
    return per_point(**rewards.aggregate(worth=Sum("money_value", output_field=MONEY), points=Sum(F("points_price"))))


def per_point(worth: Decimal | None, points: int | None) -> Decimal | None:
    return worth / points if worth and points else None

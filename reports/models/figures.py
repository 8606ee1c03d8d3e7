"""Figures kept per day, so that a page reads rows and never scans orders."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from programs.models import Merchant, Program

MONEY: dict[str, Any] = {"max_digits": 16, "decimal_places": 3, "default": 0}


class DailyKpi(models.Model):
    """What happened at a merchant on one local day; sums of days are the figures of a period.

    The days of a merchant have no gaps. Points that expire at midnight belong to the day that ends there.
    """

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="daily_kpis")
    day = models.DateField()
    order_count = models.PositiveIntegerField(default=0)
    sales = models.DecimalField(**MONEY)
    refunds = models.DecimalField(**MONEY)
    points_earned = models.BigIntegerField(default=0)
    points_redeemed = models.BigIntegerField(default=0, help_text="Net of what cancelled vouchers gave back.")
    points_expired = models.BigIntegerField(default=0)
    points_clawed_back = models.BigIntegerField(default=0)
    points_adjusted = models.BigIntegerField(default=0)
    points_moved = models.BigIntegerField(default=0, help_text="Transfers and forfeits, signed.")
    points_outstanding = models.BigIntegerField(default=0, help_text="All points held when the day ended.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "day"], name="daily_kpi_once_per_day")]


class WindowKpi(models.Model):
    """Counts of people over the whole weeks that end on a day; people cannot be added up day by day."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="window_kpis")
    day = models.DateField()
    weeks = models.PositiveSmallIntegerField()
    active_count = models.PositiveIntegerField(default=0, help_text="Members with an order in these weeks.")
    previous_count = models.PositiveIntegerField(default=0, help_text="The same, as many weeks earlier.")
    returned_count = models.PositiveIntegerField(default=0, help_text="Members with an order in both.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merchant", "weeks", "day"], name="window_kpi_once_per_day"),
            models.CheckConstraint(
                condition=models.Q(returned_count__lte=models.F("active_count"))
                & models.Q(returned_count__lte=models.F("previous_count")),
                name="window_kpi_returned_within_both",
            ),
        ]


class FillMark(models.Model):
    """How far a merchant's figures reach, and up to which instant they have seen what was recorded."""

    merchant = models.OneToOneField(Merchant, models.CASCADE, primary_key=True, related_name="fill_mark")
    closed_on = models.DateField(null=True)
    filled_at = models.DateTimeField(null=True, help_text="By the clock of the database, when the last fill began.")
    expiring_points = models.BigIntegerField(default=0, help_text="Open points that expire in the 30 days after.")
    expiring_members = models.PositiveIntegerField(default=0, help_text="How many members hold them.")


class Replay(models.Model):
    """The real orders of some local days, lived again under a draft, beside the live terms. Both are frozen here.

    `until` and the ledger entry `through` say how far the books reached when it was asked for, `marks` when entries
    became known, `issued` what rules with budgets had given before. `is_as_posted`: the live terms held all along, so
    that their side is what the ledger has. `result` is there when it is `finished_at`.
    """

    program = models.ForeignKey(Program, models.CASCADE, related_name="replays")
    first_on = models.DateField()
    last_on = models.DateField()
    revision = models.PositiveIntegerField()
    terms = models.JSONField()
    live = models.JSONField()
    is_as_posted = models.BooleanField()
    until = models.DateTimeField()
    through = models.BigIntegerField()
    marks = models.JSONField(default=list)
    issued = models.JSONField(default=dict)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    is_in_turn = models.BooleanField(default=False, help_text="Account after account, because a budget ends.")
    is_stopped = models.BooleanField(default=False)
    finished_at = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(last_on__gte=models.F("first_on")), name="replay_days_in_order"),
        ]

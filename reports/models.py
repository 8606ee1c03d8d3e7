"""Figures kept per day, so that a page reads rows and never scans orders."""

from __future__ import annotations

from typing import Any

from django.db import models

from programs.models import Merchant

MONEY: dict[str, Any] = {"max_digits": 16, "decimal_places": 3, "default": 0}


class DailyKpi(models.Model):
    """What happened at a merchant on one local day; sums of days are the figures of a period."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="daily_kpis")
    day = models.DateField()
    order_count = models.PositiveIntegerField(default=0)
    sales = models.DecimalField(**MONEY)
    refunds = models.DecimalField(**MONEY)
    joined_count = models.PositiveIntegerField(default=0)
    points_earned = models.BigIntegerField(default=0)
    points_redeemed = models.BigIntegerField(default=0)
    points_expired = models.BigIntegerField(default=0)
    points_clawed_back = models.BigIntegerField(default=0)
    points_adjusted = models.BigIntegerField(default=0)
    points_outstanding = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "day"], name="daily_kpi_once_per_day")]


class WindowKpi(models.Model):
    """Counts of people over the whole weeks that end on a day; people cannot be added up day by day."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="window_kpis")
    day = models.DateField()
    weeks = models.PositiveSmallIntegerField()
    active_count = models.PositiveIntegerField(default=0)
    previous_count = models.PositiveIntegerField(default=0)
    returned_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "day", "weeks"], name="window_kpi_once_per_day")]

"""What the radar saw: acts that may be abuse, each with its evidence, until somebody has looked into it."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models import Member
from programs.models import Merchant, Staff

AT_LEAST_ONE = [MinValueValidator(1)]


class RadarLimits(models.Model):
    """From when on a shop wants to hear of something; a shop without a row has these defaults."""

    merchant = models.OneToOneField(Merchant, models.CASCADE, primary_key=True, related_name="radar_limits")
    card_times = models.PositiveSmallIntegerField(
        _("purchases on one card by the same person in a day"), default=4, validators=[MinValueValidator(2)]
    )
    manual_percent = models.PositiveSmallIntegerField(
        _("percent of a cashier’s points given by hand, in four weeks"),
        default=25,
        validators=[*AT_LEAST_ONE, MaxValueValidator(100)],
    )
    near_limit_times = models.PositiveSmallIntegerField(
        _("adjustments just below a person’s limit in a week"), default=3, validators=[MinValueValidator(2)]
    )
    redeemed_times = models.PositiveSmallIntegerField(
        _("rewards in a week that only an adjustment just before made possible"), default=2, validators=AT_LEAST_ONE
    )
    friends = models.PositiveSmallIntegerField(
        _("friends of one member who joined from the same device"), default=3, validators=[MinValueValidator(2)]
    )

    def __str__(self) -> str:
        return f"radar of {self.merchant}"


class RadarAlert(models.Model):
    """Acts of one person, or about one member, that crossed a limit.

    `evidence` holds the ids of the rows that say so: orders, adjustments, redemptions or members, by kind. While it
    is open, later nights add to it; once it is settled, only what came after counts.
    """

    class Kind(models.TextChoices):
        SAME_CARD = "same-card", _("One card many times a day")
        MANUAL_SHARE = "manual-share", _("Many points by hand")
        NEAR_LIMIT = "near-limit", _("Just below the limit")
        REDEEMED_AFTER = "redeemed-after", _("Rewards right after adjustments")
        ONE_DEVICE = "one-device", _("Friends from one device")

    class Finding(models.TextChoices):
        FINE = "fine", _("All is well")
        DEALT_WITH = "dealt-with", _("It was dealt with")

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="radar_alerts")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    staff = models.ForeignKey(Staff, models.CASCADE, null=True, related_name="+")
    member = models.ForeignKey(Member, models.CASCADE, null=True, related_name="+")
    first_on = models.DateField()
    last_on = models.DateField()
    evidence = models.JSONField(default=list)
    share = models.PositiveSmallIntegerField(null=True)  # percent, of MANUAL_SHARE only
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    finding = models.CharField(max_length=10, choices=Finding.choices, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-last_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "kind", "staff", "member"],
                condition=Q(settled_at=None),
                nulls_distinct=False,
                name="radar_alert_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.first_on}"

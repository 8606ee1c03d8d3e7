"""Things that points become: rewards, and the redemptions that hand them out."""

from __future__ import annotations

from datetime import datetime

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from members import families
from members.models import Account, LedgerEntry, Member
from programs.models import Location, Merchant, Program, Staff


class Reward(models.Model):
    """Something a member can have for points."""

    class Period(models.TextChoices):
        DAY = "day", _("day")
        WEEK = "week", _("week")
        MONTH = "month", _("month")
        LIFETIME = "lifetime", _("lifetime")

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="rewards")
    program = models.ForeignKey(Program, models.PROTECT, related_name="rewards")
    name = models.CharField(_("reward name"), max_length=80)
    description = models.CharField(_("description"), max_length=200, blank=True)
    icon = models.CharField(_("picture"), max_length=20, default="gift")
    points_price = models.PositiveIntegerField(_("cost"), validators=[MinValueValidator(1)])
    money_value = models.DecimalField(_("worth"), max_digits=14, decimal_places=3, null=True, blank=True)
    stock = models.PositiveIntegerField(_("in stock"), null=True, blank=True)
    limit_times = models.PositiveIntegerField(_("times per member"), null=True, blank=True)
    limit_per = models.CharField(_("per"), max_length=10, choices=Period.choices, default=Period.MONTH)
    min_tier = models.CharField(_("from tier"), max_length=40, blank=True)
    voucher_minutes = models.PositiveIntegerField(
        _("minutes to show the voucher"), default=15, validators=[MinValueValidator(1)]
    )
    is_active = models.BooleanField(_("on offer"), default=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["points_price", "id"]

    def __str__(self) -> str:
        return self.name


class RedemptionQuerySet(models.QuerySet["Redemption"]):
    def of_member(self, member: Member) -> RedemptionQuerySet:
        """Those of a member, by whatever card of theirs."""
        return self.filter(account__in=families.accounts_of(member))

    def live(self, now: datetime) -> RedemptionQuerySet:
        """Vouchers that can be shown at the till at that instant."""
        return self.filter(state=Redemption.State.OPEN, expires_at__gt=now)

    def lapsed(self, now: datetime) -> RedemptionQuerySet:
        """Vouchers that nobody used in time and whose points have not come back yet."""
        return self.filter(state=Redemption.State.OPEN, expires_at__lte=now)

    def counted(self) -> RedemptionQuerySet:
        """Redemptions that count towards a member's limit: all but the cancelled ones."""
        return self.exclude(state__in=[Redemption.State.CANCELLED, Redemption.State.LAPSED])


class Redemption(models.Model):
    """One reward handed to one member: a voucher until it is used."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        USED = "used", _("Used")
        CANCELLED = "cancelled", _("Cancelled")
        LAPSED = "lapsed", _("Not used in time")

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="redemptions")
    program = models.ForeignKey(Program, models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, related_name="redemptions")
    reward = models.ForeignKey(Reward, models.PROTECT, related_name="redemptions")
    entry = models.OneToOneField(LedgerEntry, models.PROTECT, related_name="redemption")
    reference = models.CharField(max_length=80)
    code = models.CharField(max_length=12)
    points = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    redeemed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    used_location = models.ForeignKey(Location, models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = RedemptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merchant", "reference"], name="redemption_reference_once"),
            models.UniqueConstraint(fields=["merchant", "code"], name="redemption_code_once"),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state="open"), name="redemption_open"),
            models.Index(fields=["reward", "account"], name="redemption_limit"),
        ]

    def __str__(self) -> str:
        return self.code

"""Accounts, entries, lots and draws. `members/ledger.py` alone writes these tables; here is how they are read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from loyalty_site.triggers import final, never_deleted, unchanged
from members.models.member import Member
from programs.models import Program, ProgramVersion

MONEY: dict[str, Any] = {"max_digits": 14, "decimal_places": 3}


ENDS_EARLIER = pgtrigger.Q(old__expires_at__isnull=True, new__expires_at__isnull=False) | pgtrigger.Q(
    new__expires_at__lt=pgtrigger.F("old__expires_at")
)


class Account(models.Model):
    """A member's holding in one program. Always: balance = sum of entries = sum of open lots - debt.

    `qualifying` is the sum of what counts for tiers in the entries dated `qualifying_since` or later, in the basis of
    `qualifying_version`; null where nobody has counted yet.
    """

    member = models.ForeignKey(Member, models.CASCADE, related_name="accounts")
    program = models.ForeignKey(Program, models.CASCADE, related_name="accounts")
    balance = models.BigIntegerField(default=0, db_default=0)
    debt = models.BigIntegerField(default=0, db_default=0)
    earned = models.BigIntegerField(default=0, db_default=0)
    redeemed = models.BigIntegerField(default=0, db_default=0)
    qualifying = models.DecimalField(**MONEY, default=0, db_default=0)
    qualifying_since = models.DateTimeField(null=True)
    qualifying_version = models.ForeignKey(
        ProgramVersion,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,  # versions are never deleted, and a review would have it checked for everybody
    )
    carry = models.DecimalField(**MONEY, default=0, db_default=0)
    order_count = models.PositiveIntegerField(default=0, db_default=0)
    order_total = models.DecimalField(**MONEY, default=0, db_default=0)
    last_order_at = models.DateTimeField(null=True)
    last_activity_at = models.DateTimeField(null=True)
    tier_code = models.CharField(max_length=40, default="", db_default="")
    tier_since = models.DateTimeField(null=True)
    demote_on = models.DateField(null=True)
    pinned_until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "member"], name="account_once_per_program"),
            models.CheckConstraint(condition=Q(debt__gte=0), name="account_debt_not_negative"),
            models.CheckConstraint(condition=Q(balance__gte=-F("debt")), name="account_balance_above_debt"),
        ]
        triggers = [
            *never_deleted("account"),
            unchanged("account_keeps_its_owner", "member_id", "program_id"),
        ]


class EntryKind(models.TextChoices):
    EARN = "earn", _("Earned")
    REDEEM = "redeem", _("Redeemed")
    EXPIRE = "expire", _("Expired")
    ADJUST = "adjust", _("Adjusted")
    CLAWBACK = "clawback", _("Taken back")
    RESTORE = "restore", _("Given back")
    TRANSFER = "transfer", _("Moved")
    FORFEIT = "forfeit", _("Forfeited")


class LedgerEntry(models.Model):
    """One immutable movement of points. An order that earns nothing has an entry of 0 points that says why.

    `program` is a copy of the account's; the audit compares copies, which costs less than a foreign key for each.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="entries", db_index=False)
    program = models.ForeignKey(Program, models.PROTECT, related_name="entries", db_index=False, db_constraint=False)
    kind = models.CharField(max_length=10, choices=EntryKind.choices)
    points = models.BigIntegerField()
    balance_after = models.BigIntegerField()
    qualifying = models.BigIntegerField(default=0, db_default=0)
    reference = models.CharField(max_length=120)
    occurred_at = models.DateTimeField()
    posted_at = models.DateTimeField(db_default=Now())
    version = models.ForeignKey(ProgramVersion, models.PROTECT, null=True, related_name="+", db_index=False)
    order = models.ForeignKey("members.Order", models.PROTECT, null=True, related_name="entries")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.CharField(max_length=200, blank=True)
    explain = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = _("ledger entries")
        constraints = [
            models.UniqueConstraint(fields=["program", "reference"], name="entry_reference_once"),
            models.CheckConstraint(
                condition=~Q(points=0) | Q(kind__in=["earn", "clawback"]), name="entry_moves_points"
            ),
        ]
        indexes = [
            models.Index(
                fields=["account", "-id"], include=["points", "balance_after", "kind"], name="entry_of_account"
            ),
            models.Index(
                fields=["account", "occurred_at"], include=["qualifying"], condition=Q(kind="earn"), name="entry_earned"
            ),
            models.Index(fields=["account"], condition=Q(kind="clawback"), name="entry_taken_back"),
            models.Index(fields=["program", "occurred_at"], name="entry_by_day"),
            models.Index(
                fields=["program", "occurred_at"],
                condition=Q(kind__in=["adjust", "transfer", "expire", "forfeit"]),
                name="entry_uncommon",
            ),
            BrinIndex(fields=["posted_at"], name="entry_posted", autosummarize=True),
        ]
        triggers = final("entry")

    def __str__(self) -> str:
        return f"{self.kind} {self.points:+}"


class PointsLotQuerySet(models.QuerySet["PointsLot"]):
    def open(self) -> PointsLotQuerySet:
        return self.filter(remaining__gt=0)

    def spendable(self, now: datetime) -> PointsLotQuerySet:
        """Open, available and not expired at that instant, whether or not a job has posted the expiry."""
        return self.open().filter(available_at__lte=now).filter(Q(expires_at=None) | Q(expires_at__gt=now))

    def pending(self, now: datetime) -> PointsLotQuerySet:
        return self.open().filter(available_at__gt=now)

    def due(self, now: datetime) -> PointsLotQuerySet:
        """Expired at that instant and not yet posted as expired."""
        return self.open().filter(expires_at__lte=now)

    def spend_order(self) -> PointsLotQuerySet:
        """First to expire goes first; lots that never expire go last; then earned first."""
        return self.order_by(F("expires_at").asc(nulls_last=True), "available_at", "entry_id")


class PointsLot(models.Model):
    """The points of one credit, with its own availability and expiry. A lot bears the number of its entry.

    `account` and `program` are copies of the entry's.
    """

    entry = models.OneToOneField(LedgerEntry, models.PROTECT, primary_key=True, related_name="lot")
    account = models.ForeignKey(Account, models.PROTECT, related_name="lots", db_index=False, db_constraint=False)
    program = models.ForeignKey(Program, models.PROTECT, related_name="lots", db_index=False, db_constraint=False)
    points = models.BigIntegerField()
    remaining = models.BigIntegerField()
    available_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    objects = PointsLotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(remaining__gte=0) & Q(remaining__lte=F("points")), name="lot_remaining_within_points"
            ),
        ]
        indexes = [
            models.Index(
                F("account"),
                F("expires_at").asc(nulls_last=True),
                F("entry"),
                include=["points", "remaining", "available_at"],
                condition=Q(remaining__gt=0),
                name="lot_spend_order",
            ),
            models.Index(
                fields=["program", "expires_at", "account"],
                include=["remaining"],
                condition=Q(remaining__gt=0) & Q(expires_at__isnull=False),
                name="lot_due",
            ),
        ]
        triggers = [
            *never_deleted("lot"),
            unchanged("lot_keeps_its_origin", "entry_id", "account_id", "program_id", "points", "available_at"),
            unchanged("lot_does_not_end_earlier", "expires_at", condition=ENDS_EARLIER),
        ]


class LotDraw(models.Model):
    """What a debit took from a lot; negative when a restore put it back. Points of a lot = remaining + its draws."""

    entry = models.ForeignKey(LedgerEntry, models.PROTECT, related_name="draws")
    lot = models.ForeignKey(PointsLot, models.PROTECT, related_name="draws")
    points = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(points=0), name="draw_moves_points")]
        triggers = final("draw")


class TierChange(models.Model):
    """One step of an account from tier to tier, and why."""

    class Cause(models.TextChoices):
        JOINED = "joined", _("Joined")
        EARNED = "earned", _("Reached")
        REVIEW = "review", _("Review")
        PINNED = "pinned", _("Set by staff")
        UNDONE = "undone", _("Purchase undone")
        EDITED = "edited", _("The tiers changed")

    account = models.ForeignKey(Account, models.PROTECT, related_name="tier_changes")
    program = models.ForeignKey(Program, models.PROTECT, related_name="+")
    from_code = models.CharField(max_length=40, blank=True)
    to_code = models.CharField(max_length=40, blank=True)
    cause = models.CharField(max_length=10, choices=Cause.choices)
    changed_at = models.DateTimeField()
    posted_at = models.DateTimeField(db_default=Now())
    version = models.ForeignKey(ProgramVersion, models.PROTECT, null=True, related_name="+")

    class Meta:
        triggers = final("tier_change")


class RuleIssue(models.Model):
    """What a rule with a budget has given in total, in points: the sum over the entries that it fired in."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="+", db_index=False)
    code = models.CharField(max_length=40)
    points = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["program", "code"], name="rule_issue_once")]

"""Accounts and entries. `members/ledger.py` alone writes these tables; here is how they are read."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from loyalty_site.triggers import final, never_deleted, unchanged
from members.models.member import Member
from programs.models import Program, ProgramVersion

MONEY: dict[str, Any] = {"max_digits": 14, "decimal_places": 3}


class AccountQuerySet(models.QuerySet["Account"]):
    def present(self) -> AccountQuerySet:
        """Without those of members who were merged into another or erased: whom counts of people speak of."""
        erased = Member.objects.filter(pk=OuterRef("member"), erased_at__isnull=False)
        return self.filter(~Exists(erased), merged_into=None)


class Account(models.Model):
    """A member's holding in one program. Always: balance = sum of entries = sum of open lots - debt.

    `qualifying` is the sum of what counts for tiers in the entries dated `qualifying_since` or later, in the basis of
    `qualifying_version`; null where nobody has counted yet. What was awarded to accounts that were
    `merged_into` this one counts here.
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
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged", db_index=False)

    objects = AccountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["program", "member"], name="account_once_per_program"),
            models.CheckConstraint(condition=Q(debt__gte=0), name="account_debt_not_negative"),
            models.CheckConstraint(condition=Q(balance__gte=-F("debt")), name="account_balance_above_debt"),
        ]
        indexes = [
            models.Index(fields=["program", "tier_code", "member"], name="account_in_tier"),
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="account_merged"),
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


class TierChange(models.Model):
    """One step of an account from tier to tier, and why."""

    class Cause(models.TextChoices):
        JOINED = "joined", _("Joined")
        EARNED = "earned", _("Reached")
        REVIEW = "review", _("Review")
        PINNED = "pinned", _("Set by staff")
        UNDONE = "undone", _("Purchase undone")
        EDITED = "edited", _("The tiers changed")
        MERGED = "merged", _("Merged with another card")
        UNMERGED = "unmerged", _("Merge undone")

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

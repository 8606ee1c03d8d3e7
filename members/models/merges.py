"""Members who turned out to be one person: merges, the lots they moved, and pairs that may be the same person."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from loyalty_site.triggers import final
from members.models.lots import PointsLot
from members.models.member import Member
from programs.models import Merchant, Staff

UNDO_DAYS = 30


class MergeQuerySet(models.QuerySet["Merge"]):
    def standing(self) -> MergeQuerySet:
        """Those that nobody has undone."""
        return self.filter(undone_at=None)


class Merge(models.Model):
    """One member became another: `member` ended, `into` stays.

    `before` has what was written over: the fields of both members, and by program how the account that stays stood.
    `moved` names, by table, the rows that follow the member and go back with an undo.
    """

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="merges", db_index=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="merges_away")
    into = models.ForeignKey(Member, models.PROTECT, related_name="merges_here")
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    before = models.JSONField(default=dict)
    moved = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")

    objects = MergeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member"], condition=Q(undone_at=None), name="merge_once"),
            models.CheckConstraint(condition=~Q(member=F("into")), name="merge_of_two"),
        ]
        indexes = [models.Index(fields=["merchant", "-at"], name="merge_newest")]

    def __str__(self) -> str:
        return f"{self.member} into {self.into}"

    @property
    def undo_until(self) -> datetime:
        """Until when it can be undone."""
        return self.at + timedelta(days=UNDO_DAYS)


class LotMove(models.Model):
    """A lot that went from the account that ended to the one that stays: what was left in it opened another lot."""

    merge = models.ForeignKey(Merge, models.PROTECT, related_name="lot_moves")
    lot = models.ForeignKey(PointsLot, models.PROTECT, related_name="moves_on")
    into = models.OneToOneField(PointsLot, models.PROTECT, related_name="moved_from")
    points = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(points__gt=0), name="lot_move_has_points")]
        triggers = final("lot_move")


class DuplicateQuerySet(models.QuerySet["Duplicate"]):
    def open(self) -> DuplicateQuerySet:
        """Those about which nobody has decided, of members who are still there."""
        present = {f"{side}__{field}": None for side in ("first", "second") for field in ("merged_into", "erased_at")}
        return self.filter(dismissed_at=None, **present)

    def of_member(self, member: Member) -> DuplicateQuerySet:
        return self.open().filter(Q(first=member) | Q(second=member)).order_by("pk")


class Duplicate(models.Model):
    """Two members who may be one person, and why it seems so; `first` has the lower id. Staff may say they are not."""

    class Reason(models.TextChoices):
        PHONE = "phone", _("Same phone number")
        EMAIL = "email", _("Same e-mail address in another spelling")
        PERSON = "person", _("Similar name and same birthday")

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="duplicates", db_index=False)
    first = models.ForeignKey(Member, models.CASCADE, related_name="+")
    second = models.ForeignKey(Member, models.CASCADE, related_name="+")
    reasons = ArrayField(models.CharField(max_length=10, choices=Reason.choices))
    found_at = models.DateTimeField(db_default=Now())
    dismissed_at = models.DateTimeField(null=True)
    dismissed_by = models.ForeignKey(Staff, models.SET_NULL, null=True, related_name="+")

    objects = DuplicateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="duplicate_in_order"),
        ]
        indexes = [
            models.Index(fields=["merchant", "-id"], condition=Q(dismissed_at=None), name="duplicate_open"),
        ]

    def __str__(self) -> str:
        return f"{self.first}, {self.second}"

    @property
    def why(self) -> str:
        """Why it seems that they are one person, in words."""
        return ", ".join(str(Duplicate.Reason(reason).label) for reason in self.reasons)

    def other(self, member: Member) -> Member:
        """The member of the pair that is not this one."""
        return self.second if self.first_id == member.pk else self.first

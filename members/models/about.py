"""What a shop keeps of a member besides points: notes of its staff, fields of its own, and who brought whom."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from members.models.member import Member
from members.models.orders import Order
from programs.models import Merchant, Staff


class MemberNote(models.Model):
    """What somebody of the staff wrote about a member, who never sees it; one of a member's notes may be pinned."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    member = models.ForeignKey(Member, models.CASCADE, related_name="notes")
    text = models.CharField(_("note"), max_length=500)
    is_pinned = models.BooleanField(_("shown at the till"), default=False, db_default=False)
    author = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-is_pinned", "-written_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["member"], condition=Q(is_pinned=True), name="member_note_pinned_once"),
            models.CheckConstraint(condition=~Q(text=""), name="member_note_says_something"),
        ]

    def __str__(self) -> str:
        return self.text


class MemberFieldQuerySet(models.QuerySet["MemberField"]):
    def kept(self) -> MemberFieldQuerySet:
        """Those that the shop keeps: all but the removed ones, whose values a job takes away."""
        return self.filter(removed_at=None)


class MemberField(models.Model):
    """Something that a shop keeps of each of its members; `Member.fields` has the values by `code`.

    Values are text, in one spelling for each kind: 42.5, 2026-11-22, the choice itself; yes and no are true and false.
    """

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", _("Number")
        DATE = "date", _("Date")
        CHOICE = "choice", _("One of several")
        YES_NO = "yes_no", _("Yes or no")

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="member_fields")
    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.TEXT)
    choices = ArrayField(models.CharField(max_length=60), verbose_name=_("choices"), default=list, blank=True)
    is_at_till = models.BooleanField(_("shown at the till"), default=False)
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    removed_at = models.DateTimeField(null=True, editable=False)

    objects = MemberFieldQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["merchant", "code"], name="member_field_code_once"),
            models.UniqueConstraint(
                "merchant",
                Lower("name"),
                condition=Q(removed_at=None),
                name="member_field_name_once",
                violation_error_message=_("There is a field of this name already."),
            ),
            models.CheckConstraint(
                condition=Q(kind="choice", choices__len__gte=2) | (~Q(kind="choice") & Q(choices=[])),
                name="member_field_choices",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Referral(models.Model):
    """A member who brought somebody along; nobody is brought twice. The reference is that of the reported event."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="referrals")
    member = models.ForeignKey(Member, models.CASCADE, related_name="referrals")
    friend = models.OneToOneField(Member, models.CASCADE, related_name="brought_by")
    source = models.CharField(max_length=10, choices=Order.Source.choices)
    reference = models.CharField(max_length=80)
    occurred_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["-occurred_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["merchant", "source", "reference"], name="referral_reference_once"),
            models.CheckConstraint(condition=~Q(member=models.F("friend")), name="referral_of_somebody_else"),
        ]

    def __str__(self) -> str:
        return f"{self.member} brought {self.friend}"

"""Numbers that a member's card had, or has besides its own. `members/cards.py` writes them."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from members import numbers
from members.models.member import Member
from programs.models import Merchant, Staff


class CardNumberQuerySet(models.QuerySet["CardNumber"]):
    def working(self) -> CardNumberQuerySet:
        """Numbers that find their member, as the card of somebody who was merged does."""
        return self.filter(works=True)

    def withdrawn(self) -> CardNumberQuerySet:
        """Numbers of members' cards that find nobody any more, and that nobody else gets."""
        return self.filter(works=False, member__isnull=False)


class CardNumber(models.Model):
    """Another number of a member: of a card that was merged into theirs and works on, or of one that was replaced.

    Numbers of somebody who was erased stay without a member or a date: taken for ever, and of nobody.

    The number that stands on the member's own card is `Member.number`. The database keeps newcomers from numbers
    that stand here.
    """

    class Reason(models.TextChoices):
        MERGED = "merged", _("Merged")
        LOST = "lost", _("Lost")
        STOLEN = "stolen", _("Stolen")
        WORN = "worn", _("Worn out")
        OTHER = "other", _("Another card")
        ERASED = "erased", _("Erased")

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="card_numbers")
    number = models.CharField(max_length=20)
    member = models.ForeignKey(Member, models.CASCADE, null=True, related_name="other_numbers")
    works = models.BooleanField()
    reason = models.CharField(max_length=10, choices=Reason.choices)
    since = models.DateTimeField(null=True, db_default=Now())
    by = models.ForeignKey(Staff, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = CardNumberQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "number"], name="card_number_once")]

    def __str__(self) -> str:
        """The number as people read it."""
        return numbers.spaced(self.number)


class PhoneCode(models.Model):
    """A code that was asked for with a phone number; it is sent only where the number is a member's.

    `digest` is of the code, "" before it is sent; nobody keeps the code itself. Rows stay for a day.
    """

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="+")
    ticket = models.UUIDField(unique=True, default=uuid4)
    phone = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, default="", blank=True)
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["merchant", "phone", "asked_at"], name="phone_code_asked")]

    def __str__(self) -> str:
        return str(self.ticket)

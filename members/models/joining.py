"""From which device a member joined: a keyed digest that says only whether two are the same."""

from __future__ import annotations

from django.db import models

from members.models.member import Member
from programs.models import Merchant


class JoinedFrom(models.Model):
    """The device that a member joined from, where it was their own act in the portal; kept for half a year."""

    member = models.OneToOneField(Member, models.CASCADE, primary_key=True, related_name="joined_from")
    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="+", db_index=False)
    device = models.CharField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["merchant", "device"], name="joined_from_device"),
            models.Index(fields=["at"], name="joined_from_when"),
        ]

    def __str__(self) -> str:
        return self.device

"""How people come to work at a shop and say who they are at its till: invitations and PINs."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from programs.models.shop import Location, Merchant, Role, Staff


class Pin(models.Model):
    """What one person types at the till to take over from another; kept as a digest, and guessed slowly.

    `wrong_count` counts the wrong tries since the last right one, `rests_until` is when the next try is looked at.
    """

    staff = models.OneToOneField(Staff, models.CASCADE, related_name="pin")
    secret = models.CharField(max_length=128)
    set_at = models.DateTimeField()
    wrong_count = models.PositiveSmallIntegerField(default=0, db_default=0)
    rests_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"PIN of {self.staff_id}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> InvitationQuerySet:
        """Neither accepted nor withdrawn; those that are over by time are among them, to be sent anew."""
        return self.filter(accepted_at=None, withdrawn_at=None)


class Invitation(models.Model):
    """A link by which somebody comes to work at a shop; the link itself is shown once, here is its digest."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail"), max_length=254)
    name = models.CharField(_("name"), max_length=120, blank=True)
    role = models.PositiveSmallIntegerField(_("role"), choices=Role.choices)
    location = models.ForeignKey(Location, models.SET_NULL, null=True, blank=True, verbose_name=_("works at"))
    reference = models.CharField(max_length=36)
    digest = models.CharField(max_length=64, unique=True)
    author = models.ForeignKey(Staff, models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["merchant", "reference"], name="invitation_reference_once"),
            models.UniqueConstraint(
                fields=["merchant", "email"],
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="invitation_open_once",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    def is_over(self, now: datetime) -> bool:
        """Whether its time has passed."""
        return self.expires_at <= now

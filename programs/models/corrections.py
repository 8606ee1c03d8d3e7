"""What staff may do to points by hand: the reasons that a shop knows, and how much each role may do alone."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from programs.models.shop import Merchant, Role


class Reason(models.Model):
    """A reason for adjusting points, as staff choose it and members read it; a retired one is not offered any more."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="reasons")
    words = models.CharField(_("reason"), max_length=80)
    is_active = models.BooleanField(_("offered"), default=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("merchant", Lower("words"), name="reason_once_per_merchant"),
            models.CheckConstraint(condition=~models.Q(words=""), name="reason_has_words"),
        ]

    def __str__(self) -> str:
        return self.words


class RoleLimit(models.Model):
    """How many points people of a role may add or take alone, each time and in a local day, where nobody set another
    limit for the person."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="role_limits")
    role = models.PositiveSmallIntegerField(_("role"), choices=Role.choices)
    adjust_limit = models.PositiveIntegerField(_("points per adjustment"))
    adjust_limit_day = models.PositiveIntegerField(_("points a day"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "role"], name="role_limit_once_per_merchant")]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.adjust_limit}, {self.adjust_limit_day}"

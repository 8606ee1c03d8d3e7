"""How long a shop keeps what it knows of people."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from programs.models import Merchant


class Retention(models.Model):
    """After how many months something goes by itself; null keeps it. A shop without a row keeps everything."""

    merchant = models.OneToOneField(Merchant, models.CASCADE, primary_key=True, related_name="retention")
    unseen_months = models.PositiveSmallIntegerField(_("members who no longer come"), null=True)
    notice_months = models.PositiveSmallIntegerField(_("notices that were sent"), null=True)

    def __str__(self) -> str:
        return f"{self.merchant}"

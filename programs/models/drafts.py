"""What a program is about to promise: the one unpublished state of its terms."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from programs.models.shop import Program


class Draft(models.Model):
    """The draft of a program; its document always parses. `revision` counts its edits, from 1.

    `base_number` is the version from which it departs, 0 for a program that is not live yet.
    """

    program = models.OneToOneField(Program, models.CASCADE, related_name="draft")
    terms = models.JSONField()
    base_number = models.PositiveIntegerField()
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())
    edited_at = models.DateTimeField(db_default=Now())
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.program} draft {self.revision}"

"""How far nightly work has come, so that the next night looks only at what changed since."""

from __future__ import annotations

from django.db import models

from programs.models import Program


class TierMark(models.Model):
    """The begin of a program's tier window in the last review that ended well: what was dated before has left it."""

    program = models.OneToOneField(Program, models.CASCADE, primary_key=True, related_name="+")
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.program} since {self.since}"

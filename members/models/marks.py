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


class KeptBooks(models.Model):
    """A program's totals of all entries posted before an instant, by kind of entry, as the last audit found them."""

    program = models.OneToOneField(Program, models.CASCADE, primary_key=True, related_name="+")
    until = models.DateTimeField()
    points = models.JSONField()

    def __str__(self) -> str:
        return f"{self.program} until {self.until}"

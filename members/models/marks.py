"""How far work has come: what the next night need not look at again, which versions have reached the members."""

from __future__ import annotations

from django.db import models

from programs.models import Program, ProgramVersion


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


class VersionJob(models.Model):
    """A kind of job that a version asked for, and the day of the job that was opened for it; once and for all."""

    version = models.ForeignKey(ProgramVersion, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    business_on = models.DateField()
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "kind"], name="version_job_once")]

    def __str__(self) -> str:
        return f"{self.kind} for {self.version}"

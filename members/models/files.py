"""Files that came in or go out, kept in the database in parts, so that any worker has them, and until a day only."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from programs.models import Merchant, Staff


class KeptFile(models.Model):
    """A file of a shop; its bytes are its parts, in order. After `expires_at` it is swept away."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    size = models.BigIntegerField(default=0)
    kept_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="file_expiring")]

    def __str__(self) -> str:
        return self.name


class FilePart(models.Model):
    """Some bytes of a file."""

    file = models.ForeignKey(KeptFile, models.CASCADE, related_name="parts", db_index=False)
    position = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "position"], name="file_part_once")]


class Export(models.Model):
    """A file that was asked for: of what, for whom, and the file once a job has written it."""

    class Kind(models.TextChoices):
        MEMBERS = "members", _("Members")
        ENTRIES = "entries", _("Movements of points")
        ORDERS = "orders", _("Orders")

    class Format(models.TextChoices):
        CSV = "csv", _("CSV, for other systems")
        XLSX = "xlsx", _("XLSX, for spreadsheets")

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="exports")
    reference = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    format = models.CharField(max_length=10, choices=Format.choices)
    chosen = models.JSONField(default=dict)  # which rows: {"since", "until", "list"}, each may be missing
    asked_by = models.ForeignKey(Staff, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)
    row_count = models.BigIntegerField(default=0)
    file = models.OneToOneField(KeptFile, models.SET_NULL, null=True, related_name="export")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "reference"], name="export_reference_once")]
        indexes = [models.Index(fields=["merchant", "-id"], name="export_of_merchant")]

    def __str__(self) -> str:
        return f"{self.kind}.{self.format}"

"""Imports: a file that was looked through, what stands in its rows, and what became of each."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from members.models.files import KeptFile
from programs.models import Merchant, Program, Staff


class Import(models.Model):
    """A file on its way in: chosen, its columns named, looked through, imported by a job, perhaps undone.

    `columns` says where our columns stand in the file; `looked`, `done` and `undone` are the figures of each step.
    """

    class Kind(models.TextChoices):
        MEMBERS = "members", _("Members")
        BALANCES = "balances", _("Opening balances")
        ORDERS = "orders", _("Orders")

    class State(models.TextChoices):
        CHOSEN = "chosen", _("Columns to be named")
        LOOKING = "looking", _("Being looked through")
        LOOKED = "looked", _("Not imported yet")
        RUNNING = "running", _("Being imported")
        DONE = "done", _("Imported")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")
        DISCARDED = "discarded", _("Thrown away")

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="imports")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.CHOSEN)
    file = models.OneToOneField(KeptFile, models.SET_NULL, null=True, related_name="imported")
    file_name = models.CharField(max_length=200)
    program = models.ForeignKey(Program, models.PROTECT, null=True, related_name="+")
    dialect = models.JSONField(default=dict)  # {"format", "encoding", "separator"}
    header = models.JSONField(default=list)
    samples = models.JSONField(default=list)  # the first rows, as they stand in the file
    columns = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    started_by = models.ForeignKey(Staff, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    imported_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    looked = models.JSONField(default=dict)
    done = models.JSONField(default=dict)
    undone = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["merchant", "-id"], name="import_of_merchant")]

    def __str__(self) -> str:
        return self.file_name


class ImportRow(models.Model):
    """One record of a file, which may be several of its rows, and what the import made of it.

    `whose` keeps a member's records together: the member's id, or a number below 0 for a stranger. `keys` are what
    nobody else in the file may have. `made_id` is the row that it made or filled in, `before` what that held.
    """

    class State(models.IntegerChoices):
        WAITING = 0, _("Waits")
        REFUSED = 1, _("Refused")
        DONE = 2, _("Imported")
        KNOWN = 3, _("Known before")
        UNDONE = 4, _("Undone")
        STAYS = 5, _("Cannot be undone")

    imported = models.ForeignKey(Import, models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField()
    whose = models.BigIntegerField()
    at = models.DateTimeField(null=True)
    cells = models.JSONField(default=list)
    keys = ArrayField(models.TextField(), default=list)
    state = models.PositiveSmallIntegerField(choices=State.choices, default=State.WAITING)
    problem = models.TextField(blank=True)
    made_id = models.BigIntegerField(null=True)
    before = models.JSONField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["imported", "whose", "at", "number"], name="import_row_by_member"),
            models.Index(fields=["imported", "number"], condition=~Q(problem=""), name="import_row_refused"),
            models.Index(fields=["made_id"], condition=Q(made_id__isnull=False), name="import_row_made"),
        ]


class ColumnMap(models.Model):
    """How a shop named the columns of files with this header, so that the next one is understood."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Import.Kind.choices)
    header_digest = models.CharField(max_length=64)
    columns = models.JSONField(default=dict)
    options = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merchant", "kind", "header_digest"], name="column_map_once"),
        ]

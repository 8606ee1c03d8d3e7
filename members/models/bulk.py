"""One change to many members at once: who was chosen, what is to be done, and what came of it for each."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from members.models.member import Member
from members.models.orders import Adjustment
from programs.models import Merchant, Program, Staff


class Bulk(models.Model):
    """A change to chosen members: drafted, reviewed, perhaps approved by a second person, then done by a job.

    `points` is the same for everybody, or null where each row has its own. `query` says which list the members were
    chosen from, without what was searched.
    """

    class Kind(models.TextChoices):
        TAG = "tag", _("Add a tag")
        UNTAG = "untag", _("Take a tag away")
        ADJUST = "adjust", _("Adjust points")
        EXPORT = "export", _("Export")

    class State(models.TextChoices):
        DRAFT = "draft", _("Not started")
        WAITING = "waiting", _("Waits for a second person")
        RUNNING = "running", _("At work")
        DONE = "done", _("Done")
        DECLINED = "declined", _("Declined")

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="bulks")
    author = models.ForeignKey(Staff, models.PROTECT, related_name="bulks")
    reference = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    query = models.CharField(max_length=2_000, blank=True)
    tag = models.CharField(max_length=120, blank=True)
    program = models.ForeignKey(Program, models.PROTECT, null=True, related_name="+")
    points = models.IntegerField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merchant", "reference"], name="bulk_reference_once"),
            models.CheckConstraint(condition=Q(points__isnull=True) | ~Q(points=0), name="bulk_moves_points"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("author")), name="bulk_needs_two_people"
            ),
        ]
        indexes = [
            models.Index(fields=["merchant", "-id"], name="bulk_of_merchant"),
            models.Index(fields=["merchant"], condition=Q(state="waiting"), name="bulk_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class BulkRow(models.Model):
    """One member of a bulk change; `why_not` is the code of why a row was left out.

    A choice may have a million rows while somebody waits, so the database does not look each member up again.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        LEFT_OUT = "left-out", _("Left out")

    bulk = models.ForeignKey(Bulk, models.CASCADE, related_name="rows", db_index=False, db_constraint=False)
    member = models.ForeignKey(Member, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    points = models.IntegerField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING, db_default="waiting")
    why_not = models.CharField(max_length=40, default="", db_default="", blank=True)
    adjustment = models.ForeignKey(Adjustment, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bulk", "member"], name="bulk_row_once")]

"""What members are told ahead of time. A row is written with what it tells, and is its own outbox."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from members.models.ledger import Account
from programs.models import Program, ProgramVersion

PATIENCE = timedelta(hours=1)
REMEMBERED = timedelta(days=14)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def due(self, now: datetime) -> NoticeQuerySet:
        """Those that are to be mailed by now, the longest due first."""
        return self.filter(state=Notice.State.WAITING, due_at__lte=now).order_by("due_at", "id")

    def unsent(self, now: datetime) -> NoticeQuerySet:
        """Those that have waited for longer than mail takes, or were given up in the last days."""
        waits = Q(state=Notice.State.WAITING, created_at__lt=now - PATIENCE)
        return self.filter(waits | Q(state=Notice.State.FAILED, created_at__gte=now - REMEMBERED))

    def mail_again(self) -> int:
        """Put what waits for its next attempt, or was given up, to the front of the outbox; say how many."""
        unsent = self.filter(state__in=[Notice.State.WAITING, Notice.State.FAILED])
        return unsent.update(state=Notice.State.WAITING, due_at=Now(), attempt=0)


class Notice(models.Model):
    """One thing told to one member: what, about which day, on which local day, and what became of the mail.

    `subject_on` is the last day on which the points, or the tier, are still good; of new terms their first day.
    """

    class Kind(models.TextChoices):
        EXPIRY = "expiry", _("Points expire")
        TIER_WARNING = "tier-warning", _("Tier ends")
        NEW_TERMS = "new-terms", _("Terms change")

    class State(models.TextChoices):
        WAITING = "waiting", _("to be mailed")
        SENT = "sent", _("mailed")
        SHOWN = "shown", _("shown on the card, no address")
        OUTDATED = "outdated", _("not mailed, it was no longer so")
        FAILED = "failed", _("could not be mailed")

    account = models.ForeignKey(Account, models.CASCADE, related_name="notices", db_index=False)
    program = models.ForeignKey(Program, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    subject_on = models.DateField()
    notice_on = models.DateField()
    points = models.BigIntegerField(default=0, db_default=0)
    tier_code = models.CharField(max_length=40, default="", db_default="")
    version = models.ForeignKey(ProgramVersion, models.CASCADE, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField(db_default=Now())
    state = models.CharField(max_length=10, choices=State.choices)
    due_at = models.DateTimeField()
    attempt = models.PositiveSmallIntegerField(default=0, db_default=0)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, default="", db_default="")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind", "subject_on", "notice_on"],
                condition=~Q(kind="new-terms"),
                name="notice_once",
            ),
            models.UniqueConstraint(
                fields=["account", "version"], condition=Q(kind="new-terms"), name="notice_of_terms_once"
            ),
            models.CheckConstraint(
                condition=Q(version__isnull=False) | ~Q(kind="new-terms"), name="notice_of_terms_has_version"
            ),
            models.UniqueConstraint(
                fields=["account", "subject_on"], condition=Q(kind="tier-warning"), name="notice_of_tier_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="expiry", points__gt=0) | ~Q(kind="expiry"), name="notice_of_expiry_has_points"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="notice_outbox"),
            models.Index(fields=["program"], condition=Q(state__in=["waiting", "failed"]), name="notice_unsent"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_on}"

"""Lots and draws: what is left of each credit, until when, and what took the rest. `members/ledger.py` writes them."""

from __future__ import annotations

from datetime import datetime

import pgtrigger
from django.db import models
from django.db.models import F, Q

from loyalty_site.triggers import final, never_deleted, unchanged
from members.models.ledger import Account, LedgerEntry
from programs.models import Program

ENDS_EARLIER = pgtrigger.Q(old__expires_at__isnull=True, new__expires_at__isnull=False) | pgtrigger.Q(
    new__expires_at__lt=pgtrigger.F("old__expires_at")
)


class PointsLotQuerySet(models.QuerySet["PointsLot"]):
    def open(self) -> PointsLotQuerySet:
        return self.filter(remaining__gt=0)

    def spendable(self, now: datetime) -> PointsLotQuerySet:
        """Open, available and not expired at that instant, whether or not a job has posted the expiry."""
        return (
            self.open()
            .filter(available_at__lte=now)
            .filter(
                Q(expires_at=None) | Q(expires_at__gt=now),
                Q(program__points_end_at=None)
                | Q(program__points_end_at__gt=now)
                | Q(available_at__gte=F("program__points_end_at")),
            )
        )

    def pending(self, now: datetime) -> PointsLotQuerySet:
        return self.open().filter(available_at__gt=now)

    def due(self, now: datetime) -> PointsLotQuerySet:
        """Ended at that instant, and not yet posted so."""
        with_program = Q(program__points_end_at__lte=now, available_at__lt=F("program__points_end_at"))
        return self.open().filter(Q(expires_at__lte=now) | with_program)

    def spend_order(self) -> PointsLotQuerySet:
        """First to expire goes first; lots that never expire go last; then earned first."""
        return self.order_by(F("expires_at").asc(nulls_last=True), "available_at", "entry_id")


class PointsLot(models.Model):
    """The points of one credit, with its own availability and expiry. A lot bears the number of its entry.

    `account` and `program` are copies of the entry's.
    """

    entry = models.OneToOneField(LedgerEntry, models.PROTECT, primary_key=True, related_name="lot")
    account = models.ForeignKey(Account, models.PROTECT, related_name="lots", db_index=False, db_constraint=False)
    program = models.ForeignKey(Program, models.PROTECT, related_name="lots", db_index=False, db_constraint=False)
    points = models.BigIntegerField()
    remaining = models.BigIntegerField()
    available_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    objects = PointsLotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(remaining__gte=0) & Q(remaining__lte=F("points")), name="lot_remaining_within_points"
            ),
        ]
        indexes = [
            models.Index(
                F("account"),
                F("expires_at").asc(nulls_last=True),
                F("entry"),
                include=["points", "remaining", "available_at"],
                condition=Q(remaining__gt=0),
                name="lot_spend_order",
            ),
            models.Index(
                fields=["program", "expires_at", "account"],
                include=["remaining"],
                condition=Q(remaining__gt=0) & Q(expires_at__isnull=False),
                name="lot_due",
            ),
        ]
        triggers = [
            *never_deleted("lot"),
            unchanged("lot_keeps_its_origin", "entry_id", "account_id", "program_id", "points", "available_at"),
            unchanged("lot_does_not_end_earlier", "expires_at", condition=ENDS_EARLIER),
        ]

    @property
    def ends_at(self) -> datetime | None:
        """When the points can no longer be spent, by their own date or with their program; load `program` with it."""
        with_program = self.program.points_end_at
        if with_program is None or self.available_at >= with_program:
            return self.expires_at
        return min(self.expires_at or with_program, with_program)


class LotDraw(models.Model):
    """What a debit took from a lot; negative when a restore put it back. Points of a lot = remaining + its draws."""

    entry = models.ForeignKey(LedgerEntry, models.PROTECT, related_name="draws")
    lot = models.ForeignKey(PointsLot, models.PROTECT, related_name="draws")
    points = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(points=0), name="draw_moves_points")]
        triggers = final("draw")

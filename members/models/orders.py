"""What was bought and brought back, and what staff corrected by hand."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from members.models.ledger import Account, LedgerEntry
from members.models.member import Member
from programs.models import Location, Merchant, Staff

MONEY: dict[str, Any] = {"max_digits": 14, "decimal_places": 3}


class Order(models.Model):
    """One purchase; `reference` is the shop's own number, unique per merchant and source.

    `merchant` is a copy of the member's; the audit compares them.
    """

    class Source(models.TextChoices):
        API = "api", _("Shop system")
        TILL = "till", _("Till")
        IMPORT = "import", _("Import")

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="orders", db_index=False, db_constraint=False)
    member = models.ForeignKey(Member, models.CASCADE, related_name="orders", db_index=False)
    source = models.CharField(max_length=10, choices=Source.choices)
    reference = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=64)
    placed_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    amount = models.DecimalField(**MONEY)
    points_money = models.DecimalField(**MONEY, default=0)
    gift_card = models.DecimalField(**MONEY, default=0)
    shipping = models.DecimalField(**MONEY, default=0)
    eligible = models.DecimalField(**MONEY)
    refunded = models.DecimalField(**MONEY, default=0)
    location = models.ForeignKey(Location, models.SET_NULL, null=True, blank=True, db_index=False)
    channel = models.CharField(max_length=40, blank=True)
    recorded_by = models.ForeignKey(Staff, models.SET_NULL, null=True, blank=True, db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merchant", "source", "reference"], name="order_reference_once"),
            models.CheckConstraint(condition=Q(amount__gte=0) & Q(eligible__gte=0), name="order_amounts_not_negative"),
            models.CheckConstraint(
                condition=Q(refunded__gte=0) & Q(refunded__lte=models.F("amount")), name="order_refund_within"
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-placed_at"], name="order_of_member"),
            models.Index(fields=["merchant", "placed_at"], name="order_by_day"),
            models.Index(fields=["location"], condition=Q(location__isnull=False), name="order_at_location"),
            models.Index(fields=["recorded_by"], condition=Q(recorded_by__isnull=False), name="order_of_staff"),
            BrinIndex(fields=["recorded_at"], name="order_recorded", autosummarize=True),
        ]

    def __str__(self) -> str:
        return self.reference


class OrderLine(models.Model):
    """One position of an order, kept for rules and reports that look at what was bought."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="+")
    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    sku = models.CharField(max_length=80, blank=True)
    category = models.CharField(max_length=80, blank=True)
    quantity = models.DecimalField(max_digits=12, decimal_places=3, default=1)
    amount = models.DecimalField(**MONEY)


class Refund(models.Model):
    """Money given back for an order; without an order yet, it waits for it."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="refunds")
    source = models.CharField(max_length=10, choices=Order.Source.choices)
    reference = models.CharField(max_length=80)
    order_reference = models.CharField(max_length=80)
    order = models.ForeignKey(Order, models.CASCADE, null=True, blank=True, related_name="refunds")
    amount = models.DecimalField(**MONEY)
    refunded_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.ForeignKey(Staff, models.SET_NULL, null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    lines = models.JSONField(default=list)  # as it came in: [{"sku", "quantity"?, "amount"?}]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merchant", "source", "reference"], name="refund_reference_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount_positive"),
        ]
        indexes = [
            models.Index(
                fields=["merchant", "source", "order_reference"], condition=Q(order__isnull=True), name="refund_waiting"
            ),
            models.Index(fields=["merchant", "refunded_at"], name="refund_by_day"),
            BrinIndex(fields=["recorded_at"], name="refund_recorded", autosummarize=True),
        ]


class RefundLine(models.Model):
    """What one refund brought back of an order's lines of one `sku`; written when the refund meets its order."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="+")
    refund = models.ForeignKey(Refund, models.CASCADE, related_name="brought_back")
    sku = models.CharField(max_length=80)
    quantity = models.DecimalField(max_digits=12, decimal_places=3)
    amount = models.DecimalField(**MONEY)


class Adjustment(models.Model):
    """A correction by staff: posted at once within the author's limits, else it waits for a second person."""

    class State(models.TextChoices):
        POSTED = "posted", _("Posted")
        WAITING = "waiting", _("Waits for approval")
        DECLINED = "declined", _("Declined")

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="adjustments")
    account = models.ForeignKey(Account, models.CASCADE, related_name="adjustments")
    reference = models.CharField(max_length=80)
    points = models.IntegerField()
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices)
    author = models.ForeignKey(Staff, models.PROTECT, related_name="adjustments")
    decided_by = models.ForeignKey(Staff, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    decided_at = models.DateTimeField(null=True, blank=True)
    entry = models.OneToOneField(LedgerEntry, models.PROTECT, null=True, blank=True, related_name="adjustment")
    undoes = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="undone_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merchant", "reference"], name="adjustment_reference_once"),
            models.CheckConstraint(condition=~Q(points=0), name="adjustment_moves_points"),
            models.CheckConstraint(condition=~Q(reason=""), name="adjustment_has_a_reason"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("author")),
                name="adjustment_needs_two_people",
            ),
        ]
        indexes = [
            models.Index(fields=["author", "created_at"], name="adjustment_of_author"),
            models.Index(fields=["merchant"], condition=Q(state="waiting"), name="adjustment_waiting"),
        ]

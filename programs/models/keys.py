"""Keys by which a shop's own systems call the API, and what they called lately."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from programs.models.shop import Merchant, Staff


class Scope(models.TextChoices):
    """What a key may do. The labels finish the sentence “it may …”."""

    READ = "read", _("look up members, their points and rewards")
    ORDERS = "orders", _("send orders and refunds")
    MEMBERS = "members", _("add members")
    POINTS = "points", _("add and take points, and report what members did")
    REWARDS = "rewards", _("redeem rewards, and use or cancel vouchers")


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def in_use(self) -> ApiKeyQuerySet:
        return self.filter(revoked_at=None)


class ApiKey(models.Model):
    """A key of one merchant. The key itself is shown once; here is its digest, and how it begins."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="api_keys")
    name = models.CharField(_("what uses it"), max_length=60)
    reference = models.CharField(max_length=36)
    digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=16)
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope), verbose_name=_("it may"))
    author = models.ForeignKey(Staff, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["merchant", "reference"], name="api_key_reference_once")]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def abilities(self) -> list[str]:
        """What it may do, in words."""
        return [str(Scope(scope).label) for scope in self.scopes]

    @property
    def mark(self) -> str:
        """Its number, as templates put it into names."""
        return str(self.pk)


class ApiRequest(models.Model):
    """One call of the API, kept for some days: no bodies, no people, no secrets."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="api_requests", db_index=False)
    key = models.ForeignKey(ApiKey, models.CASCADE, related_name="requests", db_index=False)
    at = models.DateTimeField()
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=120)
    status = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40, blank=True)
    ms = models.FloatField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["merchant", "-id"], name="api_request_of_merchant")]

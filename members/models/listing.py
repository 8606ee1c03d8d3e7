"""Views of the list of members that people keep: which filters, which order, which columns."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from programs.models import Merchant, Staff


class SavedListQuerySet(models.QuerySet["SavedList"]):
    def seen_by(self, staff: Staff) -> SavedListQuerySet:
        """The person's own views, and those that colleagues share."""
        return self.filter(Q(author=staff) | Q(is_shared=True), merchant=staff.merchant_id)


class SavedList(models.Model):
    """A view of the list under a name. `query` is what stands behind `?` in the address, without what was searched."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="saved_lists")
    author = models.ForeignKey(Staff, models.CASCADE, related_name="saved_lists")
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(max_length=2_000, blank=True)
    is_shared = models.BooleanField(_("shared"), default=False)
    kept_at = models.DateTimeField(db_default=Now())

    objects = SavedListQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["merchant", "author", "name"], name="saved_list_name_once")]

    def __str__(self) -> str:
        return self.name

"""A customer of one merchant."""

from __future__ import annotations

from functools import cached_property

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from members import numbers, phones
from members.models.search_text import SearchText, last_name_key, name_key
from programs.models import Location, Merchant, Staff

REFUSE_KNOWN_NUMBERS = """
IF EXISTS (
    SELECT FROM members_cardnumber known JOIN fresh USING (merchant_id, number)
) THEN
    RAISE EXCEPTION 'A card had this number before.' USING ERRCODE = 'unique_violation';
END IF;
RETURN NULL;
"""


class MemberQuerySet(models.QuerySet["Member"]):
    def present(self) -> MemberQuerySet:
        """Without those who were merged into another member or erased: whom lists, searches and counts speak of."""
        return self.filter(merged_into=None, erased_at=None)


class Member(models.Model):
    """One person at one merchant; the same person may be a member at many.

    `number` is of the card that works; `CardNumber` has others. `fields` are the shop's own, by code. `consents` are
    those that hold now, as "purpose:channel"; the consent ledger writes them.
    """

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="members")
    number = models.CharField(_("card number"), max_length=20)
    customer_number = models.CharField(_("number in the shop's own books"), max_length=64, blank=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone, in international form"), max_length=20, blank=True)
    born_on = models.DateField(_("birthday"), null=True, blank=True)
    language = models.CharField(
        _("language of mails"), max_length=10, default="", db_default="", blank=True, choices=settings.LANGUAGES
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="memberships"
    )
    joined_at = models.DateTimeField(_("joined"), db_default=Now())
    joined_location = models.ForeignKey(Location, models.SET_NULL, null=True, blank=True, related_name="+")
    segments = ArrayField(
        models.CharField(max_length=120), verbose_name=_("tags"), default=list, db_default=[], blank=True
    )
    reference = models.CharField(
        max_length=80, blank=True, db_default="", editable=False
    )  # of the form or request that enrolled
    is_blocked = models.BooleanField(_("blocked"), default=False)
    blocked_at = models.DateTimeField(null=True, blank=True, editable=False)
    blocked_by = models.ForeignKey(
        Staff, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, editable=False
    )
    blocked_reason = models.CharField(_("why it is blocked"), max_length=200, default="", db_default="", blank=True)
    fields = models.JSONField(_("fields of the shop's own"), default=dict, db_default={}, blank=True)
    consents = ArrayField(models.CharField(max_length=24), default=list, db_default=[], blank=True, editable=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="merged")
    erased_at = models.DateTimeField(null=True, editable=False)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(fields=["merchant", "number"], name="member_number_once"),
            models.UniqueConstraint(
                "merchant",
                Lower("email"),
                condition=~Q(email=""),
                name="member_email_once",
                violation_error_message=_("Another member has this e-mail address. Search for it."),
            ),
            models.UniqueConstraint(
                fields=["merchant", "phone"],
                condition=~Q(phone=""),
                name="member_phone_once",
                violation_error_message=_("Another member has this phone number. Search for it."),
            ),
            models.UniqueConstraint(
                fields=["merchant", "customer_number"],
                condition=~Q(customer_number=""),
                name="member_customer_number_once",
            ),
            models.UniqueConstraint(
                fields=["merchant", "reference"], condition=~Q(reference=""), name="member_reference_once"
            ),
            models.UniqueConstraint(
                fields=["merchant", "user"], condition=Q(user__isnull=False), name="member_user_once"
            ),
        ]
        indexes = [
            GinIndex("merchant", OpClass(SearchText(), name="gin_trgm_ops"), name="member_any_part"),
            models.Index("merchant", name_key(), "id", name="member_by_name"),
            models.Index("merchant", last_name_key(), name="member_by_last_name"),
            models.Index(fields=["merchant", "-joined_at", "-id"], name="member_newest"),
            GinIndex(fields=["segments"], name="member_tagged"),
            models.Index(fields=["merchant"], condition=Q(erased_at__isnull=False), name="member_erased"),
            models.Index(Lower("email"), name="member_by_address"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="member_number_is_fresh",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="fresh"),  # type: ignore[no-untyped-call]
                func=REFUSE_KNOWN_NUMBERS,
            )
        ]

    def __str__(self) -> str:
        """The member's name, or the card's number where nobody gave a name."""
        return self.name or numbers.spaced(self.number)

    @property
    def first_name(self) -> str:
        """How to speak of the member; "" where nobody gave a name."""
        return self.name.split()[0] if self.name.strip() else ""

    @cached_property
    def selves(self) -> list[int]:
        """The ids of all whom this member was: the own one, and those of members who were merged into it."""
        return [self.pk, *self.merged.order_by("pk").values_list("pk", flat=True)]

    @property
    def note(self) -> str:
        """The note that staff pinned for the till; "" without one. Asks the database."""
        return self.notes.filter(is_pinned=True).values_list("text", flat=True).first() or ""

    def clean(self) -> None:
        """Write address and phone as enrolling does, so that both are found again."""
        self.email = self.email.lower()
        try:
            self.phone = phones.international(self.phone, self.merchant.country)
        except ValidationError as error:
            raise ValidationError({"phone": error.messages}) from error

"""Who agreed to what: the texts that a shop asked by, and every answer to them. Rows are only ever added."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from loyalty_site.triggers import final
from members.models.member import Member
from programs.models import Location, Merchant, Staff


class Purpose(models.TextChoices):
    TERMS = "terms", _("Taking part")
    MARKETING = "marketing", _("News and offers")
    PROFILING = "profiling", _("Offers chosen by what was bought")


class Channel(models.TextChoices):
    """By which way; "" where a purpose knows none."""

    WHOLE = "", _("in any way")
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")
    PHONE = "phone", _("Phone call")
    POST = "post", _("Letter")
    PUSH = "push", _("Notification on the phone")


class Door(models.TextChoices):
    TILL = "till", _("at the till")
    PORTAL = "portal", _("in the portal")
    DASHBOARD = "dashboard", _("in the office")
    API = "api", _("in the shop’s own system")
    IMPORT = "import", _("in an import")
    ERASURE = "erasure", _("with the erasure")


class ConsentText(models.Model):
    """One state of what a shop asks for a purpose, in one language; the latest number holds.

    `channels` are asked for one by one; without any, the purpose is one question. An empty `body` stops asking.
    """

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="consent_texts")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    language = models.CharField(max_length=10)
    number = models.PositiveIntegerField()
    body = models.TextField(blank=True, max_length=2_000)
    channels = ArrayField(models.CharField(max_length=5, choices=Channel.choices), default=list, blank=True)
    published_at = models.DateTimeField(db_default=Now())
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merchant", "purpose", "language", "number"], name="consent_text_once")
        ]
        triggers = final("consent_text")

    def __str__(self) -> str:
        return f"{self.purpose} {self.language} {self.number}"


class Consent(models.Model):
    """One answer of one member for a purpose and a channel: given or withdrawn; the latest holds.

    `text` is what they were shown, null where none was, as in an import.
    """

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="+", db_index=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="consent_answers", db_index=False)
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    channel = models.CharField(max_length=5, choices=Channel.choices, blank=True)
    is_given = models.BooleanField()
    text = models.ForeignKey(ConsentText, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    door = models.CharField(max_length=10, choices=Door.choices)
    location = models.ForeignKey(Location, models.PROTECT, null=True, related_name="+", db_index=False)
    by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["member", "-id"], name="consent_of_member")]
        triggers = final("consent")

    def __str__(self) -> str:
        return f"{self.key} {self.is_given}"

    @property
    def key(self) -> str:
        """As `Member.consents` spells what holds."""
        return f"{self.purpose}:{self.channel}"

"""Who the shop is and what it promises: merchants, their people and places, programs and dated versions of terms."""

from __future__ import annotations

from functools import cached_property
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from loyalty_site.triggers import final
from programs.currencies import CURRENCY_CHOICES, decimals_of
from programs.languages import LANGUAGE_CHOICES
from programs.zones import validate_zone

hex_colour = RegexValidator(r"^#[0-9a-fA-F]{6}\Z", _("Write the colour as # and six digits, such as #2e5b3c."))


class Merchant(models.Model):
    """The tenant. Its zone decides what a day is, its currency how many decimals money has."""

    name = models.CharField(_("shop name"), max_length=80)
    slug = models.SlugField(_("address"), max_length=40, unique=True)
    currency = models.CharField(_("currency"), max_length=3, choices=CURRENCY_CHOICES)
    zone_name = models.CharField(_("time zone"), max_length=64, validators=[validate_zone])
    language = models.CharField(_("language"), max_length=10, default="en")
    other_languages = ArrayField(
        models.CharField(max_length=10, choices=LANGUAGE_CHOICES),
        verbose_name=_("other languages"),
        default=list,
        blank=True,
    )
    country = models.CharField(_("country, for phone numbers"), max_length=2, default="PL")
    accent = models.CharField(_("colour"), max_length=7, default="#2e5b3c", validators=[hex_colour])
    logo_digest = models.CharField(max_length=16, default="", blank=True, editable=False)
    card_prefix = models.CharField(_("letters on the card"), max_length=4, default="", blank=True)
    card_digits = models.PositiveSmallIntegerField(_("digits on the card"), default=8)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("merchant")
        verbose_name_plural = _("merchants")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(other_languages__contains=[models.F("language")]), name="language_once_per_merchant"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def languages(self) -> list[str]:
        """The codes of the languages that the shop writes its texts in, the main one first."""
        return [self.language, *self.other_languages]

    @cached_property
    def place_names(self) -> dict[str, str]:
        """The names of the shop's locations by their codes."""
        return dict(self.locations.values_list("code", "name"))

    def limits_of_role(self, role: int) -> tuple[int, int]:
        """How many points somebody of a role may add or take alone: each time, and in a local day."""
        limit = self.role_limits.filter(role=role).first()
        if limit is None:
            return DEFAULT_ADJUST_LIMIT[Role(role)], DEFAULT_ADJUST_LIMIT_DAY[Role(role)]
        return limit.adjust_limit, limit.adjust_limit_day

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone_name)

    @property
    def money_decimals(self) -> int:
        return decimals_of(self.currency)


class Location(models.Model):
    """A store or the web shop."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="locations")
    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    is_online = models.BooleanField(_("web shop"), default=False)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["merchant", "code"], name="location_code_once_per_merchant")]

    def __str__(self) -> str:
        return self.name


class Role(models.IntegerChoices):
    """Roles in rising order: whoever may do a manager's work may do a cashier's."""

    CASHIER = 10, _("Cashier")
    MANAGER = 20, _("Manager")
    OWNER = 30, _("Owner")


DEFAULT_ADJUST_LIMIT = {Role.CASHIER: 200, Role.MANAGER: 5_000, Role.OWNER: 1_000_000}
DEFAULT_ADJUST_LIMIT_DAY = {Role.CASHIER: 500, Role.MANAGER: 20_000, Role.OWNER: 10_000_000}


class Staff(models.Model):
    """A user's role at one merchant."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="staff")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="staff_roles")
    role = models.PositiveSmallIntegerField(_("role"), choices=Role.choices)
    location = models.ForeignKey(Location, models.SET_NULL, null=True, blank=True, verbose_name=_("usual location"))
    adjust_limit = models.PositiveIntegerField(_("points per adjustment"), null=True, blank=True)
    adjust_limit_day = models.PositiveIntegerField(_("points a day"), null=True, blank=True)
    is_active = models.BooleanField(_("works here"), default=True)
    joined_at = models.DateTimeField(null=True, editable=False)
    left_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name_plural = _("staff")
        constraints = [models.UniqueConstraint(fields=["merchant", "user"], name="staff_once_per_merchant")]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"

    @property
    def is_owner(self) -> bool:
        return self.role == Role.OWNER

    @property
    def points_per_adjustment(self) -> int:
        """The largest adjustment, up or down, that this person may post alone; their own limit or their role's."""
        return self.merchant.limits_of_role(self.role)[0] if self.adjust_limit is None else self.adjust_limit

    @property
    def points_per_day(self) -> int:
        """The sum of sizes of adjustments that this person may post alone in one local day."""
        return self.merchant.limits_of_role(self.role)[1] if self.adjust_limit_day is None else self.adjust_limit_day


class ProgramQuerySet(models.QuerySet["Program"]):
    def live(self) -> ProgramQuerySet:
        """Programs that were published; the others exist for the dashboard only."""
        return self.filter(models.Exists(ProgramVersion.objects.filter(program=models.OuterRef("pk"))))

    def running(self) -> ProgramQuerySet:
        """Live programs that give points today."""
        return self.live().filter(is_active=True)


class Program(models.Model):
    """What the merchant promises; its terms live in dated versions. Without a version it is not live yet.

    Pauses and the end are promised by terms, too. `points_end_at` follows from the versions: points that were there
    before that instant end at it, whatever their own dates. `is_active` ends when nothing is left to do or to hold.
    """

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="programs")
    name = models.CharField(_("name"), max_length=80)
    code = models.SlugField(_("code"), max_length=40)
    is_active = models.BooleanField(_("running"), default=True)
    points_end_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(db_default=Now())

    objects = ProgramQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["merchant", "code"], name="program_code_once_per_merchant")]

    def __str__(self) -> str:
        return self.name


class MovesTiers(models.TextChoices):
    """When a version with other tiers moves the members that it finds."""

    NOW = "now", _("As soon as it is in force")
    REVIEW = "review", _("From the next review")


class ProgramVersion(models.Model):
    """One immutable, dated state of the terms; the database refuses any change to a row.

    `notifies` says that members are told about it.
    """

    program = models.ForeignKey(Program, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    terms = models.JSONField()
    effective_at = models.DateTimeField()
    published_at = models.DateTimeField(db_default=Now())
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    moves_tiers = models.CharField(max_length=6, choices=MovesTiers.choices, default=MovesTiers.REVIEW)
    notifies = models.BooleanField(default=False)

    class Meta:
        ordering = ["program", "number"]
        constraints = [
            models.UniqueConstraint(fields=["program", "number"], name="version_number_once_per_program"),
            models.CheckConstraint(condition=models.Q(moves_tiers__in=MovesTiers.values), name="version_moves_tiers"),
        ]
        triggers = final("version")

    def __str__(self) -> str:
        return f"{self.program} v{self.number}"

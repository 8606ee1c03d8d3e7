"""The form of the simple terms, and when they begin."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from loyalty_site.web.fields import ExactField
from programs import calendar, editing
from programs.models import Merchant, ProgramVersion
from programs.terms import TermsRefused
from programs.versions import PublishedMeanwhile

ROUNDINGS = [
    ("floor", _("down to whole points")),
    ("half_up", _("to the nearest whole point")),
    ("ceiling", _("up to whole points")),
]
EXPIRIES = [
    ("never", _("Never")),
    ("after", _("Some time after they can be spent")),
    ("inactivity", _("Some time after the last purchase or reward")),
]
DATES = ("dates", _("On the dates of the year set before"))
TIME_UNITS = [("months", _("months")), ("days", _("days"))]
ROUND_TO = [
    ("", _("that day")),
    ("month", _("the end of that month")),
    ("quarter", _("the end of that quarter")),
    ("year", _("the end of that year")),
]
CLAWBACKS = [
    ("negative", _("Take back all of it; what is spent already is recovered later")),
    ("within_balance", _("Take back what is still there")),
    ("pending_only", _("Take back only what is not yet spendable")),
]
FURTHEST = timedelta(days=366)  # a version that is published cannot be taken back
STARTS = [("now", _("Now")), ("later", _("At the start of a day"))]


class TermsForm(forms.Form):
    """Edits the simple terms of a version's document; everything else in it stays."""

    points = forms.IntegerField(label=_("Points"), min_value=0)
    per = ExactField(label=_("For every"), decimal_places=3, max_digits=12)
    rounding = forms.ChoiceField(label=_("Each purchase is rounded"), choices=ROUNDINGS)
    pending_days = forms.IntegerField(
        label=_("Days until points can be spent"),
        min_value=0,
        help_text=_("0: at once. Useful where people return goods."),
    )
    expiry_kind = forms.ChoiceField(label=_("Points expire"), choices=EXPIRIES)
    expiry_count = forms.IntegerField(label=_("After"), min_value=0, required=False)
    expiry_unit = forms.ChoiceField(label=_("Months or days"), choices=TIME_UNITS)
    round_to = forms.ChoiceField(label=_("Valid through"), choices=ROUND_TO, required=False)
    clawback = forms.ChoiceField(label=_("When a purchase is refunded"), choices=CLAWBACKS)
    unit_one = forms.CharField(label=_("One of it"), max_length=40)
    unit_few = forms.CharField(
        label=_("Two to four of it"),
        max_length=40,
        required=False,
        help_text=_("For languages that count so: 2 punkty."),
    )
    unit_many = forms.CharField(label=_("Many of it"), max_length=40)
    starts = forms.ChoiceField(
        label=_("The new version begins"), choices=STARTS, initial="now", widget=forms.RadioSelect
    )
    starts_on = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(
        label=_("Why it changes"), max_length=200, required=False, help_text=_("For the version history.")
    )
    base = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, merchant: Merchant, version: ProgramVersion, now: datetime, **kwargs: Any) -> None:
        """`version` is the latest one, from which the edit starts."""
        super().__init__(*args, **kwargs)
        self.merchant, self.version, self.now = merchant, version, now
        self.initial = editing.values_of(version.terms, language=merchant.language) | {"base": version.number}
        if version.terms["expiry"]["kind"] == "dates":
            self.fields["expiry_kind"].choices = [*EXPIRIES, DATES]  # type: ignore[attr-defined]
        self.add_tiers(version.terms.get("tiers"))

    def add_tiers(self, tiers: dict[str, Any] | None) -> None:
        if tiers is None:
            return
        self.fields["grace_days"] = forms.IntegerField(label=_("Days of grace before a tier is lost"), min_value=0)
        for place, level in enumerate(tiers["levels"]):
            self.fields[f"level_{place}_name"] = forms.CharField(label=_("Name"), max_length=40)
            at = forms.IntegerField(label=_("From"), min_value=0)
            self.fields[f"level_{place}_at"] = at
            at.disabled = place == 0 and level["at"] == 0
            self.fields[f"level_{place}_multiplier"] = ExactField(
                label=_("Times points"), max_digits=6, decimal_places=3
            )

    @property
    def levels(self) -> list[list[forms.BoundField]]:
        """The fields of each tier, lowest first."""
        count = len((self.version.terms.get("tiers") or {}).get("levels", ()))
        return [[self[f"level_{place}_{key}"] for key in ("name", "at", "multiplier")] for place in range(count)]

    def clean(self) -> None:
        if self.cleaned_data.get("base") != self.version.number:
            raise ValidationError(str(PublishedMeanwhile(self.version.number).words))
        self.check_expiry()
        self.check_start()

    def check_expiry(self) -> None:
        kind, count = self.cleaned_data.get("expiry_kind"), self.cleaned_data.get("expiry_count")
        if kind in ("after", "inactivity") and count is None:
            self.add_error("expiry_count", _("Say after how long."))
        if kind == "inactivity" and self.cleaned_data.get("expiry_unit") == "days":
            self.add_error("expiry_unit", _("Inactivity is counted in months."))

    def check_start(self) -> None:
        """Versions begin one after another, and never in the past."""
        if self.cleaned_data.get("starts") == "later" and not self.cleaned_data.get("starts_on"):
            self.add_error("starts_on", _("Choose the day."))
            return
        today = calendar.local_day(self.now, self.merchant.zone)
        if self.cleaned_data.get("starts") == "later" and self.cleaned_data["starts_on"] <= today:
            self.add_error("starts_on", _("Choose a day after today."))
        elif self.cleaned_data.get("starts") == "later" and self.cleaned_data["starts_on"] > today + FURTHEST:
            self.add_error("starts_on", _("Choose a day within a year. Until then no other change could begin."))
        elif self.starts_at < self.version.effective_at:
            words = _("Version %(number)s is to begin later than that. Choose its day or a later one.")
            self.add_error("starts", words % {"number": self.version.number})

    @property
    def starts_at(self) -> datetime:
        """The instant from which the new version is in force."""
        day: date | None = self.cleaned_data.get("starts_on")
        if self.cleaned_data.get("starts") == "later" and day:
            return calendar.start_of_day(day, self.merchant.zone)
        return self.now

    @property
    def document(self) -> dict[str, Any]:
        """The whole document as edited; call it on a valid form."""
        return editing.edited(self.version.terms, self.cleaned_data, language=self.merchant.language)

    def add_faults(self, refusal: TermsRefused) -> None:
        """Put each fault of the terms to the field it is about."""
        for path, sentence in refusal.faults:
            field = editing.field_of(path)
            self.add_error(field if field in self.fields else None, sentence if field else f"{path} {sentence}")

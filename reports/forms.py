"""Forms of reports: which days a replay is of, what an alert turned out to be, when the radar speaks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from loyalty_site.web.fields import DayField
from reports.models import RadarAlert, RadarLimits
from reports.replays.asking import LONGEST_DAYS, USUAL_DAYS, Days

PRESETS = {30: _("30 days"), 90: _("90 days"), 365: _("A year")}


class DaysForm(forms.Form):
    """The last 30, 90 or 365 days, or from one day to another."""

    days = forms.TypedChoiceField(
        label=_("Orders of the last"), choices=[*PRESETS.items(), (0, _("These days"))], coerce=int, initial=USUAL_DAYS
    )
    first_on = DayField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last_on = DayField(label=_("Through"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not given["days"]:
            self.check(given.get("first_on"), given.get("last_on"))
        return given

    def check(self, first: date | None, last: date | None) -> None:
        if first is None or last is None:
            self.add_error("first_on", _("Say from which day through which."))
        elif last < first:
            self.add_error("last_on", _("This day is before the first one."))
        elif last > self.today:
            self.add_error("last_on", _("Choose today or an earlier day: later orders are not known."))
        elif (last - first).days >= LONGEST_DAYS:
            self.add_error("first_on", _("Choose two years at most."))

    @property
    def chosen(self) -> Days:
        """The days of a valid form."""
        given = self.cleaned_data
        if given["days"]:
            return Days(self.today - timedelta(days=given["days"] - 1), self.today)
        return Days(given["first_on"], given["last_on"])


class SettleForm(forms.Form):
    """What came of looking into an alert."""

    finding = forms.ChoiceField(
        label=_("What came of it"), choices=RadarAlert.Finding.choices, widget=forms.RadioSelect, initial="fine"
    )
    note = forms.CharField(
        label=_("Note"), max_length=200, required=False, help_text=_("For the audit log, such as whom you asked.")
    )


class RadarLimitsForm(forms.ModelForm):  # type: ignore[type-arg]
    """From how many on the radar speaks."""

    class Meta:
        model = RadarLimits
        fields = ("card_times", "manual_percent", "near_limit_times", "redeemed_times", "friends")

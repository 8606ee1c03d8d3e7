"""The forms of pausing, closing and going on: what becomes of points, why, and after which version."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from loyalty_site.web.fields import DayField
from programs import calendar, phases
from programs.models import Merchant
from programs.stopping import State, closed
from programs.terms import Terms, TermsRefused

PROMISES = [
    ("keep", _("They stay good, as long as they were promised to, and can be used")),
    ("until", _("They can be used through a last day, and end then")),
]
FIELDS = {"closing.last_day": "last_day", "closing.until": "until"}


def day_field(label: Any, **options: Any) -> DayField:
    return DayField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class StateForm(forms.Form):
    """Any change of state; `after` is the latest version that its author saw."""

    after = forms.IntegerField(widget=forms.HiddenInput)
    notifies = forms.BooleanField(
        label=_("Tell members about it"), required=False, help_text=_("By e-mail, once for each.")
    )
    note = forms.CharField(label=_("Why"), max_length=200, required=False, help_text=_("For the version history."))


class CloseForm(StateForm):
    """The last day to earn, and what is promised about the points that are left."""

    field_order = ["after", "last_day", "points", "until", "notifies", "note"]

    last_day = day_field(_("Last day to earn"))
    points = forms.ChoiceField(
        label=_("Points that are left"), choices=PROMISES, initial="keep", widget=forms.RadioSelect
    )
    until = day_field(_("Last day to use them"), required=False)

    def __init__(self, *args: Any, merchant: Merchant, terms: Terms, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = calendar.local_day(now, merchant.zone)
        last_day = calendar.end_of_period(today, "month")
        self.pending_days, self.today = terms.earning.pending_days, today
        self.fields["last_day"].initial = last_day
        self.fields["until"].initial = calendar.end_of_period(self.first_fair(last_day), "month")
        self.fields["notifies"].initial = True

    def first_fair(self, last_day: date) -> date:
        return phases.first_fair_end(last_day, self.today, pending_days=self.pending_days)

    def clean(self) -> None:
        last_day, until = self.cleaned_data.get("last_day"), self.cleaned_data.get("until")
        if last_day and last_day < self.today:
            self.add_error("last_day", _("Choose today or a later day."))
        if self.cleaned_data.get("points") == "until" and until is None and "until" not in self.errors:
            self.add_error("until", _("Choose the day."))
        if last_day and until and self.cleaned_data.get("points") == "until" and until < self.first_fair(last_day):
            words = _("Choose %(day)s or later: members get 30 days after the last points could come.")
            self.add_error("until", words % {"day": self.first_fair(last_day).isoformat()})

    @property
    def state(self) -> State:
        """The state that the form asks for; ask a valid form."""
        ends = self.cleaned_data["until"] if self.cleaned_data["points"] == "until" else None
        return closed(self.cleaned_data["last_day"], ends)


def add_faults(form: forms.Form, refusal: TermsRefused) -> None:
    """Put each fault to the field it is about."""
    for path, sentence in refusal.faults:
        field = FIELDS.get(path)
        form.add_error(field if field in form.fields else None, sentence if field else f"{path} {sentence}")

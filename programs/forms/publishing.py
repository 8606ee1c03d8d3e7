"""The form of publishing a draft: from when, whether members are told, when tiers move, and why."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programs import calendar
from programs.drafts import Working
from programs.models import Merchant, MovesTiers
from programs.versions import Way

FURTHEST = timedelta(days=366)  # a version that is published cannot be taken back
STARTS = [("now", _("Now")), ("later", _("At the start of a day"))]
MOVES = [
    (MovesTiers.NOW, _("Now: as soon as the new terms hold")),
    (MovesTiers.REVIEW, _("From the next nightly review")),
]


class PublishForm(forms.Form):
    """How the draft becomes a version; `revision` is the draft that was reviewed."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    starts = forms.ChoiceField(label=_("From when"), choices=STARTS, initial="now", widget=forms.RadioSelect)
    starts_on = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    moves_tiers = forms.ChoiceField(
        label=_("Members whose tier differs move"), choices=MOVES, initial=MovesTiers.REVIEW, widget=forms.RadioSelect
    )
    notifies = forms.BooleanField(
        label=_("Tell members what changes and from when"), required=False, help_text=_("By e-mail, once for each.")
    )
    note = forms.CharField(
        label=_("Why it changes"), max_length=200, required=False, help_text=_("For the version history.")
    )

    def __init__(self, *args: Any, merchant: Merchant, working: Working, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.merchant, self.working, self.now = merchant, working, now
        self.fields["revision"].initial = working.revision
        if not working.base:  # a program is live from its first version on, so that one holds at once
            for name in ("notifies", "starts", "starts_on"):
                del self.fields[name]
            self.fields["note"].label = _("A note")
        if not self.tiers_differ:
            del self.fields["moves_tiers"]
        if working.base and working.base.effective_at > now:
            self.fields["starts"].initial = "later"
            self.fields["starts_on"].initial = calendar.local_day(working.base.effective_at, merchant.zone)

    @property
    def tiers_differ(self) -> bool:
        """Whether there are members who may stand elsewhere on the new ladder."""
        return bool(self.working.base and self.working.base.terms.tiers != self.working.terms.tiers)

    def clean(self) -> None:
        """Versions begin one after another, and never in the past."""
        if self.cleaned_data.get("starts") != "later":
            return
        day, today = self.cleaned_data.get("starts_on"), calendar.local_day(self.now, self.merchant.zone)
        if day is None:
            if "starts_on" not in self.errors:
                self.add_error("starts_on", _("Choose the day."))
        elif day <= today:
            self.add_error("starts_on", _("Choose a day after today."))
        elif day > today + FURTHEST:
            self.add_error("starts_on", _("Choose a day within a year. Until then no other change could begin."))

    @property
    def effective_at(self) -> datetime:
        """The instant from which the version is in force; ask a valid form."""
        day: date | None = self.cleaned_data.get("starts_on")
        if self.cleaned_data.get("starts") == "later" and day:
            return calendar.start_of_day(day, self.merchant.zone)
        return self.now

    @property
    def way(self) -> Way:
        return Way(
            moves_tiers=self.cleaned_data.get("moves_tiers", MovesTiers.REVIEW),
            notifies=self.cleaned_data.get("notifies", False),
        )

    def review_again(self, revision: int) -> None:
        """Let what was typed be sent for the draft as it is now, after a conflict has been explained."""
        self.data = {name: self.data[name] for name in self.data} | {"revision": str(revision)}

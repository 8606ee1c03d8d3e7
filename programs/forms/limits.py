"""Forms of the tab Expiry and limits: how long points last, what a refund takes back, the most a member earns."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loyalty_site.web.fields import CountField
from programs.editing import expiry, limits
from programs.forms import rows
from programs.forms.days import DaysAheadField, MonthDayField
from programs.forms.parts import Document, PartForm
from programs.terms import Terms
from programs.wording import in_parts, speech
from programs.wording.promises import cap_sentence

KINDS = [
    ("never", gettext_lazy("Never")),
    ("after", gettext_lazy("Some time after they can be spent")),
    ("dates", gettext_lazy("On fixed dates of the year")),
    ("inactivity", gettext_lazy("When a member neither buys nor redeems for some time")),
]
UNITS = [("months", gettext_lazy("months")), ("days", gettext_lazy("days"))]
ROUND_TO = [
    ("", gettext_lazy("the end of that day")),
    ("month", gettext_lazy("the end of that month")),
    ("quarter", gettext_lazy("the end of that quarter")),
    ("year", gettext_lazy("the end of that year")),
]
CLAWBACKS = [
    ("negative", gettext_lazy("Take back all of it; what is spent already is recovered from what is earned next")),
    ("within_balance", gettext_lazy("Take back what is still there; what is spent is spent")),
    ("pending_only", gettext_lazy("Take back only what cannot be spent yet")),
]
PERIODS = [("day", gettext_lazy("a day")), ("week", gettext_lazy("a week")), ("month", gettext_lazy("a month"))]
LONGEST_DAYS, LONGEST_MONTHS, LONGEST_GRACE = 36_500, 1_200, 3_650


class ExpiryForm(PartForm):
    """Edits the kind of expiry, the notices ahead of it, and the grace of what comes back.

    The days of the year are rows: fields `date_0_on`, `date_1_on` and so on, counted by `dates`.
    """

    name, paths = "expiry", expiry.PATHS

    kind = forms.ChoiceField(label=gettext_lazy("Points expire"), choices=KINDS, widget=forms.RadioSelect)
    count = CountField(label=gettext_lazy("For how long"), max_value=LONGEST_DAYS, required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Months or days"), choices=UNITS)
    round_to = forms.ChoiceField(label=gettext_lazy("Through"), choices=ROUND_TO, required=False)
    idle_months = CountField(label=gettext_lazy("Months"), max_value=LONGEST_MONTHS, min_value=1, required=False)
    notice_days = DaysAheadField(
        label=gettext_lazy("Tell members so many days before"),
        required=False,
        help_text=gettext_lazy("Up to five numbers, with commas between them."),
    )
    restore_grace_days = CountField(
        label=gettext_lazy("Days of grace for points that come back"),
        max_value=LONGEST_GRACE,
        help_text=gettext_lazy("When a reward is cancelled after its points expired. 0: they are gone at once."),
    )

    stem = "date"
    dates = forms.CharField(widget=forms.HiddenInput, required=False)

    def add_row(self, place: int) -> None:
        self.fields[f"date_{place}_on"] = MonthDayField(label=_("Day of the year"))

    @property
    def days(self) -> list[forms.BoundField]:
        """The fields of the days of the year."""
        return [self[name] for name in self.fields if name.startswith("date_")]

    def values(self) -> dict[str, Any]:
        shown = expiry.values_of(self.working.document)
        return rows.with_rows(shown, "date", [{"on": day} for day in shown["dates"]])

    def clean(self) -> None:
        """What the chosen kind needs must be there; what another kind needs does not matter."""
        kind = str(self.cleaned_data.get("kind"))
        self.forgive(kind)
        needed = {"after": "count", "inactivity": "idle_months"}.get(kind)
        if needed and needed not in self.errors and self.cleaned_data.get(needed) is None:
            self.add_error(needed, _("Say how long, such as 12."))
        is_months = kind == "after" and self.cleaned_data.get("unit") == "months"
        if is_months and (self.cleaned_data.get("count") or 0) > LONGEST_MONTHS:
            self.add_error("count", _("Write %(limit)s months or less.") % {"limit": LONGEST_MONTHS})
        self.cleaned_data["dates"] = [day for name in self.fields if (day := self.chosen(name))]

    def forgive(self, kind: str) -> None:
        """Leave out what is wrong with fields of the kinds that were not chosen."""
        needed = {"after": "count", "inactivity": "idle_months", "dates": "date_"}.get(kind, " ")
        for field in [*self.errors]:
            if field.startswith(("count", "idle_months", "date_")) and not field.startswith(needed):
                del self.errors[field]

    def chosen(self, field: str) -> str:
        return str(self.cleaned_data.get(field) or "") if field.startswith("date_") else ""

    def change(self, document: Document) -> Document:
        return expiry.edited(document, self.cleaned_data)

    def field_of(self, path: str) -> str | None:
        field = expiry.field_of(path, self.cleaned_data)
        return "date_0_on" if field == "dates" else field

    def advice(self, path: str, sentence: str) -> str:
        return _("Choose a day, such as 31 December.") if path == "expiry.dates" else sentence

    def sentences(self, terms: Terms) -> list[str]:
        return in_parts(terms, self.merchant.currency)["expiry"]


class RefundForm(PartForm):
    """Edits what a refund takes back."""

    name, paths = "refunds", limits.REFUND_PATHS

    clawback = forms.ChoiceField(
        label=gettext_lazy("When a purchase is refunded"), choices=CLAWBACKS, widget=forms.RadioSelect
    )

    def values(self) -> dict[str, Any]:
        return limits.refund_values(self.working.document)

    def change(self, document: Document) -> Document:
        return limits.with_refunds(document, self.cleaned_data)

    def field_of(self, path: str) -> str | None:
        return "clawback"

    def sentences(self, terms: Terms) -> list[str]:
        return in_parts(terms, self.merchant.currency)["clawback"]


class CapForm(PartForm):
    """Edits the most that an account earns from purchases in a period."""

    name, paths = "cap", limits.CAP_PATHS

    points = CountField(label=gettext_lazy("At most"), min_value=1, required=False)
    per = forms.ChoiceField(label=gettext_lazy("In"), choices=PERIODS)

    def values(self) -> dict[str, Any]:
        return limits.cap_values(self.working.document)

    def change(self, document: Document) -> Document:
        return limits.with_cap(document, self.cleaned_data)

    def field_of(self, path: str) -> str | None:
        return limits.CAP_FIELDS.get(path)

    def sentences(self, terms: Terms) -> list[str]:
        """The sentence on the cap alone, or that there is none."""
        return [cap_sentence(terms.earning.cap, speech(self.merchant.currency, terms.unit))]

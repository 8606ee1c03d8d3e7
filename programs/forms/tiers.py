"""Forms of the tab Tiers: what counts and how one falls, and the ladder of levels."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loyalty_site.web.fields import CountField, ExactField
from programs.editing import tiers
from programs.forms import rows
from programs.forms.parts import Document, PartForm
from programs.stairs import unit_of
from programs.terms import Terms
from programs.wording import in_parts

BASES = [
    ("points", gettext_lazy("Points from purchases, before bonuses")),
    ("spend", gettext_lazy("Money spent")),
    ("visits", gettext_lazy("Visits")),
]
WINDOWS = [
    ("rolling", gettext_lazy("In the last months, counted from today")),
    ("calendar_year", gettext_lazy("In the calendar year")),
    ("lifetime", gettext_lazy("Since joining, for ever")),
]
DOWNGRADES = [
    ("natural", gettext_lazy("Goes to the level still reached")),
    ("one_step", gettext_lazy("Goes down one level")),
    ("never", gettext_lazy("Keeps the level")),
]
LONGEST_MONTHS, LONGEST_GRACE = 1_200, 3_650
ONE = Decimal(1)
EMPTY = {"at": 0, "multiplier": ONE, "entry_gift": 0, "discount_percent": Decimal(0), "name": "", "code": ""}


class CountingForm(PartForm):
    """Edits what counts for tiers, over which time, and what happens to who falls short."""

    name, paths = "counting", tiers.COUNTING_PATHS

    basis = forms.ChoiceField(label=gettext_lazy("What counts"), choices=BASES)
    window = forms.ChoiceField(label=gettext_lazy("Over which time"), choices=WINDOWS)
    months = CountField(label=gettext_lazy("Months"), min_value=1, max_value=LONGEST_MONTHS)
    downgrade = forms.ChoiceField(label=gettext_lazy("A member who falls short"), choices=DOWNGRADES)
    grace_days = CountField(
        label=gettext_lazy("Days of grace before that"),
        max_value=LONGEST_GRACE,
        help_text=gettext_lazy("Members are warned when they begin. 0: at once."),
    )

    def values(self) -> dict[str, Any]:
        return tiers.counting_values(self.working.document)

    def change(self, document: Document) -> Document:
        return tiers.with_counting(document, self.cleaned_data)

    def clean(self) -> None:
        """A number of months matters to the rolling window alone."""
        if self.cleaned_data.get("window") != "rolling":
            self.errors.pop("months", None)

    def field_of(self, path: str) -> str | None:
        return path.removeprefix("tiers.").removeprefix("window.")

    def sentences(self, terms: Terms) -> list[str]:
        said = in_parts(terms, self.merchant.currency)["tiers"]
        return [said[0], said[-1]] if said else []


class LadderForm(PartForm):
    """Edits the levels, lowest first: fields `level_0_name` and so on, counted by `levels`.

    The lowest level begins at 0, so it has no field for that. A level without a code is new.
    """

    name, paths = "ladder", tiers.LADDER_PATHS

    stem = "level"
    levels = forms.CharField(widget=forms.HiddenInput, required=False)

    def add_row(self, place: int) -> None:
        fields = {
            "code": forms.CharField(widget=forms.HiddenInput, required=False),
            "name": forms.CharField(label=_("Name"), required=False),
            "multiplier": ExactField(
                label=_("Times points"), min_value=0, max_digits=18, decimal_places=6, required=False
            ),
            "entry_gift": CountField(label=_("Entry gift"), required=False),
            "discount_percent": ExactField(
                label=_("Discount"), min_value=0, max_value=100, max_digits=9, decimal_places=6, required=False
            ),
        }
        if place:
            fields["at"] = CountField(label=_("From, in %(unit)s") % {"unit": self.unit})
        self.fields |= {f"level_{place}_{key}": field for key, field in fields.items()}

    @cached_property
    def unit(self) -> str:
        """What the thresholds are counted in."""
        terms = self.working.terms
        return unit_of(terms.tiers, terms, self.merchant.currency) if terms.tiers else ""

    def values(self) -> dict[str, Any]:
        return rows.with_rows({}, "level", tiers.ladder_values(self.working.document))

    def new_row(self, sent: rows.Sent, place: int) -> rows.Sent:
        return tiers.new_row(rows.rows_of(sent, "level"), place, self.working.document["tiers"]["basis"])

    @property
    def typed(self) -> list[dict[str, Any]]:
        """The levels as they were typed, lowest first; call it on a cleaned form."""
        cleaned = {name: value for name, value in self.cleaned_data.items() if value is not None}
        return [EMPTY | row for row in rows.rows_of(cleaned, "level")]

    def change(self, document: Document) -> Document:
        return tiers.with_ladder(document, self.typed)

    def field_of(self, path: str) -> str | None:
        return tiers.field_of(path)

    def advice(self, path: str, sentence: str) -> str:
        if rule := tiers.rule_at(self.working.document, path):
            words = _("The rule %(rule)s is for a level that would be gone. Remove that level by itself, and choose.")
            return words % {"rule": rule["name"]}
        place, key = tiers.place_of(path)
        if key == "name":
            return _("Give the level a name, such as Silver.")
        if key == "at" and place:
            below = self.typed[place - 1]
            return _("Start it above %(below)s, at more than %(at)s.") % {"below": below["name"], "at": below["at"]}
        return sentence

    def sentences(self, terms: Terms) -> list[str]:
        return in_parts(terms, self.merchant.currency)["tiers"][1:-1]

    @property
    def rungs(self) -> list[dict[str, forms.BoundField]]:
        """The fields of each level, lowest first."""
        count = sum(name.endswith("_code") for name in self.fields)
        keys = ("code", *tiers.LEVEL_KEYS)
        names = [{key: f"level_{place}_{key}" for key in keys} for place in range(count)]
        return [{key: self[name] for key, name in row.items() if name in self.fields} for row in names]

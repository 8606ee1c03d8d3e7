"""What people choose above the list of members. Everything stands in the address, so that a view can be kept."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from loyalty_site.refusals import Refused
from loyalty_site.web.fields import CountField
from members import segments
from members.forms.own_filters import ANY, asked, day, filters_for
from members.listing import columns as catalogue
from members.listing.choices import Choices
from members.listing.paging import ORDERS
from members.listing.wanted import Days, Wanted, When

MOST_DAYS = 36_500
VISITED = [
    ("", _("Any time or never")),
    (When.WITHIN, _("In the last … days")),
    (When.BEFORE, _("Not in the last … days")),
    (When.NEVER, _("Never")),
]
JOINED = [
    ("", _("Any time")),
    (When.WITHIN, _("In the last … days")),
    (When.BEFORE, _("More than … days ago")),
    (When.BETWEEN, _("Between two days")),
]
STATUS = [ANY, ("open", _("Not blocked")), ("blocked", _("Blocked"))]


def with_usual_columns(address: QueryDict) -> QueryDict:
    """The address as it is meant where it names no columns."""
    meant = address.copy()
    meant.setlist("columns", list(catalogue.USUAL))
    return meant


class ListForm(forms.Form):
    """Search, filters, order and columns; what is left empty does not filter."""

    q = forms.CharField(label=_("Find a member"), required=False, max_length=254)
    program = forms.ChoiceField(label=_("Program"), required=False)
    tier = forms.MultipleChoiceField(label=_("Tier"), required=False, widget=forms.CheckboxSelectMultiple)
    balance_from = CountField(label=_("Balance from"), required=False)
    balance_to = CountField(label=_("Balance to"), required=False)
    visited = forms.ChoiceField(label=_("Last visit"), required=False, choices=VISITED)
    visited_days = CountField(label=_("Days"), required=False, min_value=1, max_value=MOST_DAYS)
    joined = forms.ChoiceField(label=_("Joined"), required=False, choices=JOINED)
    joined_days = CountField(label=_("Days"), required=False, min_value=1, max_value=MOST_DAYS)
    joined_from = day(_("Joined from"))
    joined_until = day(_("Joined until"))
    location = forms.TypedChoiceField(label=_("Joined at"), required=False, coerce=int, empty_value=None)
    tag = forms.CharField(
        label=_("Tags"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"list": "known-tags", "autocomplete": "off"}),
    )
    consent = forms.ChoiceField(label=_("Agreed to"), required=False)
    status = forms.ChoiceField(label=_("Card"), required=False, choices=STATUS)
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    columns = forms.MultipleChoiceField(
        label=_("Columns"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: QueryDict, *, choices: Choices) -> None:
        chosen = data if "columns" in data else with_usual_columns(data)
        super().__init__(chosen)
        self.address, self.offered = data, choices
        self.offer("program", [(one.code, one.name) for one in choices.programs], least=2)
        self.offer("tier", [(level.code, level.name) for level in choices.levels])
        self.offer("location", [ANY, *((place.pk, place.name) for place in choices.locations)], least=2)
        self.offer("consent", [ANY, *choices.consents], least=2)
        self.offer("columns", [(column.key, column.label) for column in catalogue.offered(choices.own)])
        self.fields |= dict(filters_for(choices.own))

    def offer(self, name: str, choices: list[Any], *, least: int = 1) -> None:
        """Offer these choices, or leave a filter out that would leave none."""
        if len(choices) < least:
            del self.fields[name]
        else:
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def plain_filters(self) -> list[forms.BoundField]:
        """The filters that are one control each, in their order."""
        own = [name for name in self.fields if name.startswith(catalogue.OWN)]
        names = ["program", "balance_from", "balance_to", "location", "tag", "consent", "status", *own]
        return [self[name] for name in names if name in self.fields]

    def wide_filters(self) -> list[forms.BoundField]:
        """What is ticked: tiers, and the columns to show."""
        return [self[name] for name in ("tier", "columns") if name in self.fields]

    def clean_tag(self) -> tuple[str, ...]:
        try:
            return tuple(segments.tidy(self.cleaned_data["tag"].split(",")))
        except Refused as refusal:
            raise ValidationError(str(refusal.words)) from refusal

    def clean(self) -> None:
        typed = self.cleaned_data
        least, most = typed.get("balance_from"), typed.get("balance_to")
        if least is not None and most is not None and least > most:
            self.add_error("balance_to", _("Write as much as in “from” or more."))
        for name in ("visited", "joined"):
            if typed.get(name) in (When.WITHIN, When.BEFORE) and not typed.get(f"{name}_days"):
                self.add_error(f"{name}_days", _("Write how many days."))

    def wanted(self) -> Wanted:
        """What the list shows; a filter that is not valid filters nothing."""
        self.full_clean()
        typed = self.cleaned_data
        order = typed.get("sort", "").removeprefix("-")
        is_order = order in ORDERS
        return Wanted(
            program=self.offered.program,
            text=typed.get("q", "").strip(),
            tiers=tuple(typed.get("tier", ())),
            balance_from=typed.get("balance_from"),
            balance_to=typed.get("balance_to"),
            visited=Days(When(typed.get("visited", "")), typed.get("visited_days")),
            joined=self.joined_stretch(),
            location=typed.get("location"),
            tags=typed.get("tag", ()),
            consent=typed.get("consent", ""),
            is_blocked={"open": False, "blocked": True}.get(typed.get("status", "")),
            sort=order if is_order else "name" if typed.get("q", "").strip() else "joined",
            is_descending=typed["sort"].startswith("-") if is_order else not typed.get("q", "").strip(),
            own=asked(self.offered.own, typed),
            columns=tuple(typed.get("columns", ())),
        )

    def joined_stretch(self) -> Days:
        typed = self.cleaned_data
        when = When(typed.get("joined", ""))
        return Days(when, typed.get("joined_days"), typed.get("joined_from"), typed.get("joined_until"))

    def query(self, *, without: Collection[str] = (), **changed: str) -> str:
        """What stands behind `?` for this list, in a fixed order: without some names, and with others changed."""
        kept = QueryDict(mutable=True)
        for name in self.fields:
            values = [changed[name]] if name in changed else self.address.getlist(name)
            is_usual = name == "columns" and set(values) == set(catalogue.USUAL)
            if name not in without and any(values) and not is_usual:
                kept.setlist(name, [value for value in values if value])
        return kept.urlencode()


class KeepForm(forms.Form):
    """A name for a view, and who sees it."""

    query = forms.CharField(required=False, max_length=2_000, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    is_shared = forms.BooleanField(label=_("Everybody at this shop sees it"), required=False)

    def __init__(self, *args: Any, may_share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_share:
            self.fields["is_shared"].widget = forms.HiddenInput()

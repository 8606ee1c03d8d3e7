"""The form of one earning rule: every condition, every effect, cap and budget. Its code and its pause are not here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from loyalty_site.web.fields import ExactField
from programs.editing import rules
from programs.forms.lists import TextListField
from programs.forms.seen import SeenForm
from programs.models import Merchant
from programs.terms import Terms
from programs.wording import speech
from programs.wording.rules import EVENTS, ON_WEEKDAYS

MOST_POINTS = 1_000_000_000
LONGEST = 120
KINDS = {
    "times": _("× %(points)s"),
    "points": _("%(points)s"),
    "piece": _("%(points)s for every piece"),
    "per": _("%(points)s more for every"),
}
OCCASIONS = [("purchase", _("on purchases")), *EVENTS.items()]
CAP_PERIODS = [("day", _("a day")), ("week", _("a week")), ("month", _("a month")), ("lifetime", _("ever"))]
WHOLE = _("Points are whole numbers. Write 5 or 10, without decimals.")
NO_AMOUNT = _("Only purchases have an amount to multiply or to count. Choose points, once.")


@dataclass(frozen=True)
class Offered:
    """What a rule can name: the program's unit, the shop's locations and the levels, as (code, name)."""

    points: str
    locations: tuple[tuple[str, str], ...]
    levels: tuple[tuple[str, str], ...]


def offered(merchant: Merchant, terms: Terms) -> Offered:
    """Read what the rules of a shop can name."""
    levels = terms.tiers.levels if terms.tiers else ()
    places = merchant.locations.values_list("code", "name")
    return Offered(
        speech(merchant.currency, terms.unit).many, tuple(places), tuple((level.code, level.name) for level in levels)
    )


def a_date(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def a_time(label: Any) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, required=False, widget=widget, input_formats=["%H:%M"])


def chosen(label: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, required=False, widget=forms.CheckboxSelectMultiple)


class RuleForm(SeenForm):
    """Edits one rule of a document, given as `terms.dump` writes it."""

    amount = ExactField(label=_("How much"), max_digits=18, decimal_places=6, min_value=0)
    kind = forms.ChoiceField(label=_("Of what"), choices=[*KINDS.items()])
    per = ExactField(label=_("For every"), max_digits=18, decimal_places=6, required=False)
    event = forms.ChoiceField(label=_("Occasion"), choices=OCCASIONS)
    weekdays = chosen(_("Days of the week"))
    starts = a_time(_("From what time"))
    ends = a_time(_("Until what time"))
    starts_on = a_date(_("First day"))
    ends_on = a_date(_("Last day"))
    min_amount = ExactField(label=_("Least amount"), max_digits=18, decimal_places=6, required=False)
    first_purchase = forms.BooleanField(label=_("Only the first purchase"), required=False)
    categories = TextListField(label=_("Categories"), max_length=LONGEST, suggests="seen-categories")
    products = TextListField(label=_("Products"), max_length=LONGEST, suggests="seen-products")
    locations = chosen(_("Locations"))
    channels = TextListField(label=_("Channels"), max_length=LONGEST, suggests="seen-channels")
    tiers = chosen(_("Tiers"))
    segments = TextListField(label=_("Segments"), max_length=LONGEST, suggests="seen-segments")
    budget = forms.IntegerField(
        label=_("Most points in all"),
        min_value=1,
        max_value=MOST_POINTS,
        required=False,
        help_text=_("Over all members."),
    )
    cap_points = forms.IntegerField(
        label=_("Most points for a member"), min_value=1, max_value=MOST_POINTS, required=False
    )
    cap_per = forms.ChoiceField(label=_("In what time"), choices=CAP_PERIODS)
    name = forms.CharField(label=_("Name"), max_length=LONGEST, strip=False)

    def __init__(self, *args: Any, rule: dict[str, Any], offered: Offered, seen: str, **kwargs: Any) -> None:
        """`seen` is the mark of what the form was made of."""
        super().__init__(*args, **kwargs)
        self.rule, self.initial = rule, rules.values_of(rule) | {"seen": seen}
        self.offer("kind", ((kind, str(words) % {"points": offered.points}) for kind, words in KINDS.items()))
        self.offer("weekdays", ((day, capfirst(str(words))) for day, words in ON_WEEKDAYS.items()))
        self.offer("locations", offered.locations)
        self.offer("tiers", offered.levels)

    def offer(self, name: str, choices: Iterable[tuple[str, Any]]) -> None:
        """Offer choices, and besides them what the rule names already though the shop does not know it any more."""
        known = dict(choices)
        named = self.initial[name]
        known |= {code: code for code in named if code not in known} if isinstance(named, list) else {}
        self.fields[name].choices = [*known.items()]  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not name.strip() and name != self.initial["name"]:
            raise forms.ValidationError(_("Give the rule a name. Members read it in their history."))
        return name

    def clean_min_amount(self) -> Any:
        if self.cleaned_data["min_amount"] == 0:
            raise forms.ValidationError(_("Write more than 0, or leave it empty for any amount."))
        return self.cleaned_data["min_amount"]

    def clean(self) -> None:
        self.check_effect()
        self.check_time()

    def check_effect(self) -> None:
        kind, amount = self.cleaned_data.get("kind"), self.cleaned_data.get("amount")
        if kind != "times" and amount is not None and (amount < 1 or amount % 1):
            self.add_error("amount", WHOLE)
        if kind == "per" and not self.cleaned_data.get("per"):
            self.add_error("per", _("Say for how much money, such as 10."))
        if kind != "per":
            self.cleaned_data["per"] = None
        if kind in ("times", "per", "piece") and self.cleaned_data.get("event", "purchase") != "purchase":
            self.add_error("kind", NO_AMOUNT)
        things = self.cleaned_data.get("products"), self.cleaned_data.get("categories")
        if kind == "piece" and not any(things):
            self.add_error("kind", _("Say pieces of what: add a category or a product."))

    def check_time(self) -> None:
        first, last = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day is before the first one. Choose a later one."))
        start, end = self.cleaned_data.get("starts"), self.cleaned_data.get("ends")
        if bool(start is None) != bool(end is None):
            self.add_error("ends" if end is None else "starts", _("Say both hours, such as 09:00 and 12:00."))
        elif start is not None and start == end:
            self.add_error("ends", _("The hours end when they start. Choose another end."))

    @property
    def document(self) -> dict[str, Any]:
        """The rule as edited; call it on a valid form."""
        return rules.rule_of(self.rule, self.cleaned_data)

    def field_of(self, path: str) -> str | None:
        return rules.field_of(path)

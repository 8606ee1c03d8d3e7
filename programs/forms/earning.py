"""The form of the base rate: what a purchase earns, how it is rounded, how bonuses combine, when points are ready."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from loyalty_site.web.fields import ExactField
from programs.editing import earning
from programs.forms.seen import SeenForm
from programs.forms.slots import Slot, slots_of

ROUNDINGS = [
    ("floor", _("down to whole points")),
    ("half_up", _("to the nearest whole point")),
    ("ceiling", _("up to whole points")),
]
STACKINGS = [
    ("multiply", _("multiply: 2× and 1.5× make 3×")),
    ("add", _("add up: 2× and 1.5× make 2.5×")),
    ("best", _("the best one alone counts")),
]


class EarningForm(SeenForm):
    """Edits the base rate of a document, given as `terms.dump` writes it."""

    points = forms.IntegerField(label=_("Points"), min_value=0, max_value=1_000_000_000)
    per = ExactField(label=_("For every"), max_digits=18, decimal_places=6)
    rounding = forms.ChoiceField(label=_("Each purchase is rounded"), choices=ROUNDINGS)
    stacking = forms.ChoiceField(label=_("Several bonuses on one purchase"), choices=STACKINGS)
    pending_days = forms.IntegerField(
        label=_("Days until points can be spent"),
        min_value=0,
        max_value=3650,
        help_text=_("0: at once. Useful where people return goods."),
    )
    carry_over = forms.BooleanField(
        label=_("What a purchase leaves unrewarded counts towards the next"),
        required=False,
        help_text=_("For rates such as a point for every 10: the 9 that are left over are not lost."),
    )

    def __init__(self, *args: Any, rate: dict[str, Any], seen: str, **kwargs: Any) -> None:
        """`rate` is the document's `earning`, `seen` the mark of what the form was made of."""
        super().__init__(*args, **kwargs)
        self.rate, self.initial = rate, earning.values_of(rate) | {"seen": seen}

    def clean_per(self) -> Any:
        if not self.cleaned_data["per"]:
            raise forms.ValidationError(_("Say for how much money, such as 1 or 10."))
        return self.cleaned_data["per"]

    def clean(self) -> None:
        carries = self.cleaned_data.get("carry_over")
        if carries and self.cleaned_data.get("rounding") not in ("floor", None):
            self.add_error("rounding", _("Round down, or let nothing count towards the next purchase."))
        if carries and self.cleaned_data.get("points") == 0:
            self.add_error("points", _("Without points for money nothing is left over. Write 1 or more."))

    @property
    def document(self) -> dict[str, Any]:
        """The base rate as edited; call it on a valid form."""
        return earning.earning_of(self.rate, self.cleaned_data)

    def field_of(self, path: str) -> str | None:
        return earning.field_of(path)

    def slots(self, *, points: str, at: str) -> list[Slot]:
        """The base rate as a sentence with its two controls; `points` is what the program calls them."""
        words = _("%(amount)s %(points)s for every %(money)s spent")
        fields = {"amount": "points", "money": "per"}
        return [*slots_of(str(words).replace("%(points)s", points), fields, self, at)]

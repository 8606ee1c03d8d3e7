"""The form of a reward."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from loyalty_site.web.fields import ExactField
from loyalty_site.web.format import currency_sign
from programs.models import Merchant
from programs.terms import Terms
from programs.versions import Schedule
from rewards.models import Reward

PICTURES = [
    ("gift", _("Present")),
    ("cup", _("Cup")),
    ("bun", _("Bun")),
    ("bean", _("Bean")),
    ("bag", _("Bag")),
    ("drop", _("Drop")),
    ("cut", _("Price tag")),
    ("cake", _("Cake")),
    ("star", _("Star")),
    ("users", _("Company")),
    ("spark", _("Spark")),
]


class RewardForm(forms.ModelForm):  # type: ignore[type-arg]
    """A reward as the owner describes it. Its program is chosen once, because its points are of that program."""

    class Meta:
        model = Reward
        fields = [
            "program",
            "name",
            "description",
            "icon",
            "points_price",
            "money_value",
            "stock",
            "limit_times",
            "limit_per",
            "min_tier",
            "voucher_minutes",
            "is_active",
        ]
        labels = {
            "program": _("Program"),
            "name": _("Reward name"),
            "description": _("Description"),
            "points_price": _("Cost"),
            "stock": _("In stock"),
            "limit_times": _("Times for each member"),
            "limit_per": _("In each"),
            "voucher_minutes": _("Minutes to show the voucher"),
            "is_active": _("On offer"),
        }
        help_texts = {
            "name": _("Members see this on their phone."),
            "stock": _("Empty: as many as are asked for."),
            "limit_times": _("Empty: no limit."),
            "voucher_minutes": _("Not used in time, the points come back."),
        }

    def __init__(self, *args: Any, merchant: Merchant, terms: dict[int, Terms], **kwargs: Any) -> None:
        """`terms` holds the terms in force of every program of the merchant, by program id."""
        super().__init__(*args, **kwargs)
        self.merchant, self.terms = merchant, terms
        self.instance.merchant = merchant
        self.fields["icon"] = forms.ChoiceField(
            label=_("Picture"), choices=PICTURES, widget=forms.RadioSelect, initial="gift"
        )
        self.fields["min_tier"] = forms.ChoiceField(label=_("Who can have it"), choices=self.tiers(), required=False)
        self.fields["money_value"] = self.worth()
        self.fields["stock"].show_hidden_initial = True  # tells a changed figure from one that was sold from meanwhile
        self.choose_program()

    def worth(self) -> ExactField:
        """The money a reward is worth, with no more decimals than the shop's currency has."""
        words = _("What you would charge for it. It shows what redeeming costs you.")
        worth = self.instance.money_value
        self.initial["money_value"] = None if worth is None else round(worth, self.merchant.money_decimals)
        return ExactField(
            label=_("Worth in the shop"),
            required=False,
            min_value=0,
            max_digits=14,
            decimal_places=self.merchant.money_decimals,
            help_text=words,
        )

    def choose_program(self) -> None:
        """Ask for the program of a new reward where there are several; never change it afterwards."""
        choice = self.fields["program"]
        running = self.merchant.programs.running()
        choice.queryset = running  # type: ignore[attr-defined]
        choice.empty_label = None  # type: ignore[attr-defined]
        if self.instance.pk:
            del self.fields["program"]
        elif len(running) == 1:
            choice.widget = forms.HiddenInput()
            self.initial["program"] = running[0]

    def tiers(self) -> list[tuple[str, Any]]:
        """Everyone, then the levels of the reward's program, or of every program for a new reward."""
        chosen = [self.instance.program_id] if self.instance.pk else list(self.terms)
        levels = [level for pk in chosen for level in levels_of(self.terms[pk])[1:]]
        return [("", _("Everyone")), *((code, _("%(tier)s and above") % {"tier": name}) for code, name in levels)]

    @property
    def sign(self) -> str:
        return currency_sign(self.merchant.currency)

    def clean(self) -> dict[str, Any]:
        program_id = self.instance.program_id or getattr(self.cleaned_data.get("program"), "pk", None)
        tier = self.cleaned_data.get("min_tier")
        if tier and program_id and tier not in dict(levels_of(self.terms[program_id])):
            self.add_error("min_tier", _("This program has no such tier."))
        return self.cleaned_data


def levels_of(terms: Terms) -> list[tuple[str, str]]:
    return [(level.code, level.name) for level in terms.tiers.levels] if terms.tiers else []


def terms_in_force(merchant: Merchant, *, now: datetime) -> dict[int, Terms]:
    """The terms of every live program of a merchant, by program id."""
    schedule = Schedule(merchant.programs.values_list("pk", flat=True))
    return {pk: schedule.at(pk, now).terms for pk in schedule.program_ids}

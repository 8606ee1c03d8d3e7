"""What staff type when a card is replaced or started."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members import cards
from members.enrolling import NewMember
from members.models import CardNumber
from members.refusals import NotAllowed
from programs.models import Staff

Reason = CardNumber.Reason
REASONS = [(reason.value, reason.label) for reason in (Reason.LOST, Reason.STOLEN, Reason.WORN, Reason.OTHER)]


class CardField(forms.CharField):
    """The number of a card as it was typed or scanned, kept as it is stored."""

    def clean(self, value: Any) -> str:
        number: str = super().clean(value).strip()
        try:
            return cards.read(number) if number else ""
        except NotAllowed as refusal:
            raise forms.ValidationError(str(refusal.words)) from refusal


class StartForm(forms.Form):
    """The number of a card that is handed over before anybody signs up for it."""

    number = CardField(max_length=40)

    def __init__(self, *args: Any, by: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    @property
    def fault(self) -> str:
        """The first thing that is wrong."""
        return str(next(iter(self.errors.values()))[0])

    @property
    def newcomer(self) -> NewMember:
        """A card without a person; joining is still to come. The number stands for the press of the button."""
        number = self.cleaned_data["number"]
        return NewMember(number=number, location=self.by.location, is_sign_up=False, reference=f"card:{number}")


class ReissueForm(forms.Form):
    """Why a card is replaced, and the number of the next one, if it lies ready."""

    replaces = forms.CharField(max_length=20, widget=forms.HiddenInput)
    reason = forms.ChoiceField(label=_("What happened to the card"), choices=REASONS)
    number = CardField(
        label=_("Number of the new card"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        help_text=_("Scan or type it if a card lies ready. Left empty, a new number is drawn."),
    )

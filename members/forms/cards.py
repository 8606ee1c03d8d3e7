"""What staff type when a card is replaced."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from members import cards
from members.models import CardNumber
from members.refusals import NotAllowed

Reason = CardNumber.Reason
REASONS = [(reason.value, reason.label) for reason in (Reason.LOST, Reason.STOLEN, Reason.WORN, Reason.OTHER)]


class ReissueForm(forms.Form):
    """Why a card is replaced, and the number of the next one, if it lies ready."""

    replaces = forms.CharField(max_length=20, widget=forms.HiddenInput)
    reason = forms.ChoiceField(label=_("What happened to the card"), choices=REASONS)
    number = forms.CharField(
        label=_("Number of the new card"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        help_text=_("Scan or type it if a card lies ready. Left empty, a new number is drawn."),
    )

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"].strip()
        try:
            return cards.read(number) if number else ""
        except NotAllowed as refusal:
            raise forms.ValidationError(str(refusal.words)) from refusal

"""Taking over a till: who one is, and one's PIN."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from programs.models import Merchant, Staff
from programs.staffing import pins


class SwitchForm(forms.Form):
    """A person of those who have a PIN, and what they typed."""

    operator = forms.TypedChoiceField(
        label=gettext_lazy("Who are you?"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose who you are.")},
    )
    pin = forms.CharField(
        label=gettext_lazy("PIN"),
        max_length=12,
        error_messages={"required": gettext_lazy("Type your PIN.")},
    )

    def __init__(self, *args: Any, merchant: Merchant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people: list[Staff] = list(pins.operators(merchant))
        self.fields["operator"].choices = [(person.pk, str(person.user)) for person in self.people]  # type: ignore[attr-defined]

"""Forms of our own."""

from typing import Any
from uuid import uuid4

from django import forms


class ReferencedForm(forms.Form):
    """A form that is carried out once, however often it is sent: its reference is drawn when the page is made."""

    reference = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def clean_reference(self) -> str:
        return str(self.cleaned_data["reference"])

    def start_anew(self) -> None:
        """Give what was typed a reference of its own, after a conflict has been explained."""
        data: Any = self.data
        self.data = data = data.copy()  # one that may be changed, with every box that was ticked
        data["reference"] = str(uuid4())

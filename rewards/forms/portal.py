"""What the portal asks for when a reward is redeemed."""

from typing import Any

from django import forms


class RedeemForm(forms.Form):
    """Redeeming asks for nothing but its reference, drawn when the page was made, so that a second press is a retry."""

    reference = forms.UUIDField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        return cleaned | {"reference": str(cleaned.get("reference", ""))}

"""Form fields of our own."""

from decimal import Decimal
from typing import Any

from django import forms


class ExactField(forms.DecimalField):
    """A number with a point or a comma, as people type it anywhere."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)

"""Form fields of our own."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

MOST = 1_000_000_000
TOO_SMALL = _("Write %(limit_value)s or more.")
NO_NUMBER = _("Write a number, such as 1.5.")
TOO_LARGE = _("Write %(limit_value)s or less.")


def number_in(said: str) -> int | None:
    """The whole number that an address or a form says; None for anything else, and for more than can be meant."""
    return int(said) if said.isdecimal() and len(said) <= len(str(MOST)) else None


class CountField(forms.IntegerField):
    """A whole number, written with or without spaces between the thousands."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def __init__(self, *, min_value: int = 0, max_value: int = MOST, **kwargs: Any) -> None:
        words = {"invalid": _("Write a whole number, such as 12."), "required": _("Write a whole number, such as 12.")}
        kwargs["error_messages"] = {"min_value": TOO_SMALL, "max_value": TOO_LARGE} | words
        super().__init__(min_value=min_value, max_value=max_value, **kwargs)

    def to_python(self, value: Any) -> int | None:
        return super().to_python("".join(value.split()) if isinstance(value, str) else value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}  # the limits are said in words


class ExactField(forms.DecimalField):
    """A number with a point or a comma, as people type it anywhere."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    default_error_messages = {
        "invalid": NO_NUMBER,
        "required": NO_NUMBER,
        "max_digits": NO_NUMBER,
        "max_whole_digits": _("Write a smaller number."),
        "max_decimal_places": _("Write fewer digits after the point."),
        "min_value": TOO_SMALL,
        "max_value": TOO_LARGE,
    }

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class DayField(forms.DateField):
    """A day of years that leave room for days counted from it, to and fro."""

    years = range(1970, 3000)

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value and value.year not in self.years:
            words = say("Choose a day of the years %(first)s to %(last)s.")
            raise ValidationError(words % {"first": self.years[0], "last": self.years[-1]})


class MarkedSelect(forms.Select):
    """A list whose options carry something for a script: `marks` are the attributes of each value."""

    marks: Mapping[str, dict[str, str]] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"] |= self.marks.get(str(value), {})
        return option

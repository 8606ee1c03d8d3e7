"""Form fields of days: a day of any year, and numbers of days ahead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loyalty_site.web.fields import MOST

LEAP_YEAR = 2000
MOST_NOTICES = 5
LONGEST = len(str(MOST))  # digits
DAYS = [("", "–"), *((f"{day:02}", str(day)) for day in range(1, 32))]
MONTH_NAMES = [("", "–"), *((f"{number:02}", name) for number, name in MONTHS.items())]


def select(label: Any, choices: Sequence[tuple[str, Any]]) -> forms.Select:
    return forms.Select(attrs={"class": "select", "aria-label": label}, choices=choices)


class MonthDayWidget(forms.MultiWidget):
    """Two lists to choose from: the day and the month."""

    def __init__(self) -> None:
        days, months = select(gettext_lazy("Day"), DAYS), select(gettext_lazy("Month"), MONTH_NAMES)
        super().__init__({"day": days, "month": months})

    def decompress(self, value: str | None) -> list[str]:
        return [value[3:], value[:2]] if value else ["", ""]


class MonthDayField(forms.MultiValueField):
    """A day of the year as terms write it: 12-31. Nothing for no day."""

    def __init__(self, **kwargs: Any) -> None:
        fields = (forms.ChoiceField(choices=DAYS), forms.ChoiceField(choices=MONTH_NAMES))
        super().__init__(fields=fields, widget=MonthDayWidget(), required=False, require_all_fields=False, **kwargs)

    def compress(self, chosen: list[str]) -> str:
        if not any(chosen):
            return ""
        day, month = chosen
        if not day or not month:
            raise ValidationError(_("Choose both a day and a month."))
        return f"{month}-{day}" if exists(month, day) else self.refuse(month)

    def refuse(self, month: str) -> str:
        words = _("%(month)s has fewer days. Choose an earlier one.")
        raise ValidationError(words % {"month": MONTHS[int(month)]})


def exists(month: str, day: str) -> bool:
    """Whether some year has the day."""
    try:
        return bool(date(LEAP_YEAR, int(month), int(day)))
    except ValueError:
        return False


class DaysAheadField(forms.CharField):
    """Numbers of days, separated by commas: 30, 7."""

    widget = forms.TextInput(attrs={"autocomplete": "off"})

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[int]:
        parts = [part.strip() for part in super().clean(value).replace(";", ",").split(",") if part.strip()]
        if not all(part.isdecimal() and len(part) <= LONGEST and 0 < int(part) <= MOST for part in parts):
            raise ValidationError(_("Write whole numbers with commas between them, such as 30, 7."))
        if len(parts) > MOST_NOTICES:
            raise ValidationError(_("Write %(count)s numbers or fewer.") % {"count": MOST_NOTICES})
        return [int(part) for part in parts]

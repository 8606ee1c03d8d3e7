"""A list of short texts in a form: an input for each, and some empty ones for more, drawn by the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.utils.translation import gettext_lazy as _


class TextList(forms.Widget):
    """Inputs of one name; `suggests` is the id of the datalist that offers what the shop has seen."""

    use_fieldset = True

    def __init__(self, *, suggests: str) -> None:
        super().__init__()
        self.suggests = suggests

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        given = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return [text for text in given if text]


class TextListField(forms.Field):
    """Texts as they came, the empty ones left out; each must fit where the terms keep it."""

    def __init__(self, *, max_length: int, suggests: str, **kwargs: Any) -> None:
        super().__init__(required=False, widget=TextList(suggests=suggests), **kwargs)
        words = _("One of these is too long: %(limit_value)s letters at most.")
        self.checks = [MaxLengthValidator(max_length, words), ProhibitNullCharactersValidator()]

    def clean(self, value: Sequence[str]) -> list[str]:
        faults = [fault for text in value for check in self.checks for fault in faults_of(check, text)]
        if faults:
            raise ValidationError(faults)
        return [*value]


def faults_of(check: Any, text: str) -> list[ValidationError]:
    try:
        check(text)
    except ValidationError as fault:
        return [fault]
    return []

"""Sentences with the controls of a form between their words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from programs.forms.lists import TextList
from programs.wording import speech

SLOT = re.compile("\ue000(\\w+)\ue001")
ANY = {
    "weekdays": _("any day"),
    "locations": _("every location"),
    "tiers": pgettext_lazy("all members", "everyone"),
    "categories": _("all categories"),
    "products": _("all products"),
    "channels": _("every channel"),
    "segments": _("any segment"),
}


class Slot(NamedTuple):
    """Words, or the control of a field with what its choice says; `is_list` draws inputs for texts."""

    words: str = ""
    field: forms.BoundField | None = None
    said: str = ""
    is_list: bool = False
    is_at: bool = False


def slots_of(words: str, fields: Mapping[str, str], form: forms.Form, at: str) -> Iterator[Slot]:
    marked = words % {place: f"\ue000{name}\ue001" for place, name in fields.items()}
    for number, part in enumerate(SLOT.split(marked)):
        if number % 2:
            yield slot_of(form[part], at)
        elif part.strip():
            yield Slot(part.strip())


def slot_of(field: forms.BoundField, at: str) -> Slot:
    """Make a slot of a field; the one to look at first takes the focus, a list of choices by its summary."""
    is_list = isinstance(field.field.widget, TextList)
    if field.name == at and not field.use_fieldset:
        field.field.widget.attrs["autofocus"] = True
    return Slot("", field, said(field), is_list, field.name == at)


def said(field: forms.BoundField) -> str:
    """What a list of choices says, such as Tuesdays and Fridays; what it says when nothing is chosen."""
    if field.name not in ANY:
        return ""
    chosen: Sequence[str] = field.value() or ()
    labels = dict(getattr(field.field, "choices", ()))
    known = [value for value in labels if value in chosen]
    if field.name == "tiers" and len(known) > 1 and known == [*labels][-len(known) :]:
        return gettext("%(tier)s and above") % {"tier": labels[known[0]]}
    return speech("EUR").all_of(str(labels.get(value, value)) for value in chosen) or str(ANY[field.name])

"""Filters by the fields of a shop's own: what is typed for each kind, and what it asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from loyalty_site.web.fields import DayField, ExactField
from members.listing.columns import OWN
from members.listing.own_fields import KIND, RANGED, Asked
from members.models import MemberField

ANY = ("", _("Any"))
YES_OR_NO = [ANY, ("yes", _("Yes")), ("no", _("No"))]


def day(label: Any) -> DayField:
    """A day that need not be typed."""
    return DayField(label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def filters_for(own: Iterable[MemberField]) -> Iterator[tuple[str, forms.Field]]:
    """The form fields by their names: one for each field of the shop, two where a stretch is asked for."""
    for field in own:
        if field.kind not in RANGED:
            yield f"{OWN}{field.code}", one_for(field)
            continue
        for end, words in (("from", _("%(field)s from")), ("to", _("%(field)s to"))):
            label = words % {"field": field.name}
            control = day(label) if field.kind == KIND.DATE else ExactField(label=label, required=False, max_digits=20)
            yield f"{OWN}{field.code}_{end}", control


def one_for(field: MemberField) -> forms.Field:
    if field.kind == KIND.TEXT:
        return forms.CharField(label=field.name, required=False, max_length=200)
    choices = YES_OR_NO if field.kind == KIND.YES_NO else [ANY, *((choice, choice) for choice in field.choices)]
    return forms.ChoiceField(label=field.name, required=False, choices=choices)


def asked(own: Iterable[MemberField], typed: Mapping[str, Any]) -> tuple[Asked, ...]:
    """What the valid ones among them ask; one that is left empty asks nothing."""
    every = (
        Asked(field, typed.get(name) or "", typed.get(f"{name}_from"), typed.get(f"{name}_to"))
        for field in own
        for name in [f"{OWN}{field.code}"]
    )
    return tuple(one for one in every if one.text or one.least is not None or one.most is not None)

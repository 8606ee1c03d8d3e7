"""The fields of a shop's own in its list of members: what may be asked of each kind, and who fits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import CharField, DecimalField, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from members.models import MemberField

KIND = MemberField.Kind
RANGED = {KIND.NUMBER, KIND.DATE}
YES = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of one field: a text that it is or contains, or a stretch of numbers or days, open at None."""

    field: MemberField
    text: str = ""
    least: Decimal | date | None = None
    most: Decimal | date | None = None


def narrowed(found: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
    """Those of some members whose field is as asked; members without it do not fit."""
    code, kind = asked.field.code, asked.field.kind
    if kind in RANGED:
        return within(found, asked)
    if kind == KIND.TEXT:
        name = f"own_{asked.field.pk}"
        found = found.alias(**{name: KeyTextTransform(code, "fields")})
        return found.filter(**{f"{name}__icontains": asked.text})
    return found.filter(fields__contains={code: YES[asked.text] if kind == KIND.YES_NO else asked.text})


def within(found: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
    """Numbers are compared as numbers; days are spelled so that they compare as text."""
    name = f"own_{asked.field.pk}"
    is_number = asked.field.kind == KIND.NUMBER
    kind = DecimalField(max_digits=30, decimal_places=10) if is_number else CharField()
    found = found.alias(**{name: Cast(KeyTextTransform(asked.field.code, "fields"), kind)})
    if asked.least is not None:
        found = found.filter(**{f"{name}__gte": spelled(asked.least)})
    if asked.most is not None:
        found = found.filter(**{f"{name}__lte": spelled(asked.most)})
    return found


def spelled(value: Decimal | date) -> Decimal | str:
    return value.isoformat() if isinstance(value, date) else value

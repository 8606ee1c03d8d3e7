"""Who the one member is that two become: which name, address and birthday stay, and what both bring along.

What is displaced from the member that stays, and must be unique, goes to the one that ended: so nobody else gets that
address, and whoever asks for it finds the member that stays.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from members import segments
from members.models import CardNumber, Member, Merge
from programs.models import Staff

CHOSEN = ("name", "email", "phone", "born_on", "customer_number", "language")  # staff choose whose
UNIQUE = ("email", "phone", "customer_number", "user_id")
BLOCK = ("is_blocked", "blocked_at", "blocked_by_id", "blocked_reason")
BROUGHT = ("joined_at", "joined_location_id", "segments", "fields", *BLOCK)
KEPT = (*CHOSEN, "user_id", *BROUGHT)


def values_of(member: Member) -> dict[str, Any]:
    """What a merge may write over, as JSON can keep it."""
    kept: dict[str, Any] = json.loads(json.dumps({name: getattr(member, name) for name in KEPT}, cls=DjangoJSONEncoder))
    return kept


def chosen(into: Member, member: Member, taken: Collection[str]) -> dict[str, Any]:
    """The fields of the one member: its own, those `taken` from the other one, and what it has none of."""
    values = {name: getattr(into, name) for name in KEPT}
    for name in (*CHOSEN, "user_id"):
        other = getattr(member, name)
        if other and (name in taken or not values[name]):
            values[name] = other
    return values | brought(into, member)


def brought(into: Member, member: Member) -> dict[str, Any]:
    """What both bring along: the earlier day of joining, all tags and fields, and a block."""
    earlier = min(into, member, key=lambda one: one.joined_at)
    tags = segments.tidy([*into.segments, *member.segments][: segments.MOST])
    blocked = into if into.is_blocked else member
    return {
        "joined_at": earlier.joined_at,
        "joined_location_id": earlier.joined_location_id or into.joined_location_id,
        "segments": tags,
        "fields": member.fields | {code: value for code, value in into.fields.items() if value not in ("", None)},
    } | {name: getattr(blocked, name) for name in BLOCK}


def become(into: Member, member: Member, taken: Collection[str]) -> None:
    """Write the one member, and leave what was displaced with the one that ended."""
    values = chosen(into, member, taken)
    displaced = {name: getattr(into, name) for name in UNIQUE if values[name] != getattr(into, name)}
    write(member, {name: empty(name) for name in displaced})
    write(into, values)
    write(member, displaced)


def empty(name: str) -> str | None:
    return None if name.endswith("_id") else ""


def write(member: Member, values: dict[str, Any]) -> None:
    if values:
        for name, value in values.items():
            setattr(member, name, value)
        member.save(update_fields=[name.removesuffix("_id") for name in values])


def keep_number(merge: Merge, *, by: Staff, now: datetime) -> int:
    """Let the number of the card that ended find the member that stays; the answer is the row's."""
    return CardNumber.objects.create(
        merchant_id=merge.merchant_id,
        number=merge.member.number,
        member_id=merge.into_id,
        works=True,
        reason=CardNumber.Reason.MERGED,
        since=now,
        by=by,
    ).pk


def part(merge: Merge) -> None:
    """Give both members back what they were; what was changed since on the one that stays is left as it is."""
    before, after = merge.before["persons"], merge.before["became"]
    into, member = merge.into, merge.member
    now_has = values_of(into)
    back = {name: before["into"][name] for name in KEPT if now_has[name] == after[name] != before["into"][name]}
    own = {name: value for name, value in before["member"].items() if value != values_of(member)[name]}
    for person, values in ((member, own), (into, back)):
        write(person, {name: empty(name) for name in UNIQUE if name in values})
    for person, values in ((into, back), (member, own)):
        write(person, {name: read(name, value) for name, value in values.items() if is_free(person, name, value)})


def read(name: str, value: Any) -> Any:
    field: Any = Member._meta.get_field(name.removesuffix("_id"))
    if isinstance(field, models.ForeignKey):
        return value
    return field.to_python(value)


def is_free(member: Member, name: str, value: Any) -> bool:
    """Whether nobody took a value meanwhile that only one member can have."""
    if name not in UNIQUE or not value:
        return True
    others = Member.objects.filter(merchant=member.merchant_id).exclude(pk=member.pk)
    return not others.filter(**{name: value}).exists()

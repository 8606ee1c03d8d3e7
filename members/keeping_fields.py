"""Which fields of its own a shop keeps: adding, changing and removing one. The kind of a field stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import count

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from loyalty_site import auditing
from loyalty_site.retrying import retried
from loyalty_site.sql import rows
from members.models import MemberField
from members.refusals import NotAllowed
from programs.models import Merchant, Staff

MOST = 30
AT_ONCE = 10_000  # members
ADDED, CHANGED, MOVED, REMOVED = "field-add", "field-change", "field-move", "field-remove"

FORGET = """
UPDATE members_member SET fields = fields - %(code)s WHERE id = ANY(ARRAY(
    SELECT id FROM members_member WHERE merchant_id = %(merchant)s AND fields ? %(code)s LIMIT %(most)s
)) RETURNING id
"""


@retried
def add(
    merchant: Merchant, *, name: str, kind: str, choices: Sequence[str], is_at_till: bool, by: Staff, now: datetime
) -> MemberField:
    """Keep one more field, as the last. Raises NotAllowed for a name that is taken, or one field too many."""
    Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
    known = list(MemberField.objects.filter(merchant=merchant))
    if sum(field.removed_at is None for field in known) >= MOST:
        raise NotAllowed(_("A shop keeps at most %(most)d fields. Remove one first.") % {"most": MOST})
    field = MemberField(
        merchant=merchant,
        code=free_code(name, {field.code for field in known}),
        name=name,
        kind=kind,
        choices=list(choices),
        is_at_till=is_at_till,
        position=max((field.position for field in known), default=0) + 1,
    )
    save(field)
    auditing.record(
        ADDED, merchant=merchant.pk, actor=by.user, at=now, subject=field.code, before={}, after=facts(field)
    )
    return field


@retried
def change(
    field: MemberField, *, name: str, choices: Sequence[str], is_at_till: bool, by: Staff, now: datetime
) -> MemberField:
    """Rename a field, alter its choices or where it is shown; what members have stays. Raises NotAllowed."""
    field = MemberField.objects.select_for_update().get(pk=field.pk)
    before = facts(field)
    field.name, field.choices, field.is_at_till = name, list(choices), is_at_till
    save(field)
    if before != facts(field):
        auditing.record(
            CHANGED,
            merchant=field.merchant_id,
            actor=by.user,
            at=now,
            subject=field.code,
            before=before,
            after=facts(field),
        )
    return field


@retried
def remove(field: MemberField, *, by: Staff, now: datetime) -> None:
    """Show a field no more; `sweep` then takes its values from the members. Twice changes nothing."""
    if MemberField.objects.kept().filter(pk=field.pk).update(removed_at=now):
        auditing.record(
            REMOVED,
            merchant=field.merchant_id,
            actor=by.user,
            at=now,
            subject=field.code,
            before=facts(field),
            after={},
        )


@retried
def raise_up(field: MemberField, *, by: Staff, now: datetime) -> None:
    """Move a field before the one above it; the first one stays."""
    Merchant.objects.select_for_update(no_key=True).get(pk=field.merchant_id)
    fields = list(MemberField.objects.kept().filter(merchant=field.merchant_id))
    place = fields.index(field)
    if place == 0:
        return
    fields[place - 1 : place + 1] = [fields[place], fields[place - 1]]
    for position, moved in enumerate(fields):
        moved.position = position
    MemberField.objects.bulk_update(fields, ["position"])
    auditing.record(MOVED, merchant=field.merchant_id, actor=by.user, at=now, subject=field.code)


def save(field: MemberField) -> None:
    try:
        with transaction.atomic():
            field.save()
    except IntegrityError as error:
        raise NotAllowed(_("There is a field of this name already.")) from error


def facts(field: MemberField) -> dict[str, object]:
    return {"name": field.name, "kind": field.kind, "choices": list(field.choices), "is_at_till": field.is_at_till}


def free_code(name: str, taken: set[str]) -> str:
    """A code that resembles the name and that no field of the shop has or had."""
    wished = slugify(name)[:36].strip("-") or "field"
    return next(code for number in count(1) if (code := wished if number == 1 else f"{wished}-{number}") not in taken)


def sweep(now: datetime) -> int:
    """Take the values of removed fields from some thousand members, and at the end the field; say from how many."""
    swept = 0
    for field in MemberField.objects.filter(removed_at__lte=now).order_by("pk")[:20]:
        wish = {"code": field.code, "merchant": field.merchant_id, "most": AT_ONCE}
        found = len(rows(FORGET, wish))
        swept += found
        if found < AT_ONCE:
            field.delete()
    return swept

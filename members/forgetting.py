"""What the shop knows of a person, table by table, and how each forgets it. `members/erasing.py` is the only caller."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from loyalty_site import accounts
from members import consenting, numbers, redacting
from members.consenting import Answer
from members.models import (
    CardNumber,
    Door,
    Duplicate,
    Export,
    Import,
    ImportRow,
    JoinedFrom,
    KeptFile,
    Member,
    MemberNote,
    Merge,
    Notice,
    PhoneCode,
)

PREFIX, DIGITS = "ERASED", 10
NOBODY: dict[str, Any] = {
    "customer_number": "",
    "name": "",
    "email": "",
    "phone": "",
    "born_on": None,
    "language": "",
    "user": None,
    "segments": [],
    "reference": "",
    "is_blocked": True,
    "blocked_at": None,
    "blocked_by": None,
    "blocked_reason": "",
    "fields": {},
}


def forget(member: Member, *, now: datetime) -> None:
    """Give a member, whose row the caller holds, a pseudonym instead of everything that tells who they are."""
    withdraw_consents(member, now=now)
    redacting.redact(member)
    forget_rows(member)
    forget_files(member)
    user = member.user
    for name, nothing in NOBODY.items():
        setattr(member, name, nothing)
    member.number, member.erased_at = numbers.new(PREFIX, DIGITS), now
    member.save()
    if user and not user.memberships.exists() and not user.staff_roles.exists():
        accounts.forget(user)
    forget_in_admin(member)


def withdraw_consents(member: Member, *, now: datetime) -> None:
    answers = [Answer(key, is_given=False) for key in member.consents]
    consenting.record(member, answers, door=Door.ERASURE, now=now)
    member.consents = []


def forget_rows(member: Member) -> None:
    loosen_numbers(member)
    for table in (MemberNote, JoinedFrom):
        table.objects.filter(member=member).delete()
    PhoneCode.objects.filter(merchant=member.merchant_id, phone=member.phone).exclude(phone="").delete()
    Duplicate.objects.filter(Q(first=member) | Q(second=member)).delete()
    Merge.objects.filter(Q(member=member) | Q(into=member)).update(before={}, moved={})
    notices = Notice.objects.filter(account__member=member)
    notices.filter(state=Notice.State.WAITING).update(state=Notice.State.OUTDATED)
    notices.exclude(error="").update(error="")


def loosen_numbers(member: Member) -> None:
    """Keep the numbers of a member's cards taken, and tie them to nobody."""
    known = {member.number, *member.other_numbers.values_list("number", flat=True)}
    CardNumber.objects.filter(merchant=member.merchant_id, number__in=known).delete()
    CardNumber.objects.bulk_create(
        CardNumber(
            merchant_id=member.merchant_id, number=number, works=False, reason=CardNumber.Reason.ERASED, since=None
        )
        for number in sorted(known)
    )


def forget_files(member: Member) -> None:
    """Files of many people go as a whole: exports can be made again, imports that are over have their rows."""
    shop = member.merchant_id
    over = [Import.State.DONE, Import.State.UNDONE]
    done = Import.objects.filter(merchant=shop, state__in=over)
    KeptFile.objects.filter(Q(export__in=Export.objects.filter(merchant=shop)) | Q(imported__in=done)).delete()
    done.update(samples=[])
    of_member = Q(whose=member.pk) | Q(imported__kind=Import.Kind.MEMBERS, made_id=member.pk)
    ImportRow.objects.filter(of_member, imported__merchant=shop).update(cells=[], keys=[], problem="", before=None)
    redacting.forget_refused_rows(member)


def forget_in_admin(member: Member) -> None:
    """What operators did to the row in the admin is kept without the name that it had then."""
    rows = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(Member), object_id=str(member.pk))
    rows.update(object_repr=str(member))

"""What the shop knows of a person, table by table, and how each forgets it. `members/erasing.py` is the only caller."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Q

from loyalty_site import accounts, sql
from members import cards, consenting, redacting
from members.consenting import Answer, Where
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
from programs.models import Merchant

PREFIX, DIGITS = "ERASED", 10
A_MOMENT = timedelta(microseconds=1)
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


RENUMBER = """
UPDATE members_member AS member SET number = drawn.number
FROM unnest(%s::bigint[], %s::text[]) AS drawn (id, number) WHERE member.id = drawn.id
"""


def forget(members: Sequence[Member], *, now: datetime, frees_numbers: bool = False) -> None:
    """Give members of one shop, whose rows the caller holds, a pseudonym instead of everything that tells who they are.

    It takes a fixed number of statements, and some more for each who signs in or of whom somebody typed. The numbers
    of their cards stay taken, unless it `frees_numbers`: of members who were never there, as after a wrong import.
    """
    shop, ids = members[0].merchant, [member.pk for member in members]
    withdraw_consents(members, shop, now=now)
    redacting.redact(members)
    forget_rows(ids)
    forget_codes(members)
    if not frees_numbers:
        loosen_numbers(members)
    forget_files(members)
    users = [member.user for member in members if member.user]
    sql.rows(RENUMBER, [ids, cards.drawn(shop, PREFIX, DIGITS, count=len(ids))])
    Member.objects.filter(pk__in=ids).update(**NOBODY, consents=[], erased_at=now)
    for user in users:
        if not user.memberships.exists() and not user.staff_roles.exists():
            accounts.forget(user)
    forget_in_admin(ids)


def withdraw_consents(members: Sequence[Member], shop: Merchant, *, now: datetime) -> None:
    answers = {member.pk: [Answer(key, is_given=False) for key in member.consents] for member in members}
    if given := {pk: own for pk, own in answers.items() if own}:
        consenting.record_many(given, shop, where=Where(door=Door.ERASURE), now=now)


def forget_rows(ids: Sequence[int]) -> None:
    for table in (MemberNote, JoinedFrom):
        table.objects.filter(member__in=ids).delete()
    Duplicate.objects.filter(Q(first__in=ids) | Q(second__in=ids)).delete()
    Merge.objects.filter(Q(member__in=ids) | Q(into__in=ids)).update(before={}, moved={})
    notices = Notice.objects.filter(account__member__in=ids)
    notices.filter(state=Notice.State.WAITING).update(state=Notice.State.OUTDATED)
    notices.exclude(error="").update(error="")


def forget_codes(members: Sequence[Member]) -> None:
    phones = {member.phone for member in members} - {""}
    PhoneCode.objects.filter(merchant=members[0].merchant_id, phone__in=phones).delete()


def loosen_numbers(members: Sequence[Member]) -> None:
    """Keep the numbers of members' cards taken, and tie them to nobody."""
    shop, others = members[0].merchant_id, CardNumber.objects.filter(member__in=members)
    known = {*(member.number for member in members), *others.values_list("number", flat=True)}
    CardNumber.objects.filter(merchant=shop, number__in=known).delete()
    CardNumber.objects.bulk_create(
        CardNumber(merchant_id=shop, number=number, works=False, reason=CardNumber.Reason.ERASED, since=None)
        for number in sorted(known)
    )


def forget_files(members: Sequence[Member]) -> None:
    """Files of many people go as a whole: exports can be made again, imports that are over have their rows.

    An export that is being written finds itself asked for a moment later, and begins again.
    """
    shop = members[0].merchant_id
    exports = Export.objects.filter(merchant=shop)
    exports.filter(finished_at=None).update(asked_at=F("asked_at") + A_MOMENT)
    over = [Import.State.DONE, Import.State.UNDONE]
    done = Import.objects.filter(merchant=shop, state__in=over)
    KeptFile.objects.filter(Q(export__in=exports) | Q(imported__in=done)).delete()
    done.exclude(samples=[]).update(samples=[])
    forget_import_rows(members)
    redacting.forget_refused_rows(members)


def forget_import_rows(members: Sequence[Member]) -> None:
    """Empty what imports of the shop kept of these people's rows."""
    ids, imports = [member.pk for member in members], Import.objects.filter(merchant=members[0].merchant_id)
    of_members = imports.filter(kind=Import.Kind.MEMBERS)
    for named in (Q(imported__in=imports, whose__in=ids), Q(imported__in=of_members, made_id__in=ids)):
        ImportRow.objects.filter(named).exclude(cells=[]).update(cells=[], keys=[], problem="", before=None)


def forget_in_admin(ids: Sequence[int]) -> None:
    """What operators did to the rows in the admin is kept without the names that they had then."""
    of_members = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(Member))
    touched = of_members.filter(object_id__in=map(str, ids)).order_by().values_list("object_id", flat=True)
    for member in Member.objects.filter(pk__in=[int(pk or 0) for pk in touched.distinct()]):
        of_members.filter(object_id=str(member.pk)).update(object_repr=str(member))

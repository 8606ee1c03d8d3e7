"""Notes that staff keep about a member; the member never sees them. One may be pinned: the till shows it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from loyalty_site import auditing
from loyalty_site.retrying import retried
from members.models import Member, MemberNote
from members.refusals import NotAllowed
from programs.models import Role, Staff

MOST = 100
WRITTEN, PINNED, UNPINNED, REMOVED = "member-note", "member-note-pin", "member-note-unpin", "member-note-remove"


@retried
def write(member: Member, text: str, *, is_pinned: bool, by: Staff, now: datetime) -> MemberNote:
    """Add a note, pinned instead of the one that was, if asked; the same words twice in a row are one note.

    Raises NotAllowed for an empty note, one more than a member can have, or a member of another shop.
    """
    refuse_strangers(member, by)
    Member.objects.select_for_update(of=("self",)).get(pk=member.pk)
    text = text.strip()
    last = member.notes.order_by("-written_at", "-pk").first()
    if last and last.text == text and last.is_pinned == is_pinned:
        return last
    if not text:
        raise NotAllowed(_("Write what colleagues should know."))
    if member.notes.count() >= MOST:
        raise NotAllowed(_("A member has at most %(most)d notes. Remove an old one first.") % {"most": MOST})
    if is_pinned:
        unpin(member)
    note = MemberNote.objects.create(
        merchant_id=member.merchant_id, member=member, text=text, is_pinned=is_pinned, author=by, written_at=now
    )
    record(WRITTEN, member, by=by, now=now)
    return note


@retried
def pin(note: MemberNote, *, is_pinned: bool, by: Staff, now: datetime) -> MemberNote:
    """Show a note at the till instead of another one, or no longer; twice changes nothing. Raises NotAllowed."""
    refuse_strangers(note.member, by)
    Member.objects.select_for_update(of=("self",)).get(pk=note.member_id)
    note = MemberNote.objects.select_related("member").get(pk=note.pk)
    if note.is_pinned != is_pinned:
        unpin(note.member)
        note.is_pinned = is_pinned
        note.save(update_fields=["is_pinned"])
        record(PINNED if is_pinned else UNPINNED, note.member, by=by, now=now)
    return note


@retried
def remove(note: MemberNote, *, by: Staff, now: datetime) -> None:
    """Take a note away: its author, a manager or the owner may; twice changes nothing. Raises NotAllowed."""
    refuse_strangers(note.member, by)
    if not may_remove(note, by):
        raise NotAllowed(_("Only who wrote a note, a manager or the owner removes it."))
    removed, _rows = MemberNote.objects.filter(pk=note.pk).delete()
    if removed:
        record(REMOVED, note.member, by=by, now=now)


def may_remove(note: MemberNote, by: Staff) -> bool:
    return by.role >= Role.MANAGER or note.author_id == by.pk


def refuse_strangers(member: Member, by: Staff) -> None:
    if by.merchant_id != member.merchant_id:
        raise NotAllowed(_("This card belongs to another shop."))


def unpin(member: Member) -> None:
    member.notes.filter(is_pinned=True).update(is_pinned=False)


def record(action: str, member: Member, *, by: Staff, now: datetime) -> None:
    """Who did what to whose notes, without their words: those may have to be forgotten."""
    auditing.record(action, merchant=member.merchant_id, actor=by.user, at=now, subject=member.number)

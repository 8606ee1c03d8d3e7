"""What staff may do to points by hand: the reasons that the shop offers, and how much its people may move alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loyalty_site import auditing
from loyalty_site.refusals import Refused
from programs.models import Merchant, Reason, Role, RoleLimit, Staff
from programs.staffing.noting import SUBJECT

USUAL = (gettext_lazy("Forgot the card"), gettext_lazy("Wrong amount"), gettext_lazy("Goodwill"))
LONGEST = 200  # letters of a reason with what is said besides

Limits = tuple[int, int]  # points each time, and in a local day


class LastReason(Refused):
    code = "last-reason"
    words = gettext_lazy("This is the last reason, and nobody could adjust points without one. Add another one first.")


def offered(merchant: Merchant) -> list[str]:
    """The reasons that staff choose from: the shop's own, or the usual ones where it has said nothing else."""
    kept = list(merchant.reasons.all())
    return [reason.words for reason in kept if reason.is_active] if kept else [str(words) for words in USUAL]


def in_words(reason: str, more: str) -> str:
    """A reason with what was said besides, as the history shows it: “Goodwill: spilled coffee”."""
    return f"{reason}: {more.strip()}"[:LONGEST] if more.strip() else reason


@transaction.atomic
def written_down(merchant: Merchant) -> list[Reason]:
    """The shop's reasons as rows, retired ones too; the usual ones become its own when it first looks at them."""
    Merchant.objects.select_for_update().get(pk=merchant.pk)
    if not merchant.reasons.exists():
        Reason.objects.bulk_create(kept_or_usual(merchant))
    return list(merchant.reasons.all())


def kept_or_usual(merchant: Merchant) -> list[Reason]:
    """The shop's reasons, retired ones too; while it has none, the usual ones in its language, not written down yet."""
    with translation.override(merchant.language):
        usual = [Reason(merchant=merchant, words=str(words)) for words in USUAL]
    return list(merchant.reasons.all()) or usual


@transaction.atomic
def add(merchant: Merchant, words: str, *, by: Staff, now: datetime) -> Reason:
    """Offer one more reason; one that is there already is offered again."""
    written_down(merchant)
    known = merchant.reasons.filter(words__iexact=words.strip()).first()
    if known:
        return offer(known, is_active=True, by=by, now=now)
    reason = merchant.reasons.create(words=words.strip())
    note("reason-added", by, now, subject=reason.words)
    return reason


@transaction.atomic
def offer(reason: Reason, *, is_active: bool, by: Staff, now: datetime) -> Reason:
    """Offer a reason again, or no more; what was adjusted with it keeps it. Raises LastReason."""
    Merchant.objects.select_for_update().get(pk=reason.merchant_id)
    reason.refresh_from_db()
    if reason.is_active == is_active:
        return reason
    if not is_active and not reason.merchant.reasons.filter(is_active=True).exclude(pk=reason.pk).exists():
        raise LastReason
    reason.is_active = is_active
    reason.save(update_fields=["is_active"])
    note("reason-offered" if is_active else "reason-retired", by, now, subject=reason.words)
    return reason


def limits_of(merchant: Merchant) -> dict[int, Limits]:
    """How much people of each role may move alone."""
    return {role.value: merchant.limits_of_role(role) for role in Role}


@transaction.atomic
def limit_roles(merchant: Merchant, wished: Mapping[int, Limits], *, by: Staff, now: datetime) -> None:
    """Set how much people of each role may move alone; who has limits of their own keeps them."""
    before = limits_of(merchant)
    for role, (each, day) in wished.items():
        kept = {"adjust_limit": each, "adjust_limit_day": day}
        RoleLimit.objects.update_or_create(merchant=merchant, role=role, defaults=kept)
    if (after := limits_of(merchant)) != before:
        note("limits-of-roles", by, now, before=named(before), after=named(after))


def named(limits: Mapping[int, Limits]) -> dict[str, str]:
    return {Role(role).name.lower(): _("%d each, %d a day") % both for role, both in limits.items()}


@transaction.atomic
def limit_person(staff: Staff, each: int | None, day: int | None, *, by: Staff, now: datetime) -> None:
    """Give one person limits of their own; None is the role's."""
    held = Staff.objects.select_for_update().get(pk=staff.pk)
    before = {"each": held.adjust_limit, "day": held.adjust_limit_day}
    if before == (after := {"each": each, "day": day}):
        return
    held.adjust_limit, held.adjust_limit_day = each, day
    held.save(update_fields=["adjust_limit", "adjust_limit_day"])
    note("limits-of-person", by, now, subject=f"{SUBJECT}{held.pk}", before=before, after=after)


def note(action: str, by: Staff, now: datetime, **details: object) -> None:
    auditing.record(action, merchant=by.merchant_id, actor=by.user, at=now, **details)  # type: ignore[arg-type]

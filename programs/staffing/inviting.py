"""Invitations: a link for one address, good for a week and once, by which its owner comes to work at a shop."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from loyalty_site import auditing
from loyalty_site.models import User
from loyalty_site.refusals import Refused
from loyalty_site.retrying import retried
from programs.models import Invitation, Location, Role, Staff
from programs.staffing.noting import note
from programs.staffing.roles import NotYours, may_give

GOOD_FOR = timedelta(days=7)


class CannotInvite(Refused):
    code = "not-allowed"


class NotForYou(Refused):
    """The invitation is over, or for another address than the one that somebody signed in with."""

    code = "not-allowed"


@retried
def invite(
    *, email: str, name: str, role: Role, location: Location | None, reference: str, by: Staff, now: datetime
) -> tuple[Invitation, str] | None:
    """Invite somebody, and return the text of the link, which nobody can read again.

    None when the reference has invited before. An open invitation of the same address is replaced. Raises NotYours for
    a role that `by` may not give, CannotInvite where the person works here already.
    """
    refuse_unless_theirs(role, by)
    if by.merchant.staff.filter(user__email__iexact=email, is_active=True).exists():
        raise CannotInvite(_("Somebody with this address works here already."))
    if Invitation.objects.filter(merchant_id=by.merchant_id, reference=reference).exists():
        return None
    email, text = email.lower(), secrets.token_urlsafe(24)
    Invitation.objects.open().filter(merchant_id=by.merchant_id, email=email).update(withdrawn_at=now)
    invitation = Invitation.objects.create(
        merchant=by.merchant,
        email=email,
        name=name.strip(),
        role=role,
        location=location,
        reference=reference,
        digest=digest_of(text),
        author=by,
        created_at=now,
        expires_at=now + GOOD_FOR,
    )
    write_down("staff-invited", invitation, by=by, now=now)
    return invitation, text


@transaction.atomic
def renew(invitation: Invitation, *, by: Staff, now: datetime) -> str:
    """Make another link for an open invitation, good for a week from now; the one before opens nothing any more."""
    refuse_unless_theirs(Role(invitation.role), by)
    text = secrets.token_urlsafe(24)
    Invitation.objects.open().filter(pk=invitation.pk).update(digest=digest_of(text), expires_at=now + GOOD_FOR)
    write_down("staff-invited-again", invitation, by=by, now=now)
    return text


@transaction.atomic
def withdraw(invitation: Invitation, *, by: Staff, now: datetime) -> bool:
    """Take an invitation back; False if it was accepted or withdrawn before."""
    refuse_unless_theirs(Role(invitation.role), by)
    is_open = Invitation.objects.open().filter(pk=invitation.pk).update(withdrawn_at=now)
    if is_open:
        write_down("invitation-withdrawn", invitation, by=by, now=now)
    return bool(is_open)


def found(text: str, *, now: datetime) -> Invitation | None:
    """The invitation that a link is good for now; None for one that is used, over, withdrawn or made up."""
    known = Invitation.objects.open().select_related("merchant", "location", "author__user")
    invitation = known.filter(digest=digest_of(text), expires_at__gt=now).first()
    return invitation if invitation and is_still_theirs(invitation) else None


def used(text: str) -> Invitation | None:
    """The invitation whose link let somebody in before; None for any other."""
    known = Invitation.objects.exclude(accepted_at=None).select_related("merchant")
    return known.filter(digest=digest_of(text)).first()


@transaction.atomic
def accept(text: str, *, user: User, now: datetime) -> Staff:
    """Let the invited person work at the shop; who worked there before comes back in the invitation's role.

    Raises NotForYou, having changed nothing.
    """
    invitation = Invitation.objects.open().select_for_update(of=["self"]).filter(digest=digest_of(text)).first()
    if invitation is None or invitation.is_over(now) or not is_still_theirs(invitation):
        raise NotForYou(_("This link is not good any more. Ask for a new one."))
    if user.email.lower() != invitation.email:
        raise NotForYou(_("This invitation is for another address. Sign in with that one."))
    if invitation.merchant.staff.filter(user=user, is_active=True).exists():
        raise NotForYou(_("You work here already, so this link changes nothing."))
    content = {"role": invitation.role, "location": invitation.location, "is_active": True, "left_at": None}
    staff, _is_new = Staff.objects.update_or_create(
        {**content, "joined_at": now}, merchant_id=invitation.merchant_id, user=user
    )
    invitation.accepted_at, invitation.accepted_by = now, user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    note("staff-joined", staff, by=staff, now=now, role=Role(staff.role).name.lower())
    return staff


def is_still_theirs(invitation: Invitation) -> bool:
    """Whether whoever invited could still do so: they may have left, or have a lower role now."""
    return invitation.author.is_active and Role(invitation.role) in may_give(invitation.author)


def refuse_unless_theirs(role: Role, by: Staff) -> None:
    if role not in may_give(by):
        raise NotYours(_("Only an owner can invite somebody for this role."))


def write_down(action: str, invitation: Invitation, *, by: Staff, now: datetime) -> None:
    auditing.record(
        action,
        merchant=invitation.merchant_id,
        actor=by.user,
        at=now,
        subject=auditing.masked(invitation.email),
        role=Role(invitation.role).name.lower(),
    )


def digest_of(text: str) -> str:
    """What is kept of a link; its random bits need no salt and no slow hash."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()

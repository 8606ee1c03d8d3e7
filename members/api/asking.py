"""Asking for a member by number, address or phone: a key that asks for very many unknown ones is held back."""

from __future__ import annotations

from django.utils.translation import gettext as _

from loyalty_site import clock
from loyalty_site.web.answers import Problem
from members import finding, lookups
from members.refusals import UnknownMember
from programs.api import ApiCall
from programs.models import Staff


def known(request: ApiCall, sought: str) -> int:
    """The id of the member whom the text names. Raises UnknownMember, CardReplaced, and Problem when held back."""
    hold_back(request, sought)
    try:
        return finding.known(request.auth.merchant, sought)
    except UnknownMember:
        lookups.count(lookups.key(request.auth.key_id), sought, now=clock.now())
        raise


def hold_back(request: ApiCall, sought: str) -> None:
    """Refuse a key that has asked for too many members whom nobody knows, saying when to come back."""
    seeker, now = lookups.key(request.auth.key_id), clock.now()
    if wait := lookups.seconds_to_wait(seeker, sought, now=now):
        author = Staff.objects.select_related("user").get(pk=request.auth.author_id)
        lookups.note(seeker, merchant=author.merchant_id, actor=author.user, now=now)
        raise Problem("too-many-requests", _("This key asks for too many unknown members."), retry_after=wait)

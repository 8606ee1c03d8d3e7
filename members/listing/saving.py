"""Keeping a view of the list of members under a name, for oneself or for everybody at the shop."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from loyalty_site.retrying import retried
from members.models import SavedList
from members.refusals import NotAllowed
from programs.models import Role, Staff

MOST = 30


@retried
def keep(name: str, *, query: str, is_shared: bool, by: Staff, now: datetime) -> SavedList:
    """Keep a view under a name; an own one of that name shows this from now on. Twice is once.

    Raises NotAllowed for a cashier who shares, and for more views than anybody finds their way in.
    """
    if is_shared and by.role < Role.MANAGER:
        raise NotAllowed(_("A manager or the owner shares views. Keep it for yourself, or ask one of them."))
    mine = SavedList.objects.select_for_update().filter(merchant=by.merchant_id, author=by)
    if not mine.filter(name=name).exists() and mine.count() >= MOST:
        raise NotAllowed(_("You keep %(most)d views already. Remove one first.") % {"most": MOST})
    written = {"query": query, "is_shared": is_shared, "kept_at": now}
    return SavedList.objects.update_or_create(written, merchant=by.merchant, author=by, name=name)[0]


def remove(saved: SavedList, *, by: Staff) -> None:
    """Forget a view: its author any of their own, the owner any shared one. Raises NotAllowed for anybody else."""
    if saved.author_id != by.pk and not (saved.is_shared and by.is_owner):
        raise NotAllowed(_("%(name)s keeps this view, and removes it.") % {"name": saved.author.user})
    saved.delete()

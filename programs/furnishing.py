"""What an owner changes of an open shop: its name and place, its colour and logo."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from loyalty_site import auditing
from loyalty_site.models import User
from programs import logos
from programs.models import Merchant

STEPS = (_("Shop"), _("Look"), _("Program"), _("Publish"))  # of the way to a live program
LOOKED = "shop-look"
SETTLED = "shop-settings"


def is_recorded(merchant: Merchant) -> bool:
    """Whether anything is written down in the shop's money: purchases, published terms, rewards."""
    return merchant.programs.live().exists() or merchant.orders.exists() or merchant.rewards.exists()


@transaction.atomic
def settle(merchant: Merchant, changed: Sequence[str], *, by: User, now: datetime) -> None:
    """Keep the shop's name and place as they stand on `merchant`, and note which of them changed, by whom."""
    before = Merchant.objects.filter(pk=merchant.pk).values(*changed).first() if changed else {}
    merchant.save(update_fields=[*changed])
    after = {name: getattr(merchant, name) for name in changed}
    note(merchant, SETTLED, by=by, now=now, before=before, after=after)


@transaction.atomic
def furnish(merchant: Merchant, *, accent: str, logo: bytes | None, drops_logo: bool, by: User, now: datetime) -> None:
    """Keep the shop's colour, and a new logo, none, or the one that it has."""
    before = {"accent": merchant.accent, "logo": merchant.logo_digest}
    merchant.accent = accent
    merchant.save(update_fields=["accent"])
    if logo:
        logos.put(merchant, logo, now=now)
    elif drops_logo:
        logos.remove(merchant)
    after = {"accent": accent, "logo": merchant.logo_digest}
    note(merchant, LOOKED, by=by, now=now, before=before, after=after)


def note(merchant: Merchant, action: str, *, by: User, now: datetime, **states: Any) -> None:
    auditing.record(action, merchant=merchant.pk, actor=by, at=now, subject=merchant.slug, **states)

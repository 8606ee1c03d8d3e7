"""Who may open a shop here by themselves, as SIGN_UP says: everybody, the very first owner, or nobody."""

from __future__ import annotations

from django.conf import settings

from loyalty_site import mail
from loyalty_site.models import User
from programs.models import Merchant, Role, Staff

OPEN, FIRST, CLOSED = "open", "first", "closed"


def is_open() -> bool:
    """Whether strangers may sign up as owners.

    Where mail does not reach people only the very first owner may: nobody else could prove whose an address is.
    """
    if settings.SIGN_UP == OPEN and mail.reaches_people():
        return True
    return settings.SIGN_UP != CLOSED and is_new_site()


def is_new_site() -> bool:
    """Whether no shop was ever opened here."""
    return not Merchant.objects.exists()


def may_open(user: User) -> bool:
    """Whether this person may open a shop: whoever may sign up, who owns one here already, and the operator."""
    return user.is_superuser or is_open() or (settings.SIGN_UP != CLOSED and is_owner(user))


def is_owner(user: User) -> bool:
    return Staff.objects.filter(user=user, role=Role.OWNER, is_active=True).exists()

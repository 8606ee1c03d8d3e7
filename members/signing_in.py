"""A member's way in: an address that a shop knows becomes a user, and its cards become the user's."""

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.urls import reverse

from loyalty_site.accounts import newcomer
from loyalty_site.models import User
from members.models import Member


@transaction.atomic
def know_customer(email: str) -> None:
    """Make a user for a member's address, so that a code can be sent to it; strangers stay strangers."""
    if _cards_at(email).exists():
        newcomer(email)


def connect_cards(user: User) -> int:
    """Give the user every card with their address that is nobody's yet; return how many.

    Call it only when the address is proven, as by a code sent to it. A shop where the user has a card is left out.
    """
    shops = user.memberships.values("merchant")
    return _cards_at(user.email).filter(user=None).exclude(merchant__in=shops).update(user=user)


def landing_of(user: User) -> str | None:
    """Say where a member goes after signing in: to the list of their cards."""
    return reverse("me-cards") if user.memberships.exists() else None


def _cards_at(email: str) -> QuerySet[Member]:
    return Member.objects.alias(address=Lower("email")).filter(address=email.lower(), is_blocked=False)

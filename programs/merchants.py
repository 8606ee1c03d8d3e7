"""Merchants as ground and operator see them: whose night it is, where their people go, which program is meant."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from loyalty_site.models import User
from programs.models import Merchant, Program, Role, Staff


def night_calendar() -> Iterator[tuple[int, str, date]]:
    """Yield (merchant_id, zone name, first local day) of every merchant."""
    for merchant in Merchant.objects.order_by("id"):
        yield merchant.pk, merchant.zone_name, merchant.created_at.astimezone(merchant.zone).date()


def landing_of(user: User) -> str | None:
    """Say where staff go after signing in: a cashier to the till, the others to the dashboard."""
    staff = Staff.objects.select_related("merchant").filter(user=user, is_active=True).order_by("-role", "id").first()
    if staff is None:
        return None
    place = "till-home" if staff.role == Role.CASHIER else "dashboard-home"
    return reverse(place, args=[staff.merchant.slug])


def program_at(slug: str, code: str) -> Program | None:
    """Find a shop's program by the names that commands take."""
    return Program.objects.select_related("merchant").filter(merchant__slug=slug, code=code).first()

"""What every template may know without being told: the shop, and which part of its area is open."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

# The second word of a URL name, where it is not itself the name of a place in the navigation.
SECTIONS = {
    "member": "members",
    "card": "members",
    "poster": "members",
    "posters": "members",
    "waiting": "members",
    "note": "members",
    "event": "members",
    "field": "shop",
    "fields": "shop",
    "reward": "rewards",
    "voucher": "rewards",
    "job": "jobs",
    "version": "program",
    "versions": "program",
    "tier": "program",
    "tiers": "program",
    "text": "program",
    "entry": "activity",
    "figure": "home",
    "points": "home",
    "refunds": "home",
    "key": "developer",
    "look": "shop",
    "reason": "shop",
    "reasons": "shop",
    "limits": "shop",
    "consent": "shop",
    "retention": "shop",
    "duplicates": "members",
    "duplicate": "members",
    "merge": "members",
    "exports": "members",
    "export": "members",
    "imports": "members",
    "import": "members",
    "notices": "home",
    "list": "members",
    "bulk": "members",
    "invitation": "staff",
    "pin": "staff",
    "location": "staff",
}


def shop(request: HttpRequest) -> dict[str, Any]:
    """Give templates `merchant` and `staff` as the guards set them, and `nav`; a view's own context wins."""
    return {
        "merchant": getattr(request, "merchant", None),
        "staff": getattr(request, "staff", None),
        "nav": section(request),
        "is_demo": settings.DEMO,
        "sign_up": settings.SIGN_UP,
    }


def section(request: HttpRequest) -> str:
    """Return the place in the navigation that a URL name belongs to: dashboard-member-show is in members."""
    match = request.resolver_match
    words = (match.url_name or "").split("-") if match else []
    return SECTIONS.get(words[1], words[1]) if len(words) > 1 else ""

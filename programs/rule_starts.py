"""Common rules to start a new one from, so that nobody begins with an empty form."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from programs.terms import Rule, Terms

Document = dict[str, Any]


class Start(NamedTuple):
    """A rule to start from: what the menu calls it, its own name, and the field to look at first."""

    label: Any
    name: Any
    parts: Document
    at: str = "amount"
    icon: str = "spark"


def event_gift(event: str, points: int) -> Document:
    return {"when": {"event": event}, "give": {"points": points}}


DOUBLE = {"multiplier": "2"}
ON_TUESDAYS = {"when": {"weekdays": ["tue"]}, "give": DOUBLE}
IN_THE_AFTERNOON = {"when": {"hours": ["14:00", "16:00"]}, "give": DOUBLE}
ON_THE_FIRST = {"when": {"first_purchase": True}, "give": {"points": 50}}

STARTS = {
    "weekday": Start(_("Double points on a weekday"), _("Double Tuesday"), ON_TUESDAYS, "weekdays", "cal"),
    "hours": Start(_("Happy hour"), _("Happy hour"), IN_THE_AFTERNOON, "starts", "clock"),
    "thing": Start(_("Bonus on a product"), _("Product of the month"), {"give": DOUBLE}, "categories", "bag"),
    "tier": Start(_("Bonus for a tier"), _("Tier bonus"), {"give": {"multiplier": "1.5"}}, "tiers", "ladder"),
    "first": Start(_("First purchase"), _("First purchase"), ON_THE_FIRST, icon="flag"),
    "welcome": Start(_("Welcome gift"), _("Welcome"), event_gift("sign_up", 50), icon="gift"),
    "birthday": Start(_("Birthday"), _("Birthday"), event_gift("birthday", 50), icon="cake"),
    "referral": Start(_("Bringing a friend"), _("Bring a friend"), event_gift("referral", 100), icon="users"),
    "blank": Start(_("Any other rule"), "", {"give": {"points": 10}}, icon="plus"),
}


def started(start: Start, terms: Terms) -> Document:
    """Write a start out as `terms.dump` writes a rule, without a code; a tier's bonus starts with the highest tier."""
    rule = Rule.model_validate({"code": "new", "name": "-", **start.parts})
    document = rule.model_dump(mode="json", by_alias=True, exclude_none=True) | {"code": "", "name": str(start.name)}
    if start.at == "tiers" and terms.tiers:
        document["when"]["tiers"] = [terms.tiers.levels[-1].code]
    return document

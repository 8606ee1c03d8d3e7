"""Why a rule fired or did not, as halves of sentences: “it was a Tuesday and Anna was Gold”."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.wording.speech import Speech

Audience = Literal["customer", "cashier", "owner"]
Why = dict[str, Any]

IT_WAS = {
    "mon": gettext_lazy("it was a Monday"),
    "tue": gettext_lazy("it was a Tuesday"),
    "wed": gettext_lazy("it was a Wednesday"),
    "thu": gettext_lazy("it was a Thursday"),
    "fri": gettext_lazy("it was a Friday"),
    "sat": gettext_lazy("it was a Saturday"),
    "sun": gettext_lazy("it was a Sunday"),
}
HELD = {
    "hours": gettext_lazy("it was between %(needs)s"),
    "min_amount": gettext_lazy("it was %(needs)s or more"),
    "location": gettext_lazy("it was at %(was)s"),
    "channel": gettext_lazy("it came by way of %(was)s"),
    "lines": gettext_lazy("it had %(needs)s"),
    "segment": gettext_lazy("it is for members among %(needs)s"),
    "first_purchase": gettext_lazy("it was the first purchase"),
}
FAILED = {
    "hours": gettext_lazy("it was %(was)s, not between %(needs)s"),
    "min_amount": gettext_lazy("it was less than %(needs)s"),
    "location": gettext_lazy("it was not at %(needs)s"),
    "channel": gettext_lazy("it did not come by way of %(needs)s"),
    "lines": gettext_lazy("there was nothing of %(needs)s in it"),
    "segment": gettext_lazy("it is for chosen members"),
    "first_purchase": gettext_lazy("it was not the first purchase"),
}


CHANNELS = {
    "web": gettext_lazy("online"),
    "online": gettext_lazy("online"),
    "app": gettext_lazy("in the app"),
    "store": gettext_lazy("in the shop"),
    "till": gettext_lazy("in the shop"),
}


@dataclass(frozen=True)
class Listener:
    """Who reads, about which member, in which language; `places` are the shop's locations, names by code.

    Customers are told no codes: neither of products nor of channels that only the shop's systems know.
    """

    audience: Audience
    member: str
    speech: Speech
    places: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_customer(self) -> bool:
        return self.audience == "customer"

    def was(self, tier: str) -> str:
        """Anna was Gold, or you were Gold."""
        if self.is_customer:
            return _("you were %(tier)s") % {"tier": tier}
        return _("%(member)s was %(tier)s") % {"member": self.member or _("the member"), "tier": tier}


def because(why: Sequence[Why], *, tier: str, listener: Listener) -> str:
    """Join what made a rule fire; empty if it fires always. `tier` is the member's level by name."""
    reasons = [reason for reason in (held(part, tier, listener) for part in why) if reason]
    return listener.speech.all_of(reasons) if reasons else ""


def held(why: Why, tier: str, listener: Listener) -> str:
    """Say one condition that held; dates go without saying, and segments are the owner's affair."""
    match why["code"]:
        case "weekday":
            return str(IT_WAS[why["was"]])
        case "tier":
            return listener.was(tier)
        case "dates":
            return ""
        case "segment" if listener.audience != "owner":
            return ""
        case "channel" if listener.is_customer:
            return _("it was bought %(how)s") % {"how": CHANNELS[why["was"]]} if why["was"] in CHANNELS else ""
    return str(HELD[why["code"]]) % seen_and_wanted(why, listener)


def why_not(why: Sequence[Why], *, tier: str, listener: Listener) -> str:
    """Join what stopped a rule."""
    return listener.speech.all_of(failed(part, tier, listener) for part in why)


def failed(why: Why, tier: str, listener: Listener) -> str:
    """Say one condition that did not hold."""
    match why["code"]:
        case "weekday":
            return str(IT_WAS[why["was"]])
        case "tier":
            return listener.was(tier)
        case "dates":
            return out_of_dates(why, listener.speech)
        case "channel" if listener.is_customer:
            return other_ways(why["needs"], listener.speech)
    return str(FAILED[why["code"]]) % seen_and_wanted(why, listener)


def other_ways(channels: Sequence[str], speech: Speech) -> str:
    """It was not bought online, or in the app."""
    if not all(channel in CHANNELS for channel in channels):
        return _("it is for other ways to buy")
    return _("it was not bought %(how)s") % {"how": speech.one_of(str(CHANNELS[channel]) for channel in channels)}


def seen_and_wanted(why: Why, listener: Listener) -> dict[str, str]:
    """What a condition saw and wanted, for the sentences above."""
    was, needs, speech = why.get("was", ""), why.get("needs", ""), listener.speech
    match why["code"]:
        case "min_amount":
            needs = speech.money(needs)
        case "hours":
            needs = _("%(start)s and %(end)s") % {"start": needs[0], "end": needs[1]}
        case "lines":
            needs = things(why, listener)
        case "location":
            was, needs = listener.places.get(was, was), [listener.places.get(code, code) for code in needs]
    return {"was": was, "needs": needs if isinstance(needs, str) else speech.one_of(needs)}


def things(why: Why, listener: Listener) -> list[str]:
    """The categories and products that a rule is about; customers know no products by their codes."""
    products = why.get("products", [])
    return [*why["needs"], *([_("the products it is for")] if products and listener.is_customer else products)]


def out_of_dates(why: Why, speech: Speech) -> str:
    first, last = why["needs"]
    if first and why["was"] < first:
        return _("it starts on %(day)s") % {"day": speech.day(first)}
    return _("it ended on %(day)s") % {"day": speech.day(last)}

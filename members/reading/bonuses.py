"""The bonuses of the hour: rules with a date, a weekday or hours that a purchase of this member would meet now."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from members import orders
from members.models import Member
from members.new_orders import NewOrder
from programs.models import Merchant
from programs.unfolding import unfold
from programs.versions import terms_of

SAMPLE = Decimal(1000)  # large enough for any minimum that a rule may ask
TIMED = {"weekday", "dates", "hours"}


def bonuses_now(member: Member, merchant: Merchant, *, location: str = "", now: datetime) -> list[dict[str, Any]]:
    """The timed rules that a purchase would fire now, as the engine explains them; asked, not guessed.

    So a rule of another tier, a used-up cap or a beaten bonus is not promised. Records nothing.
    """
    sample = NewOrder(reference="", member_id=member.pk, amount=SAMPLE, location=location)
    awards = orders.preview(sample, merchant=merchant, now=now)
    explained = [unfold(award.explain, terms_of(award.version_id or 0)) for award in awards]
    return [rule for explain in explained for rule in explain["rules"] if is_timed_bonus(rule)]


def is_timed_bonus(rule: dict[str, Any]) -> bool:
    """Whether a rule gives something, and not always."""
    gives = bool(rule["fired"]) and Decimal(rule["points"]) > 0
    return gives and not TIMED.isdisjoint(why["code"] for why in rule["why"])

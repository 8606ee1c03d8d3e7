"""The shop's own words for who joins: above the form that makes a card, and on the card while it is new."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.safestring import SafeString

from members.reading.purses import Purse
from programs.models import Merchant
from programs.versions import Schedule
from programs.wording import prose

NEW = timedelta(days=14)


def welcome_to(purse: Purse) -> SafeString | str:
    """What a card says in its first two weeks; nothing later."""
    is_new = purse.holding.now - purse.account.member.joined_at < NEW
    return prose.welcome(purse.terms) if is_new else ""


def welcomes_of(merchant: Merchant, *, now: datetime) -> list[SafeString | str]:
    """What the running programs of a shop say to who thinks of joining."""
    schedule = Schedule.running(merchant)
    said = (prose.welcome(schedule.at(program, now).terms) for program in schedule.program_ids)
    return [welcome for welcome in said if welcome]

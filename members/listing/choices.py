"""What a list of members can be filtered by at one shop: its programs, tiers, places, consents and words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from members import segments
from members.models import Bulk, Channel, ConsentText, MemberField, Purpose
from programs.models import Location, Merchant, Program, Staff
from programs.terms import Level
from programs.versions import Schedule


@dataclass(frozen=True, slots=True)
class Choices:
    """The filters' choices; `levels` are the tiers of `program`, which the list is about."""

    programs: Sequence[Program]
    program: Program | None
    levels: Sequence[Level]
    locations: Sequence[Location]
    consents: Sequence[tuple[str, str]]
    tags: Sequence[str]
    own: Sequence[MemberField]


def choices_of(staff: Staff, *, program: str = "", now: datetime) -> Choices:
    """What can be chosen; `program` is a code, and any other text means the oldest program."""
    merchant: Merchant = staff.merchant
    programs = list(merchant.programs.running().order_by("id"))
    chosen = next((one for one in programs if one.code == program), programs[0] if programs else None)
    terms = Schedule([chosen.pk]).at(chosen.pk, now).terms if chosen else None
    return Choices(
        programs=programs,
        program=chosen,
        levels=terms.tiers.levels if terms and terms.tiers else (),
        locations=list(merchant.locations.all()),
        consents=asked_consents(merchant),
        tags=known_tags(merchant, now=now),
        own=list(merchant.member_fields.kept()),
    )


def asked_consents(merchant: Merchant) -> list[tuple[str, str]]:
    """What members were ever asked to agree to, as "purpose:channel", and in words."""
    texts = ConsentText.objects.filter(merchant=merchant).order_by("purpose").values_list("purpose", "channels")
    asked = {(purpose, channel) for purpose, channels in texts for channel in channels or [""]}
    return [(f"{purpose}:{channel}", consent_words(purpose, channel)) for purpose, channel in sorted(asked)]


def consent_words(purpose: str, channel: str) -> str:
    """“News and offers: E-mail”."""
    return f"{Purpose(purpose).label}: {Channel(channel).label}" if channel else str(Purpose(purpose).label)


def known_tags(merchant: Merchant, *, now: datetime) -> list[str]:
    """Tags that rules ask for and that were given to many at once; there may be others."""
    given = Bulk.objects.filter(merchant=merchant).exclude(tag="").values_list("tag", flat=True).distinct()
    return sorted({*segments.asked_for(merchant, now=now), *given[:100]})

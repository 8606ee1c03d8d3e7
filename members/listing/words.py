"""What a list of members is filtered by, in words: each filter can be read, and taken away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loyalty_site.templatetags.regulars import day, points
from members.listing.choices import Choices
from members.listing.columns import OWN
from members.listing.own_fields import KIND, YES, Asked
from members.listing.wanted import Days, Wanted, When


@dataclass(frozen=True, slots=True)
class Said:
    """One filter in words, and the names in the address that it stands for."""

    words: str
    names: Sequence[str]


def said(wanted: Wanted, choices: Choices) -> list[Said]:
    """Every filter that is set, in the order of the form."""
    return [*of_account(wanted, choices), *of_person(wanted, choices), *(of_field(asked) for asked in wanted.own)]


def of_account(wanted: Wanted, choices: Choices) -> Iterator[Said]:
    if wanted.program and choices.programs and wanted.program != choices.programs[0]:
        yield Said(_("Program: %s") % wanted.program.name, ["program", "tier"])
    if wanted.tiers:
        names = [level.name for level in choices.levels if level.code in wanted.tiers]
        yield Said(_("Tier: %s") % _(" or ").join(names), ["tier"])
    if wanted.balance_from is not None or wanted.balance_to is not None:
        yield Said(_("Balance: %s") % stretch(wanted.balance_from, wanted.balance_to), ["balance_from", "balance_to"])
    if wanted.visited.is_asked:
        yield Said(_("Last visit: %s") % in_days(wanted.visited), ["visited", "visited_days"])


def of_person(wanted: Wanted, choices: Choices) -> Iterator[Said]:
    if wanted.joined.is_asked:
        names = ["joined", "joined_days", "joined_from", "joined_until"]
        yield Said(_("Joined: %s") % in_days(wanted.joined), names)
    for place in choices.locations:
        if place.pk == wanted.location:
            yield Said(_("Joined at: %s") % place.name, ["location"])
    if wanted.tags:
        yield Said(_("Tag: %s") % _(" and ").join(wanted.tags), ["tag"])
    if wanted.consent:
        yield Said(_("Agreed to %s") % dict(choices.consents).get(wanted.consent, wanted.consent), ["consent"])
    if wanted.is_blocked is not None:
        yield Said(_("Blocked") if wanted.is_blocked else _("Not blocked"), ["status"])


def of_field(asked: Asked) -> Said:
    name = f"{OWN}{asked.field.code}"
    if asked.least is not None or asked.most is not None:
        return Said(f"{asked.field.name}: {stretch(asked.least, asked.most)}", [f"{name}_from", f"{name}_to"])
    if asked.field.kind == KIND.YES_NO:
        return Said(f"{asked.field.name}: {_('yes') if YES[asked.text] else _('no')}", [name])
    return Said(f"{asked.field.name}: {asked.text}", [name])


def stretch(least: int | Decimal | date | None, most: int | Decimal | date | None) -> str:
    """“500 or more”, “up to 900”, “500 to 900”."""
    if most is None:
        return _("%s or more") % spelled(least) if not isinstance(least, date) else _("from %s") % spelled(least)
    if least is None:
        return _("up to %s") % spelled(most)
    return _("%(least)s to %(most)s") % {"least": spelled(least), "most": spelled(most)}


def spelled(value: int | Decimal | date | None) -> str:
    if isinstance(value, date):
        return day(value)
    return points(value) if isinstance(value, int) else str(value)


def in_days(asked: Days) -> str:
    """“in the last 7 days”, “not in the last 60 days”, “never”, “1 Nov to 22 Nov”."""
    if asked.when is When.NEVER:
        return _("never")
    if asked.when is When.BETWEEN:
        return stretch(asked.first, asked.last)
    count = asked.count or 0
    if asked.when is When.WITHIN:
        return ngettext("in the last day", "in the last %(count)d days", count) % {"count": count}
    return ngettext("more than a day ago", "more than %(count)d days ago", count) % {"count": count}

"""Who would change tier, in words: one row for each way, with some of those who go it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loyalty_site.templatetags.regulars import day, points
from members.models import Account, Member
from members.moves import Move, Moves
from programs import wording
from programs.models import Merchant
from programs.terms import Terms


@dataclass(frozen=True, slots=True)
class Way:
    """Members who go from one tier to another: names and ranks as shapes count them, 0 for no tier."""

    from_name: str
    from_rank: int
    to_name: str
    to_rank: int
    is_up: bool
    is_down: bool
    people: str
    starts: str
    examples: list[Member]


def ways(found: Moves, live: Terms | None, terms: Terms) -> list[Way]:
    """One row for each move, from the lowest tier up; `live` names the tiers that are gone."""
    known = members_of(found.moves)
    names = named(live) | named(terms)
    return [way(move, names, known, is_about=found.is_about) for move in found.moves]


def way(move: Move, names: dict[str, tuple[str, int]], known: dict[int, Member], *, is_about: bool) -> Way:
    from_name, from_rank = names.get(move.from_code, (_("No tier"), 0))
    to_name, to_rank = names[move.to_code]
    return Way(
        from_name=from_name,
        from_rank=from_rank,
        to_name=to_name,
        to_rank=to_rank,
        is_up=move.climb > 0,
        is_down=move.climb < 0,
        people=about(people(move.count), is_about=is_about),
        starts=_("On %(day)s") % {"day": day(move.starts_on)} if move.starts_on else _("At once"),
        examples=[known[account_id] for account_id in move.examples if account_id in known],
    )


def named(terms: Terms | None) -> dict[str, tuple[str, int]]:
    """The name and the shape of each tier by its code."""
    levels = terms.tiers.levels if terms and terms.tiers else ()
    return {level.code: (level.name, rank) for rank, level in enumerate(levels, 1)}


def members_of(moves: Iterable[Move]) -> dict[int, Member]:
    """The members of the examples, by account, in one query."""
    wanted = {account_id for move in moves for account_id in move.examples}
    return {account.pk: account.member for account in Account.objects.filter(pk__in=wanted).select_related("member")}


def summary(found: Moves) -> list[str]:
    """203 members go up. 12 members go down. 1,240 members stay."""
    said = [
        (found.up_count, ngettext("%(count)s goes up", "%(count)s go up", found.up_count)),
        (found.down_count, ngettext("%(count)s goes down", "%(count)s go down", found.down_count)),
        (found.kept_count, ngettext("%(count)s is kept", "%(count)s are kept", found.kept_count)),
        (found.stay_count, ngettext("%(count)s stays", "%(count)s stay", found.stay_count)),
    ]
    return [about(words % {"count": points(count)}, is_about=found.is_about) for count, words in said if count]


def consequences(found: Moves, terms: Terms, merchant: Merchant) -> list[str]:
    """What both choices do, and what the gifts of the tiers come to."""
    said = []
    if found.up_count:
        said.append(_("Whoever goes up does so at once: now, or in the night after the new terms begin."))
    if found.gift_points:
        most = wording.speech(merchant.currency, terms.unit).points(found.gift_points)
        said.append(
            _("The gifts for reaching a tier come to %(points)s at most: each is given once in its window.")
            % {"points": most}
        )
    if any(move.starts_on for move in found.moves):
        said.append(_("Whoever falls short is warned then, and keeps the tier through the days of grace."))
    if any(move.climb < 0 and not move.starts_on for move in found.moves):
        said.append(_("Without days of grace, whoever falls short goes down at once, without a warning."))
    if found.kept_count:
        said.append(_("Kept are those whose tier staff set until a day, or all who fall short where nobody goes down."))
    return said


def people(count: int) -> str:
    return ngettext("%(count)s member", "%(count)s members", count) % {"count": points(count)}


def about(words: str, *, is_about: bool) -> str:
    return _("about %(number)s") % {"number": words} if is_about else words

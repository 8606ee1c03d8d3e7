"""How many members a rule can reach, where counting is cheap: by tier, by one segment, by a birthday that is known."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loyalty_site.sql import rows
from loyalty_site.templatetags.regulars import points
from programs.models import Program
from programs.terms import Rule, Terms
from programs.tiers import level_of

BY_SEGMENT = """
SELECT segment, count(*) FROM members_member, unnest(segments) AS segment
WHERE merchant_id = %s AND segments <> '{}' AND merged_into_id IS NULL AND erased_at IS NULL GROUP BY segment
"""


class Reach:
    """Counts over a program's members, each read once, and only if a rule asks for it."""

    def __init__(self, program: Program, terms: Terms) -> None:
        self.program, self.terms = program, terms

    @cached_property
    def by_tier(self) -> dict[str, int]:
        """Members on each level; a tier that the terms do not know counts as the lowest."""
        counts: dict[str, int] = {}
        for code, count in self.program.accounts.present().values_list("tier_code").annotate(Count("pk")):
            known = level_of(self.terms.tiers, code).code if self.terms.tiers else code
            counts[known] = counts.get(known, 0) + count
        return counts

    @cached_property
    def by_segment(self) -> dict[str, int]:
        return dict(rows(BY_SEGMENT, [self.program.merchant_id]))

    @cached_property
    def birthdays(self) -> tuple[int, int]:
        """Members whose birthday is known, and all members."""
        found = self.program.merchant.members.present().aggregate(known=Count("born_on"), all=Count("pk"))
        return found["known"], found["all"]


def reached(program: Program, terms: Terms) -> dict[str, str]:
    """Say of each rule how many members it can reach, by its code; of a rule that asks for several things, nothing."""
    reach = Reach(program, terms)
    return {rule.code: words for rule in terms.rules for words in said_of(rule, reach)}


def said_of(rule: Rule, reach: Reach) -> Iterator[str]:
    tiers, segments = rule.when.tiers, rule.when.segments
    if rule.when.event == "birthday" and not tiers and not segments:
        known, everybody = map(points, reach.birthdays)
        yield _("%(known)s of %(all)s members have told their birthday.") % {"known": known, "all": everybody}
    elif tiers and not segments:
        yield counted(sum(reach.by_tier.get(code, 0) for code in set(tiers)))
    elif len(segments) == 1 and not tiers:
        yield counted(reach.by_segment.get(segments[0], 0))


def counted(count: int) -> str:
    return ngettext("%(count)s member today.", "%(count)s members today.", count) % {"count": points(count)}

"""What came of a change to many members, or would come of it, in words and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loyalty_site.templatetags.regulars import signed
from members.models import Bulk, BulkRow, Member

WHY_NOT: Mapping[str, str | Promise] = {
    "has-it": gettext_lazy("They have this tag already."),
    "has-not": gettext_lazy("They do not have this tag."),
    "too-many": gettext_lazy("They have as many tags as a member can have."),
    "own-card": gettext_lazy("Cards of whoever asked for this or approved it."),
    "blocked": gettext_lazy("Their cards are blocked, so nothing is added to them."),
    "no-account": gettext_lazy("They do not take part in this program."),
    "too-few": gettext_lazy("They have fewer points to spend than would be taken."),
    "undone": gettext_lazy("This was taken back for them before."),
    "gone": gettext_lazy("They were merged or erased meanwhile."),
}
EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Members who are left out for one reason, and some of them."""

    code: str
    words: str
    count: int


def title_of(bulk: Bulk) -> str:
    """“Add the tag “students””, “+50 points each”; of a reversal, what it takes back. Load `undoes` with it."""
    if bulk.undoes:
        return _("Undo: %(change)s") % {"change": title_of(bulk.undoes)}
    if bulk.kind == Bulk.Kind.TAG:
        return _("Add the tag “%(tag)s”") % {"tag": bulk.tag} if bulk.tag else _("Add a tag")
    if bulk.kind == Bulk.Kind.UNTAG:
        return _("Take the tag “%(tag)s” away") % {"tag": bulk.tag} if bulk.tag else _("Take a tag away")
    if bulk.kind == Bulk.Kind.EXPORT:
        return _("Export members")
    if bulk.points:
        return _("%(points)s points each") % {"points": signed(bulk.points)}
    return _("Points by a file") if bulk.reason else _("Adjust points")


def left_out(counts: Mapping[str, int]) -> list[LeftOut]:
    """Reasons in words, the most frequent first."""
    found = [LeftOut(code, str(WHY_NOT.get(code, code)), count) for code, count in counts.items()]
    return sorted(found, key=lambda one: -one.count)


def outcome(bulk: Bulk) -> tuple[dict[str, int], list[LeftOut]]:
    """How many rows are in which state, and why some were left out."""
    counted = BulkRow.objects.filter(bulk=bulk).values_list("state", "why_not").annotate(Count("pk"))
    states: dict[str, int] = dict.fromkeys(("waiting", "done", "left_out"), 0)
    why: dict[str, int] = {}
    for state, code, count in counted:
        states[state.replace("-", "_")] += count
        if code:
            why[code] = count
    return states, left_out(why)


def examples(bulk: Bulk) -> list[Member]:
    """Some of the members who were chosen."""
    return [row.member for row in BulkRow.objects.filter(bulk=bulk).select_related("member").order_by("pk")[:EXAMPLES]]

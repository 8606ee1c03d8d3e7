"""Alterations of whether the program runs: pauses, and its end."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from programs.terms import Closing
from programs.wording.aspects import Change, Side


def state_changes(old: Side, new: Side) -> Iterator[Change]:
    if new.terms.paused and not old.terms.paused:
        yield Change("changed", "state", _("The program is paused: nothing is earned, rewards can still be had"))
    elif old.terms.paused and not new.terms.paused:
        yield Change("changed", "state", _("The program runs again: purchases earn as before"))
    before, after = old.terms.closing, new.terms.closing
    if after and not before:
        yield Change("new", "state", closes(after, new))
    elif before and not after:
        yield Change("gone", "state", _("The program does not close"))
    elif before and after and before != after:
        yield from closing_changes(before, after, new)


def closes(closing: Closing, side: Side) -> str:
    """The whole promise, in one sentence."""
    last_day, points = side.words.day(closing.last_day), side.words.many
    if closing.until is None:
        words = _("The program closes: %(points)s can be earned through %(day)s, and stay good as they were promised")
        return words % {"points": points, "day": last_day}
    words = _("The program closes: %(points)s can be earned through %(day)s and used through %(until)s, then they end")
    return words % {"points": points, "day": last_day, "until": side.words.day(closing.until)}


def closing_changes(before: Closing, after: Closing, side: Side) -> Iterator[Change]:
    speak = side.words
    if before.last_day != after.last_day:
        words = _("The last day to earn is %(now)s, was %(before)s")
        days = {"now": speak.day(after.last_day), "before": speak.day(before.last_day)}
        yield Change("changed", "state", words % days)
    if before.until != after.until:
        yield Change("changed", "state", until_words(before, after, side))


def until_words(before: Closing, after: Closing, side: Side) -> str:
    """Through which day points left can be used; kept points have none."""
    speak, points = side.words, {"points": side.words.heading}
    if after.until is None:
        return _("%(points)s left stay good as they were promised, and do not end with the program") % points
    now = points | {"now": speak.day(after.until)}
    if before.until is None:
        return _("%(points)s left can be used through %(now)s and end then, were to stay good") % now
    return _("%(points)s left can be used through %(now)s, was %(before)s") % (
        now | {"before": speak.day(before.until)}
    )

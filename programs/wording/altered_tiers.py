"""Alterations of tiers: what counts, how a member falls, and each level."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programs.terms import Level, Tiers
from programs.wording.aspects import Aspect, Change, Side, altered
from programs.wording.promises import days, level_sentence, threshold, tier_sentences, window_words

BASIS = {
    "points": gettext_lazy("base points"),
    "spend": gettext_lazy("money spent"),
    "visits": gettext_lazy("visits"),
}
FALL = {
    "natural": gettext_lazy("goes to the level still reached"),
    "one_step": gettext_lazy("goes down one level"),
    "never": gettext_lazy("keeps the level"),
}


def tier_changes(old: Side, new: Side) -> Iterator[Change]:
    before, after = old.terms.tiers, new.terms.tiers
    if before and after:
        yield from altered(TIERS, (before, old), (after, new))
        yield from level_changes(before, after, old, new)
    elif after:
        for sentence in tier_sentences(after, new.words):
            yield Change("new", "tiers", _("New: %(promise)s") % {"promise": sentence})
    elif before:
        names = old.words.all_of(level.name for level in before.levels)
        yield Change("gone", "tiers", _("No longer: tiers (%(names)s)") % {"names": names})


def level_changes(before: Tiers, after: Tiers, old: Side, new: Side) -> Iterator[Change]:
    """Compare by code, which stays when a level is renamed."""
    for level in after.levels:
        if known := before.by_code.get(level.code):
            yield from altered(LEVEL, (known, old), (level, new), name=level.name)
        else:
            sentence = level_sentence(level, after, new.words)
            yield Change("new", "tiers", _("New: %(promise)s") % {"promise": sentence})
    for level in before.levels:
        if level.code not in after.by_code:
            sentence = level_sentence(level, before, old.words)
            yield Change("gone", "tiers", _("No longer: %(promise)s") % {"promise": sentence})


def start(level: Level, side: Side) -> str:
    return threshold(level, side.terms.tiers, side.words) if side.terms.tiers else ""


def start_alone(level: Level, side: Side) -> str:
    """Without the unit, which the sentence has said; money keeps its sign."""
    is_money = side.terms.tiers is not None and side.terms.tiers.basis == "spend"
    return start(level, side) if is_money or side.words.unit.as_money else side.words.number(level.at)


def entry_gift(level: Level, side: Side) -> str:
    return side.words.points(level.entry_gift) if level.entry_gift else ""


def discount(level: Level, side: Side) -> str:
    return f"{side.words.number(level.discount_percent)}%" if level.discount_percent else ""


TIERS = (
    Aspect("tiers", ("basis",), gettext_lazy("Tiers count %(now)s, was %(before)s"),
           lambda tiers, side: str(BASIS[tiers.basis])),
    Aspect("tiers", ("window",), gettext_lazy("Tiers count what happened %(now)s, was %(before)s"),
           lambda tiers, side: window_words(tiers)),
    Aspect("tiers", ("downgrade",), gettext_lazy("A member who falls short %(now)s; before, %(before)s"),
           lambda tiers, side: str(FALL[tiers.downgrade])),
    Aspect("tiers", ("grace_days",), gettext_lazy("A level is kept for %(now)s of falling short, was %(before)s"),
           lambda tiers, side: days(tiers.grace_days)),
)  # fmt: skip
LEVEL = (
    Aspect("tiers", ("name",), gettext_lazy("%(now)s is the new name of %(before)s"), lambda level, side: level.name),
    Aspect("tiers", ("at",), gettext_lazy("%(name)s starts at %(now)s, was %(before)s"), start, start_alone),
    Aspect("tiers", ("multiplier",), gettext_lazy("%(name)s earns %(now)s, was %(before)s"),
           lambda level, side: side.words.factor(level.multiplier)),
    Aspect("tiers", ("entry_gift",), gettext_lazy("Reaching %(name)s gives %(now)s, was %(before)s"), entry_gift,
           without=gettext_lazy("Reaching %(name)s gives nothing, was %(before)s"),
           anew=gettext_lazy("Reaching %(name)s gives %(now)s, was nothing")),
    Aspect("tiers", ("discount_percent",), gettext_lazy("%(name)s has %(now)s off, was %(before)s"), discount,
           without=gettext_lazy("%(name)s has nothing off, was %(before)s"),
           anew=gettext_lazy("%(name)s has %(now)s off, was nothing")),
)  # fmt: skip

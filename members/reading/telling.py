"""Notices in words: the subject and the sentences of a mail, the line of a timeline."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loyalty_site.web import format as formats
from members import announcing
from members.models import Notice
from members.reading.purses import Purse
from members.reading.tier_progress import TierProgress
from programs.models import ProgramVersion
from programs.tiers import level_of
from programs.versions import terms_of
from programs.wording.speech import active_locale


def subject_of(notice: Notice, purse: Purse, *, today: date) -> str:
    """162 points expire on 4 May. Gold ends on 31 July."""
    day = spoken_day(notice, today)
    if notice.kind == Notice.Kind.NEW_TERMS:
        return new_terms_of(notice, today)
    if notice.kind == Notice.Kind.TIER_WARNING:
        return _("%(tier)s ends on %(day)s") % {"tier": tier_name(notice, purse), "day": day}
    words = {"points": purse.speech.points(notice.points), "day": day}
    return ngettext("%(points)s expires on %(day)s", "%(points)s expire on %(day)s", notice.points) % words


def sentences_of(notice: Notice, purse: Purse, progress: TierProgress | None, *, today: date) -> list[str]:
    """What a member can do about it, and by when."""
    day = spoken_day(notice, today)
    if notice.version:
        return [*what_changes(notice.version), what_stays(notice.version, purse)]
    if notice.kind == Notice.Kind.TIER_WARNING:
        more = _("%(more)s more by then keeps it.") % {"more": progress.to_keep} if progress else ""
        return [_("You are %(tier)s through %(day)s.") % {"tier": tier_name(notice, purse), "day": day}, more]
    words = {"points": purse.speech.points(notice.points), "day": day}
    return [
        _("%(points)s can be used through the end of %(day)s.") % words,
        _("What expires first is always spent first."),
    ]


def ends_points(version: ProgramVersion) -> bool:
    """Whether the program takes points with it on a day, whatever they were promised."""
    closing = terms_of(version.pk).closing
    return closing is not None and closing.until is not None


def what_stays(version: ProgramVersion, purse: Purse) -> str:
    """What becomes of points held: they keep their terms, unless the program takes them with it on a day."""
    closing, held = terms_of(version.pk).closing, purse.holding
    if closing is None or closing.until is None:
        return _("Points that you have already keep the terms they were earned under.")
    words = {"points": purse.speech.points(held.spendable + held.pending), "day": purse.speech.day(closing.until)}
    return _("You have %(points)s to use through the end of %(day)s.") % words


def new_terms_of(notice: Notice, today: date) -> str:
    """What changes in Points on 1 December, from today, or changed already."""
    words = {"program": notice.program.name, "day": spoken_day(notice, today)}
    if notice.subject_on > today:
        return _("What changes in %(program)s on %(day)s") % words
    if notice.subject_on == today:
        return _("What changes in %(program)s from today") % words
    return _("What changed in %(program)s on %(day)s") % words


def what_changes(version: ProgramVersion) -> list[str]:
    """What a version changes for members, a sentence each, in the active language."""
    return [f"{change.sentence}." for change in announcing.outward(version)]


def tier_name(notice: Notice, purse: Purse) -> str:
    return level_of(purse.terms.tiers, notice.tier_code).name if purse.terms.tiers else ""


def spoken_day(notice: Notice, today: date) -> str:
    return formats.day(notice.subject_on, this_year=today.year, locale=active_locale())

"""One condition of a rule in words, also when it asks for nothing."""

from django.utils.translation import gettext as _

from programs.terms import When
from programs.wording.aspects import Side
from programs.wording.rules import EVENTS, ON_WEEKDAYS


def event(when: When, side: Side) -> str:
    return str(EVENTS[when.event]) if when.event in EVENTS else _("for purchases")


def days(when: When, side: Side) -> str:
    if not when.weekdays:
        return _("on any day")
    return _("on %(days)s") % {"days": side.words.all_of(str(ON_WEEKDAYS[day]) for day in when.weekdays)}


def hours(when: When, side: Side) -> str:
    if not when.hours:
        return _("at any hour")
    return _("between %(start)s and %(end)s") % {"start": when.hours[0], "end": when.hours[1]}


def amount(when: When, side: Side) -> str:
    if when.min_amount is None:
        return _("on purchases of any amount")
    return _("on purchases of %(money)s or more") % {"money": side.words.money(when.min_amount)}


def which_purchase(when: When, side: Side) -> str:
    return _("on the first purchase") if when.first_purchase else _("on every purchase")


def products(when: When, side: Side) -> str:
    if not when.products:
        return _("all products")
    return side.words.all_of(side.words.stuff(when.products, ()))


def things(when: When, side: Side) -> str:
    return side.words.all_of(when.categories) if when.categories else _("all categories")


def places(when: When, side: Side) -> str:
    if not when.locations:
        return _("at every place")
    return _("at %(places)s") % {"places": side.words.one_of(map(side.words.place, when.locations))}


def ways(when: When, side: Side) -> str:
    if not when.channels:
        return _("whichever way it is bought")
    return side.words.ways(when.channels)

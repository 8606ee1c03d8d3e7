"""Worked examples in words: what Anna does, and the sum of what she gets for it."""

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loyalty_site.web import format as formats
from programs.terms import Level, Rule, Terms
from programs.tiers import level_of
from programs.wording.reasons import CHANNELS
from programs.wording.speech import Speech

if TYPE_CHECKING:
    from programs.fitting import Occasion
    from programs.year_of_a_regular import Year

DEEDS = {
    "sign_up": gettext_lazy("%(name)s joins"),
    "birthday": gettext_lazy("It is %(name)s’s birthday"),
    "anniversary": gettext_lazy("%(name)s has been a member for a year"),
    "referral": gettext_lazy("%(name)s brings a friend"),
    "referred": gettext_lazy("%(name)s comes with a friend"),
    "survey": gettext_lazy("%(name)s answers a survey"),
    "review": gettext_lazy("%(name)s writes a review"),
    "check_in": gettext_lazy("%(name)s checks in"),
    "social_share": gettext_lazy("%(name)s shares the shop"),
    "profile_completed": gettext_lazy("%(name)s completes the profile"),
    "custom": gettext_lazy("%(name)s gets “%(rule)s”"),
}
ON_A = {
    "mon": gettext_lazy("on a Monday"),
    "tue": gettext_lazy("on a Tuesday"),
    "wed": gettext_lazy("on a Wednesday"),
    "thu": gettext_lazy("on a Thursday"),
    "fri": gettext_lazy("on a Friday"),
    "sat": gettext_lazy("on a Saturday"),
    "sun": gettext_lazy("on a Sunday"),
}
WEEKDAYS = tuple(ON_A)


def event_deed(rule: Rule) -> str:
    """What happens for an event's points."""
    return str(DEEDS[rule.when.event]) % {"name": _("Anna"), "rule": rule.name}


def deed(rule: Rule, terms: Terms, occasion: "Occasion", words: Speech) -> str:
    """Who buys what, when and where: as much of it as the rule looks at."""
    values = {"name": _("Anna"), "tier": tier_of(rule, terms, occasion), "spends": spends(rule, occasion, words)}
    start = _("%(name)s is %(tier)s and %(spends)s") if values["tier"] else _("%(name)s %(spends)s")
    return " ".join([start % values, *circumstances(rule, occasion, words)])


def tier_of(rule: Rule, terms: Terms, occasion: "Occasion") -> str:
    """The level by name, where it makes a difference."""
    if terms.tiers is None:
        return ""
    level = level_of(terms.tiers, occasion.standing.tier_code)
    return level.name if rule.when.tiers or level.multiplier != 1 else ""


def spends(rule: Rule, occasion: "Occasion", words: Speech) -> str:
    money = words.money(occasion.purchase.amount)
    things = [thing for line in occasion.purchase.lines for thing in (line.sku, line.category) if thing]
    if not things:
        return _("spends %(money)s") % {"money": money}
    if rule.counts_pieces:
        count = words.number(sum(int(line.quantity) for line in occasion.purchase.lines))
        return _("buys %(count)s × %(things)s for %(money)s") % {
            "count": count,
            "things": ", ".join(things),
            "money": money,
        }
    return _("spends %(money)s on %(things)s") % {"money": money, "things": ", ".join(things)}


def circumstances(rule: Rule, occasion: "Occasion", words: Speech) -> Iterator[str]:
    when, purchase = rule.when, occasion.purchase
    if when.first_purchase:
        yield _("on the first purchase")
    if when.weekdays:
        yield str(ON_A[WEEKDAYS[occasion.day.weekday()]])
    elif when.starts_on == occasion.day:
        yield _("on %(day)s") % {"day": words.day(occasion.day)}
    if when.hours:
        yield _("at %(time)s") % {"time": when.hours[0]}
    if purchase.location:
        yield _("at %(place)s") % {"place": words.place(purchase.location)}
    if purchase.channel:
        yield str(CHANNELS.get(purchase.channel, _("by way of %(channel)s") % {"channel": purchase.channel}))


def sum_of(others: int, by_rule: int, words: Speech) -> str:
    """48 + 48 = 96 points; the total alone where all of it has one cause."""
    total = words.points(others + by_rule)
    if not others or not by_rule:
        return total
    sign = "+" if by_rule > 0 else formats.MINUS
    return f"{words.figure(others)} {sign} {words.figure(abs(by_rule))} = {total}"


def remark(explain: dict[str, Any], rule: Rule) -> str:
    """Why the rule adds less than it says, from an unfolded explanation: a limit, or a better bonus."""
    if explain.get("cap", {}).get("cut"):
        return _("the limit of what purchases earn is reached")
    told = next((known for known in explain["rules"] if known["code"] == rule.code), dict[str, Any]())
    if told.get("cut"):
        return _("the limit of the rule is reached")
    return _("another bonus is better") if told.get("beaten") else ""


def discount(level: Level, amount: Decimal, off: Decimal, words: Speech) -> str:
    values = {"name": _("Anna"), "tier": level.name, "money": words.money(amount), "off": words.money(off)}
    return _("%(name)s is %(tier)s and buys for %(money)s: %(off)s off") % values


def outcome(what_happens: str, total: str, reason: str) -> str:
    """What somebody gets for what happens, and why it is no more."""
    values = {"deed": what_happens, "total": total, "reason": reason}
    return (_("%(deed)s: %(total)s, because %(reason)s") if reason else _("%(deed)s: %(total)s")) % values


def span_sentence(*, has_end: bool, waits: bool) -> str:
    if has_end and waits:
        return _("%(points)s earned today, %(today)s, can be spent from %(first)s through %(last)s")
    if has_end:
        return _("%(points)s earned today, %(today)s, can be spent through %(last)s")
    if waits:
        return _("%(points)s earned today, %(today)s, can be spent from %(first)s, for good")
    return _("%(points)s earned today, %(today)s, can be spent for good")


def regular(year: "Year", terms: Terms, amount: Decimal, words: Speech) -> str:
    """What a regular has after a year, everything included that comes by itself."""
    values = {"money": words.money(amount), "result": words.all_of(results(year, terms, words)) or _("nothing")}
    return _("A regular who spends %(money)s every week gets in a year: %(result)s") % values


def results(year: "Year", terms: Terms, words: Speech) -> Iterator[str]:
    if year.points:
        yield words.points(year.points)
    if year.saved:
        yield _("%(money)s off") % {"money": words.money(year.saved)}
    if year.level and terms.tiers and year.level != terms.tiers.levels[0]:
        yield _("the tier %(tier)s") % {"tier": year.level.name}

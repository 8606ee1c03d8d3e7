"""Earning rules as sentences: “2× points on Tuesdays, for Gold and above, until 31 Dec 2026”."""

from collections.abc import Callable, Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from programs.terms import Fixed, Multiply, PerMoney, Rule, Tiers, When
from programs.wording.speech import Speech

EVENTS = {
    "sign_up": gettext_lazy("for joining"),
    "birthday": gettext_lazy("on a birthday"),
    "anniversary": gettext_lazy("on each anniversary of joining"),
    "referral": gettext_lazy("for bringing a friend"),
    "referred": gettext_lazy("for coming with a friend"),
    "survey": gettext_lazy("for answering a survey"),
    "review": gettext_lazy("for a review"),
    "check_in": gettext_lazy("for checking in"),
    "social_share": gettext_lazy("for sharing"),
    "profile_completed": gettext_lazy("for a complete profile"),
    "custom": gettext_lazy("for what the shop decides"),
}
ON_WEEKDAYS = {
    "mon": gettext_lazy("Mondays"),
    "tue": gettext_lazy("Tuesdays"),
    "wed": gettext_lazy("Wednesdays"),
    "thu": gettext_lazy("Thursdays"),
    "fri": gettext_lazy("Fridays"),
    "sat": gettext_lazy("Saturdays"),
    "sun": gettext_lazy("Sundays"),
}
AT_MOST_PER = {
    "day": gettext_lazy("at most %(points)s a day"),
    "week": gettext_lazy("at most %(points)s a week"),
    "month": gettext_lazy("at most %(points)s a month"),
    "lifetime": gettext_lazy("at most %(points)s for each member, ever"),
}


def rule_sentence(rule: Rule, *, speech: Speech, tiers: Tiers | None = None) -> str:
    """Say what a rule gives and when, in one sentence without a full stop."""
    return ", ".join([promise(rule, speech=speech, tiers=tiers), *limits(rule, speech)])


def promise(rule: Rule, *, speech: Speech, tiers: Tiers | None = None) -> str:
    """Say what a rule gives and when, without what limits it."""
    when = rule.when
    given = " ".join([gift(rule, speech), *occasions(rule, speech)])
    return ", ".join([given, people(when, speech, tiers), *span(when, speech)])


def gift(rule: Rule, speech: Speech) -> str:
    match rule.give:
        case Multiply(multiplier=factor) if factor == 0:
            return _("No %(points)s") % {"points": speech.token("amount", speech.many)}
        case Multiply(multiplier=factor):
            return _("%(factor)s %(points)s") % {
                "factor": speech.token("amount", speech.factor(factor)),
                "points": speech.many,
            }
        case PerMoney(points=points, per=per):
            return _("%(points)s more for every %(money)s") % {
                "points": speech.token("amount", speech.points(points)),
                "money": speech.token("per", speech.price(per)),
            }
        case Fixed(points=points, each="item"):
            return _("%(points)s for every piece of %(things)s") % {
                "points": speech.token("amount", speech.points(points)),
                "things": things(rule.when, speech, speech.one_of),
            }
    return speech.token("amount", speech.points(rule.give.points))


def occasion(event: str, name: str) -> str:
    """For joining, on a birthday; an event of the shop's own is called as its rule."""
    return _("for “%(rule)s”") % {"rule": name} if event == "custom" else str(EVENTS[event])


def things(when: When, speech: Speech, listed: Callable[[Iterable[str]], str]) -> str:
    """The products and categories that a rule is about."""
    return speech.token(
        "categories" if when.categories else "products", listed(speech.stuff(when.products, when.categories))
    )


def occasions(rule: Rule, speech: Speech) -> Iterator[str]:
    """The conditions that follow the gift without a comma."""
    when = rule.when
    if when.event in EVENTS:
        yield speech.token("event", occasion(when.event, rule.name))
    if when.counts_lines and not (isinstance(rule.give, Fixed) and rule.give.each == "item"):
        yield _("on %(things)s") % {"things": things(when, speech, speech.all_of)}
    yield from purchases(when, speech)
    if when.weekdays:
        days = speech.all_of(str(ON_WEEKDAYS[day]) for day in when.weekdays)
        yield _("on %(days)s") % {"days": speech.token("weekdays", days)}
    if when.hours:
        start, end = speech.token("starts", when.hours[0]), speech.token("ends", when.hours[1])
        yield _("between %(start)s and %(end)s") % {"start": start, "end": end}
    yield from places(when, speech)


def purchases(when: When, speech: Speech) -> Iterator[str]:
    """What must be bought."""
    if when.first_purchase:
        yield speech.token("first_purchase", _("on the first purchase"))
    if when.min_amount is not None:
        least = speech.token("min_amount", speech.money(when.min_amount))
        yield _("on purchases of %(money)s or more") % {"money": least}


def places(when: When, speech: Speech) -> Iterator[str]:
    """Where it must be bought."""
    if when.locations:
        names = speech.one_of(map(speech.place, when.locations))
        yield _("at %(places)s") % {"places": speech.token("locations", names)}
    if when.channels:
        yield speech.ways(when.channels)


def people(when: When, speech: Speech, tiers: Tiers | None) -> str:
    groups = [speech.token("tiers", tier_names(when, speech, tiers))] if when.tiers else []
    if when.segments:
        groups.append(speech.groups(when.segments))
    everyone = pgettext("all members", "everyone")
    return _("for %(people)s") % {"people": ", ".join(groups) or speech.token("tiers", everyone)}


def tier_names(when: When, speech: Speech, tiers: Tiers | None) -> str:
    """Gold and above, where the levels named reach to the top."""
    levels = [level for level in (tiers.levels if tiers else ()) if level.code in when.tiers]
    if not levels or tiers is None:
        return speech.all_of(when.tiers)
    if len(levels) > 1 and tuple(levels) == tiers.levels[-len(levels) :]:
        return _("%(tier)s and above") % {"tier": levels[0].name}
    return speech.all_of(level.name for level in levels)


def span(when: When, speech: Speech) -> Iterator[str]:
    if when.starts_on:
        yield _("from %(day)s") % {"day": speech.token("starts_on", speech.day(when.starts_on))}
    if when.ends_on:
        yield _("until %(day)s") % {"day": speech.token("ends_on", speech.day(when.ends_on))}


def limits(rule: Rule, speech: Speech) -> Iterator[str]:
    if rule.cap:
        yield str(AT_MOST_PER[rule.cap.per]) % {"points": speech.points(rule.cap.points)}
    if rule.budget:
        yield _("at most %(points)s in all") % {"points": speech.points(rule.budget)}

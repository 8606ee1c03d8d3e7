"""The terms of a program as sentences, part by part."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from programs.terms import (
    After,
    CalendarYear,
    Cap,
    Dates,
    Earning,
    Inactivity,
    Level,
    Lifetime,
    Never,
    Rolling,
    Terms,
    Tiers,
)
from programs.wording.closing import state_sentences
from programs.wording.rules import AT_MOST_PER, rule_sentence
from programs.wording.speech import Speech, speech

ROUNDED = {
    "floor": gettext_lazy("Each purchase is rounded down to whole %(points)s"),
    "half_up": gettext_lazy("Each purchase is rounded to the nearest whole %(points)s"),
    "ceiling": gettext_lazy("Each purchase is rounded up to whole %(points)s"),
}
STACKED = {
    "multiply": gettext_lazy("Several bonuses on one purchase multiply"),
    "add": gettext_lazy("Several bonuses on one purchase add up"),
    "best": gettext_lazy("Of several bonuses on one purchase the best one counts"),
}
CLAWED_BACK = {
    "negative": gettext_lazy("A refund takes back what the purchase earned; what is already spent is recovered later"),
    "within_balance": gettext_lazy("A refund takes back what the purchase earned, as far as the balance goes"),
    "pending_only": gettext_lazy("A refund takes back what the purchase earned only while it is not yet spendable"),
}
ROUNDED_TO = {
    "month": gettext_lazy("to the end of the month"),
    "quarter": gettext_lazy("to the end of the quarter"),
    "year": gettext_lazy("to the end of the year"),
}
COUNTED = {
    "points": gettext_lazy("Tiers count base points earned %(when)s"),
    "spend": gettext_lazy("Tiers count money spent %(when)s"),
    "visits": gettext_lazy("Tiers count visits %(when)s"),
}


def sentences(terms: Terms, currency: str) -> list[str]:
    """Say all the terms in the active language, one promise a sentence, without full stops."""
    return [sentence for part in in_parts(terms, currency).values() for sentence in part]


def in_parts(terms: Terms, currency: str) -> dict[str, list[str]]:
    """Say the terms by part: state, earning, rules, expiry, clawback, tiers."""
    return parts_of(terms, speech(currency, terms.unit))


def parts_of(terms: Terms, words: Speech) -> dict[str, list[str]]:
    return {
        "state": [*state_sentences(terms, words)],
        "earning": [*earning_sentences(terms, words)],
        "rules": [rule_sentence(rule, speech=words, tiers=terms.tiers) for rule in terms.running_rules],
        "expiry": [*expiry_sentences(terms, words)],
        "clawback": [str(CLAWED_BACK[terms.clawback])],
        "tiers": [*tier_sentences(terms.tiers, words)] if terms.tiers else [],
    }


def earning_sentences(terms: Terms, words: Speech) -> Iterator[str]:
    earning = terms.earning
    if earning.points:
        yield base_rate(earning, words)
    else:
        yield _("Purchases earn by rules alone") if terms.purchase_rules else _("Purchases count, but earn nothing")
    if earning.points or terms.purchase_rules:
        yield str(ROUNDED[earning.rounding]) % {"points": words.many}
    if bonus_count(terms) > 1:
        yield str(STACKED[earning.stacking])
    if earning.carry_over:
        yield _("What is left of one purchase counts towards the next")
    if earning.pending_days:
        yield days_later(earning.pending_days)
    if earning.cap:
        yield cap_sentence(earning.cap, words)


def base_rate(earning: Earning, words: Speech) -> str:
    """Say how many points a purchase earns before any bonus."""
    points = words.token("points", words.points(earning.points))
    money = words.token("per", words.price(earning.per))
    return _("%(points)s for every %(money)s spent, for everyone") % {"points": points, "money": money}


def cap_sentence(cap: Cap | None, words: Speech) -> str:
    """Say the most that a member earns from purchases, or that there is no such limit."""
    if cap is None:
        return _("A member may earn any number of %(points)s from purchases") % {"points": words.many}
    limit = str(AT_MOST_PER[cap.per]) % {"points": words.points(cap.points)}
    return _("A member earns %(limit)s from purchases") % {"limit": limit}


def bonus_count(terms: Terms) -> int:
    """Count the bonuses that could meet on one purchase."""
    tiers_multiply = terms.tiers is not None and any(level.multiplier != 1 for level in terms.tiers.levels)
    return len(terms.purchase_rules) + tiers_multiply


def days_later(count: int) -> str:
    later = ngettext(
        "Spendable from the start of the day %(count)s day after the purchase",
        "Spendable from the start of the day %(count)s days after the purchase",
        count,
    )
    return later % {"count": count}


def days(count: int) -> str:
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}


def months(count: int) -> str:
    return ngettext("%(count)s month", "%(count)s months", count) % {"count": count}


def expiry_sentences(terms: Terms, words: Speech) -> Iterator[str]:
    match expiry := terms.expiry:
        case Never():
            yield _("%(points)s never expire") % {"points": words.heading}
            return
        case After():
            yield validity(expiry, words)
        case Dates():
            dates = words.all_of(words.day_of_year(day) for day in expiry.dates)
            yield _("%(points)s expire each year at the end of %(dates)s") % {"points": words.heading, "dates": dates}
        case Inactivity():
            sentence = _("%(points)s expire %(time)s after the last purchase or reward")
            yield sentence % {"points": words.heading, "time": months(expiry.months)}
    if terms.restore_grace_days:
        grace = {"points": words.heading, "days": days(terms.restore_grace_days)}
        yield _("%(points)s of a cancelled reward that expired meanwhile can be spent for %(days)s") % grace
    if terms.expiry_notice_days:
        yield notice_sentence(terms.expiry_notice_days, words)


def notice_sentence(counts: Iterable[int], words: Speech) -> str:
    """Say how long before its points expire a member is told."""
    ahead = [*map(words.number, sorted(set(counts), reverse=True))]
    told = ngettext("Members are told %(count)s day before", "Members are told %(count)s days before", int(ahead[-1]))
    return told % {"count": words.all_of(ahead)}


def validity(expiry: After, words: Speech) -> str:
    """Say how long points last; nought months, rounded, is the month itself."""
    count = expiry.months if expiry.days is None else expiry.days
    time = months(count or 0) if expiry.days is None else days(count or 0)
    rounded = str(ROUNDED_TO[expiry.round_to]) if expiry.round_to else ""
    if not count:
        sentence = _("%(points)s are valid %(rounded)s")
        rounded = rounded or _("to the end of the day")
    elif rounded:
        sentence = _("%(points)s are valid for %(time)s and on %(rounded)s")
    else:
        sentence = _("%(points)s are valid for %(time)s, through the end of the last day")
    return sentence % {"points": words.heading, "time": time, "rounded": rounded}


def tier_sentences(tiers: Tiers, words: Speech) -> Iterator[str]:
    yield counted_sentence(tiers)
    for level in tiers.levels:
        yield level_sentence(level, tiers, words)
    yield fall_sentence(tiers)


def counted_sentence(tiers: Tiers) -> str:
    """Say what counts for tiers, and over which time."""
    return str(COUNTED[tiers.basis]) % {"when": window_words(tiers)}


def window_words(tiers: Tiers) -> str:
    match tiers.window:
        case Rolling(months=count):
            return _("in the last %(months)s") % {"months": months(count)}
        case CalendarYear():
            return _("in the calendar year")
        case Lifetime():
            return _("since joining")


def level_sentence(level: Level, tiers: Tiers, words: Speech) -> str:
    perks = [*perks_of(level, words)]
    start = {"tier": level.name, "threshold": threshold(level, tiers, words)}
    reached = _("%(tier)s from %(threshold)s") % start if level.at else _("%(tier)s from the start") % start
    return f"{reached}: {', '.join(perks)}" if perks else reached


def threshold(level: Level, tiers: Tiers, words: Speech) -> str:
    if tiers.basis == "points":
        return words.points(level.at)
    if tiers.basis == "spend":
        return words.price(str(level.at))
    return ngettext("%(count)s visit", "%(count)s visits", level.at) % {"count": words.number(level.at)}


def perks_of(level: Level, words: Speech) -> Iterator[str]:
    if level.multiplier != 1:
        yield _("%(factor)s %(points)s") % {"factor": words.factor(level.multiplier), "points": words.many}
    if level.discount_percent:
        yield _("%(percent)s%% off") % {"percent": words.number(level.discount_percent)}
    if level.entry_gift:
        yield _("%(points)s on reaching it") % {"points": words.points(level.entry_gift)}


def fall_sentence(tiers: Tiers) -> str:
    if tiers.downgrade == "never":
        return _("A level once reached is kept")
    below = _("goes down one level") if tiers.downgrade == "one_step" else _("goes to the level still reached")
    if not tiers.grace_days:
        return _("A member who falls short %(below)s at once") % {"below": below}
    return _("A member who falls short is warned, keeps the level for %(time)s and then %(below)s") % {
        "time": days(tiers.grace_days),
        "below": below,
    }

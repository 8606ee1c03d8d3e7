"""Alterations of the base rate, of expiry and of limits."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from programs.terms import After, Dates, Earning, Inactivity, Terms
from programs.wording.aspects import Aspect, Change, Side, altered
from programs.wording.promises import ROUNDED_TO, days, months
from programs.wording.rules import AT_MOST_PER

ROUNDED = {
    "floor": gettext_lazy("down"),
    "half_up": gettext_lazy("to the nearest whole number"),
    "ceiling": gettext_lazy("up"),
}
STACKED = {
    "multiply": gettext_lazy("they multiply"),
    "add": gettext_lazy("they add up"),
    "best": gettext_lazy("only the best one counts"),
}
TAKEN_BACK = {
    "negative": gettext_lazy("takes back all that it earned, later if it is already spent"),
    "within_balance": gettext_lazy("takes back what it earned, as far as the balance goes"),
    "pending_only": gettext_lazy("takes back what is not yet spendable"),
}


def rate(earning: Earning, side: Side) -> str:
    if not earning.points:
        return _("no %(points)s") % {"points": side.words.many}
    values = {"points": side.words.points(earning.points), "money": side.words.price(earning.per)}
    return _("%(points)s for every %(money)s spent") % values


def carried(earning: Earning, side: Side) -> str:
    return _("counts towards the next") if earning.carry_over else _("is not counted")


def spendable_after(earning: Earning, side: Side) -> str:
    if not earning.pending_days:
        return _("at once")
    later = ngettext("%(count)s day after the purchase", "%(count)s days after the purchase", earning.pending_days)
    return later % {"count": earning.pending_days}


def most(earning: Earning, side: Side) -> str:
    if earning.cap is None:
        return ""
    return str(AT_MOST_PER[earning.cap.per]) % {"points": side.words.points(earning.cap.points)}


EARNING = (
    Aspect("earning", ("points", "per"), gettext_lazy("Purchases earn %(now)s, was %(before)s"), rate),
    Aspect("earning", ("rounding",), gettext_lazy("Purchases are rounded %(now)s, was %(before)s"),
           lambda earning, side: str(ROUNDED[earning.rounding])),
    Aspect("earning", ("stacking",), gettext_lazy("Several bonuses on one purchase: %(now)s, was: %(before)s"),
           lambda earning, side: str(STACKED[earning.stacking])),
    Aspect("earning", ("carry_over",), gettext_lazy("What is left of one purchase %(now)s, was: %(before)s"), carried),
    Aspect("limits", ("pending_days",), gettext_lazy("%(heading)s can be spent %(now)s, was %(before)s"),
           spendable_after),
    Aspect("limits", ("cap",), gettext_lazy("A member earns %(now)s from purchases, was %(before)s"), most,
           without=gettext_lazy("No limit to what a member earns from purchases, was %(before)s"),
           anew=gettext_lazy("A member earns %(now)s from purchases, was without limit")),
)  # fmt: skip


def earning_changes(old: Side, new: Side) -> Iterator[Change]:
    return altered(EARNING, (old.terms.earning, old), (new.terms.earning, new))


def lasting(terms: Terms, side: Side) -> str:
    """When points expire: after 12 months; each year at the end of 31 December; empty for never."""
    match expiry := terms.expiry:
        case After():
            return after(expiry)
        case Dates():
            dates = side.words.all_of(side.words.day_of_year(day) for day in sorted(set(expiry.dates)))
            return _("each year at the end of %(dates)s") % {"dates": dates}
        case Inactivity():
            return _("%(time)s after the last purchase or reward") % {"time": months(expiry.months)}
    return ""


def after(expiry: After) -> str:
    time = months(expiry.months or 0) if expiry.days is None else days(expiry.days)
    if not expiry.round_to:
        return _("after %(time)s") % {"time": time}
    return _("after %(time)s and on %(rounded)s") % {"time": time, "rounded": ROUNDED_TO[expiry.round_to]}


def warned(terms: Terms, side: Side) -> str:
    """How long ahead a member is told: 30 and 7 days before."""
    ahead = sorted(set(terms.expiry_notice_days), reverse=True)
    if not ahead:
        return _("not at all")
    told = ngettext("%(count)s day before", "%(count)s days before", ahead[-1])
    return told % {"count": side.words.all_of(map(side.words.number, ahead))}


def grace(terms: Terms, side: Side) -> str:
    return _("for %(days)s") % {"days": days(terms.restore_grace_days)} if terms.restore_grace_days else _("not at all")


EXPIRY = (
    Aspect("expiry", ("expiry",), gettext_lazy("%(heading)s expire %(now)s, was %(before)s"), lasting,
           without=gettext_lazy("%(heading)s never expire, was %(before)s"),
           anew=gettext_lazy("%(heading)s expire %(now)s, was never")),
    Aspect("expiry", ("expiry_notice_days",),
           gettext_lazy("Members are told of an expiry %(now)s, was %(before)s"), warned),
    Aspect("expiry", ("restore_grace_days",), gettext_lazy(
               "%(heading)s of a cancelled reward that expired meanwhile can be spent %(now)s, was %(before)s"), grace),
)  # fmt: skip
TERMS = (
    Aspect("limits", ("clawback",), gettext_lazy("A refund %(now)s; before, it %(before)s"),
           lambda terms, side: str(TAKEN_BACK[terms.clawback])),
)  # fmt: skip

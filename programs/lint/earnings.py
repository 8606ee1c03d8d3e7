"""Rates and lifetimes of points that are hardly meant."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from programs import earning
from programs.calendar import last_day_of, local_day
from programs.currencies import decimals_of
from programs.lint.finding import Desk, Finding
from programs.purchases import Purchase, Standing
from programs.terms import Never
from programs.typical import everyday_amount

HALF = Decimal("0.5")


def findings(desk: Desk) -> Iterator[Finding]:
    yield from too_little(desk)
    yield from too_much(desk)
    yield from unwarned(desk)
    yield from warned_from_the_start(desk)
    yield from grace_for_nothing(desk)


def too_little(desk: Desk) -> Iterator[Finding]:
    """An everyday purchase that earns nothing at the base rate, now or later."""
    terms, amount = desk.terms, everyday_amount(desk.shop.currency)
    if not terms.earning.points or terms.earning.carry_over:
        return
    if not earning.evaluate(terms.but(rules=()), Purchase(desk.now, desk.shop.zone, amount), Standing()).points:
        sentence = _("A purchase of %(money)s earns nothing, because it is rounded down to whole %(points)s.")
        fix = _("Give more for the money, or let what is left count towards the next purchase.")
        values = {"money": desk.words.money(amount), "points": desk.words.many}
        yield Finding("show", "rounds-to-nothing", "warn", sentence % values, fix)


def too_much(desk: Desk) -> Iterator[Finding]:
    """Money back, where the unit is money, of half the price or more."""
    share = desk.terms.earning.rate.scaleb(-decimals_of(desk.shop.currency))
    if desk.terms.unit.as_money and share >= HALF:
        sentence = _("Every purchase gives back %(percent)s%% of its money.")
        values = {"percent": desk.words.number(share * 100)}
        yield Finding("show", "gives-too-much", "warn", sentence % values, _("Give less for the money."))


def unwarned(desk: Desk) -> Iterator[Finding]:
    if not isinstance(desk.terms.expiry, Never) and not desk.terms.expiry_notice_days:
        sentence = _("%(points)s expire, and nobody is told before.") % {"points": desk.words.heading}
        yield Finding("limits", "expires-unwarned", "inform", sentence, _("Tell members 30 days before."))


def warned_from_the_start(desk: Desk) -> Iterator[Finding]:
    """A notice as long before the end as points last: whoever earns some is told the same day that they expire."""
    today = local_day(desk.now, desk.shop.zone)
    last, ahead = last_day_of(desk.terms.expiry, today), desk.terms.expiry_notice_days
    if last is None or not ahead or desk.terms.expiry.kind == "dates":
        return
    if timedelta(days=max(ahead)) >= last - today:
        sentence = _("%(points)s last until %(day)s if earned today, and members are told %(count)s days before.")
        values = {"points": desk.words.heading, "day": desk.words.day(last), "count": max(ahead)}
        fix = _("Tell them later, or let the points last longer.")
        yield Finding("limits", "warned-from-the-start", "inform", sentence % values, fix)


def grace_for_nothing(desk: Desk) -> Iterator[Finding]:
    if isinstance(desk.terms.expiry, Never) and desk.terms.restore_grace_days:
        sentence = _("The days for points of a cancelled reward do nothing, because %(points)s never expire.")
        yield Finding(
            "limits", "grace-for-nothing", "inform", sentence % {"points": desk.words.many}, _("Set them to 0.")
        )

"""Figures as people read them, in the active language: values with their units, changes with their sign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from babel.dates import format_date, format_skeleton
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, ngettext, pgettext, to_locale

from loyalty_site.web import format as formats
from reports.history import History
from reports.kpis import Figure, Kpi, Unit, Value, Words
from reports.periods import Period

MORNING_FROM, AFTERNOON_FROM, EVENING_FROM = 5, 12, 18  # local hours


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure in words, for `components/kpi.html`."""

    code: str
    label: str
    formula: str
    value: str
    unit: str
    delta: str
    direction: str
    before: str
    trend: list[float | None]


def locale() -> str:
    return to_locale(get_language() or "en")


def tile(figure: Figure, currency: str) -> Tile:
    kpi = figure.kpi
    value, unit = split(figure.value, kpi.unit, currency)
    return Tile(
        kpi.code,
        label_of(kpi.label, figure.period.weeks),
        str(kpi.formula),
        value,
        unit,
        delta(figure),
        direction(figure.delta),
        before(figure, currency),
        [None if point is None else float(point) for point in figure.trend],
    )


def label_of(label: Words, weeks: int) -> str:
    """Fill in %(period)s where a label has it."""
    return str(label) % {"period": period_words(weeks)}


def period_words(weeks: int) -> str:
    return ngettext("%(count)d week", "%(count)d weeks", weeks) % {"count": weeks}


def written(value: Value, unit: Unit, currency: str) -> str:
    """642, 58%, 84,310 zł; a dash for no figure."""
    if value is None:
        return formats.NO_VALUE
    match unit:
        case Unit.SHARE:
            return percentage(Decimal(value))
        case Unit.MONEY:
            return formats.money_short(value, currency, locale=locale())
        case Unit.COUNT | Unit.POINTS:
            return formats.whole_number(int(value), locale=locale())


def split(value: Value, unit: Unit, currency: str) -> tuple[str, str]:
    """The number and its unit apart, so that the unit can be set smaller. A leading sign stays with its number."""
    text = written(value, unit, currency)
    if value is None:
        return text, ""
    if unit is Unit.SHARE:
        return text.removesuffix("%"), "%"
    number, _space, sign = text.rpartition(formats.SPACE)
    is_apart = unit is Unit.MONEY and sign == formats.currency_sign(currency)
    return (number, sign) if is_apart else (text, "")


def percentage(share: Decimal) -> str:
    """58%, 37.5%: at most one decimal."""
    return formats.written(share * 100, "#,##0.#", locale=locale()) + "%"


def delta(figure: Figure) -> str:
    """+6.3% or, of a share, +2.1 pp; nothing where there is nothing to compare with."""
    if figure.delta is None:
        return ""
    number = formats.written(figure.delta * 100, "+#,##0.0;-#,##0.0", locale=locale())
    return number + (f"{formats.SPACE}{gettext('pp')}" if figure.kpi.unit is Unit.SHARE else "%")


def direction(change: Decimal | None) -> str:
    """Which way the arrow points; what rounds to nothing is flat."""
    tenths = round((change or Decimal(0)) * 1000)
    return "up" if tenths > 0 else "down" if tenths < 0 else "flat"


def before(figure: Figure, currency: str) -> str:
    if figure.before is None:
        return gettext("nothing before")
    return gettext("%(value)s before") % {"value": written(figure.before, figure.kpi.unit, currency)}


def daily_table(kpi: Kpi, history: History, period: Period, currency: str) -> list[tuple[date, list[str]]]:
    """The numbers that lead to a figure, day by day, the latest first; a period of 52 weeks has 364 of them."""
    days = [(day, sums) for day in reversed(period.days) if (sums := history.on(day))]
    return [(day, [written(column.value(sums), column.unit, currency) for column in kpi.columns]) for day, sums in days]


def greeting(local: datetime, name: str) -> str:
    """Good morning, Marta: by the hour on the shop's clock."""
    hour = local.hour
    if MORNING_FROM <= hour < AFTERNOON_FROM:
        return gettext("Good morning, %(name)s") % {"name": name}
    if AFTERNOON_FROM <= hour < EVENING_FROM:
        return gettext("Good afternoon, %(name)s") % {"name": name}
    return gettext("Good evening, %(name)s") % {"name": name}


def long_day(day: date) -> str:
    """Tuesday 24 November."""
    return capfirst(format_date(day, pgettext("date pattern", "EEEE d MMMM"), locale=formats.date_locale(locale())))


def weekday_and_day(day: date) -> str:
    """Tue 17 Nov."""
    weekday = capfirst(format_date(day, "EEE", locale=formats.date_locale(locale())))
    return f"{short_day(day)}{weekday}" if formats.is_chinese(locale()) else f"{weekday} {short_day(day)}"


def short_day(day: date) -> str:
    """17 Nov."""
    return format_skeleton("MMMd", day, locale=formats.date_locale(locale()))

"""Points, money, dates and lists in the active language. What a sentence of terms or of an explanation is made of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from babel.core import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import get_currency_precision
from django.utils.text import capfirst
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

from loyalty_site.web import format as formats
from programs.languages import locale_of
from programs.terms import Unit, in_language

ANY_YEAR = 0


def active_locale() -> str:
    """Name the active language as Babel does; one that it does not know, as a file may name, counts in English."""
    language = get_language() or "en"
    return to_locale(language) if locale_of(language) else "en"


@dataclass(frozen=True)
class Speech:
    """A merchant's currency and a program's unit, spoken in one language; `places` names locations by their codes."""

    currency: str
    unit: Unit
    locale: str
    places: Mapping[str, str] = field(default_factory=dict, compare=False)

    def token(self, key: str, words: str) -> str:
        """The words that a setting stands for in a sentence; an editor marks them."""
        return words

    def place(self, code: str) -> str:
        return self.places.get(code, code)

    def stuff(self, products: Sequence[str], categories: Sequence[str]) -> list[str]:
        """What a rule is about, as the reader knows it."""
        return [*products, *categories]

    def ways(self, channels: Sequence[str]) -> str:
        """By which ways it is bought."""
        return _("by way of %(channels)s") % {"channels": self.token("channels", self.one_of(channels))}

    def groups(self, segments: Sequence[str]) -> str:
        return _("members among %(segments)s") % {"segments": self.token("segments", self.one_of(segments))}

    @cached_property
    def _plural(self) -> Locale:
        return Locale.parse(self.locale)

    def money(self, amount: Decimal | str) -> str:
        """48.50 zł; an amount that the currency cannot write exactly is still shown as it is paid."""
        return formats.money(Decimal(amount), self.currency, locale=self.locale)

    def price(self, amount: Decimal | str) -> str:
        """1 zł where there is nothing behind the point, else 1.50 zł."""
        amount = Decimal(amount)
        whole = amount == amount.to_integral_value()
        return formats.money_short(amount, self.currency, locale=self.locale) if whole else self.money(amount)

    def number(self, number: Decimal | int) -> str:
        """1,240 or 1.5, at most two decimals."""
        return formats.written(number, "#,##0.##", locale=self.locale)

    def points(self, points: Decimal | int) -> str:
        """1 point, 5 points; as money where the program shows points so."""
        if self.unit.as_money:
            return self.money(Decimal(points).scaleb(-get_currency_precision(self.currency)))
        return f"{self.number(points)}{formats.SPACE}{self.unit_for(points)}"

    def figure(self, points: Decimal | int) -> str:
        """Points without their unit; as money, with the parts of a coin that a sum passes through: 0.1999."""
        if not self.unit.as_money:
            return self.number(points)
        decimals = get_currency_precision(self.currency)
        pattern = f"#,##0.{'0' * decimals}##"
        return formats.written(Decimal(points).scaleb(-decimals), pattern, locale=self.locale)

    def unit_for(self, points: Decimal | int) -> str:
        """The form of the unit that the language wants after this number."""
        form = self._plural.plural_form(points)
        names = {"one": self.unit.one, "few": self.unit.few or self.unit.many}
        return in_language(names.get(form, self.unit.many))

    @property
    def many(self) -> str:
        return in_language(self.unit.many)

    @property
    def heading(self) -> str:
        """The unit as a sentence begins with it: several of them, as 2 are called (Polish: punkty, not punktów)."""
        return capfirst(self.unit_for(2))

    def day(self, day: date | str) -> str:
        """31 Dec 2026."""
        day = date.fromisoformat(day) if isinstance(day, str) else day
        return formats.day(day, this_year=ANY_YEAR, locale=self.locale)

    def day_of_year(self, month_and_day: str) -> str:
        """31 December, of any year."""
        pattern = "M月d日" if formats.is_chinese(self.locale) else "d MMMM"
        return format_date(
            date.fromisoformat(f"2000-{month_and_day}"), pattern, locale=formats.date_locale(self.locale)
        )

    def all_of(self, words: Iterable[str]) -> str:
        """Tuesdays, Wednesdays and Fridays."""
        return format_list([*words], style="standard", locale=formats.date_locale(self.locale))

    def one_of(self, words: Iterable[str]) -> str:
        """Gold or Reserve."""
        return format_list([*words], style="or", locale=formats.date_locale(self.locale))

    def factor(self, factor: Decimal | str) -> str:
        """2× or 1.15×."""
        return f"{formats.written(Decimal(factor), '#,##0.######', locale=self.locale)}×"


def speech(currency: str, unit: Unit | None = None, places: Mapping[str, str] | None = None) -> Speech:
    """Speak the active language; `places` names locations by their codes."""
    return Speech(currency, unit or Unit(), active_locale(), places or {})

"""Languages: those in which pages speak, and which forms of a noun each wants after a number."""

from __future__ import annotations

from functools import cache

from babel.core import Locale, UnknownLocaleError
from django.conf import settings
from django.utils.translation import to_locale

LANGUAGE_CHOICES = list(settings.LANGUAGES)
LAST_TRIED, SHOWN = 30, 3
NAMED_FORMS = ("one", "few")  # the forms that terms can name beside `many`, which stands for all others


def plural_forms(code: str) -> tuple[str, ...]:
    """The keys of a unit's names that a language tells apart, by the plural rules of CLDR; `many` is the last.

    English has one and many, Polish one, few and many, Chinese many alone; an unknown language is asked for all.
    """
    locale = locale_of(code)
    told_apart = locale.plural_form.tags if locale else {*NAMED_FORMS}
    return (*(form for form in NAMED_FORMS if form in told_apart), "many")


def name_of(code: str) -> str:
    """What a language calls itself, with a capital; a code that nobody knows stays itself."""
    locale = locale_of(code)
    name = locale.get_display_name() if locale else None
    return name[:1].upper() + name[1:] if name else code


@cache
def locale_of(code: str) -> Locale | None:
    try:
        return Locale.parse(to_locale(code))
    except (UnknownLocaleError, ValueError):
        return None


@cache
def numbers_of(code: str) -> dict[str, tuple[int, ...]]:
    """The first whole numbers that each form of a noun follows in a language: Polish few: 2, 3, 4."""
    locale = locale_of(code)
    found: dict[str, tuple[int, ...]] = dict.fromkeys(plural_forms(code), ())
    for number in range(1, LAST_TRIED):
        form = locale.plural_form(number) if locale else "many"
        key = form if form in found else "many"
        if len(found[key]) < SHOWN:
            found[key] += (number,)
    return found

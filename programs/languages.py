"""Languages: those in which pages speak, and which forms of a noun each wants after a number."""

from __future__ import annotations

from babel.core import Locale, UnknownLocaleError
from django.conf import settings
from django.utils.translation import to_locale

LANGUAGE_CHOICES = list(settings.LANGUAGES)
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


def locale_of(code: str) -> Locale | None:
    try:
        return Locale.parse(to_locale(code))
    except (UnknownLocaleError, ValueError):
        return None

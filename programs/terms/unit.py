"""What a program's points are called, in every language the merchant speaks."""

from typing import Annotated, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pydantic import BeforeValidator, StrictBool

from .part import Part, refuse


def names(value: Any) -> Any:
    """Let through one name, or one name for each language code."""
    if isinstance(value, str) and value:
        return value
    if (
        isinstance(value, dict)
        and value
        and all(isinstance(word, str) and word for pair in value.items() for word in pair)
    ):
        return value
    raise refuse(_("must be a name, or a name for each language such as {en: point, pl: punkt}"))


Names = Annotated[str | dict[str, str], BeforeValidator(names)]


class Unit(Part):
    """Names of the unit. `few` is for languages that count 2 to 4 apart (Polish: 2 punkty, 5 punktów)."""

    one: Names = "point"
    few: Names | None = None
    many: Names = "points"
    as_money: StrictBool = False


def in_language(name: Names, language: str | None = None) -> str:
    """Pick the name in the language asked for (the active one by default), else English, else the first."""
    if isinstance(name, str):
        return name
    language = (language or get_language() or "en").lower()
    spoken = {code.lower(): word for code, word in name.items()}
    return spoken.get(language) or spoken.get(language.split("-")[0]) or spoken.get("en") or next(iter(spoken.values()))

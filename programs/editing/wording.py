"""Words, between a document and their forms: what the unit is called and the shop's own texts, language by language.

One name for all languages is shown under the shop's main one. Other languages that a document knows are shown too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from programs.editing.showing import Values, line, lines
from programs.languages import plural_forms

Document = dict[str, Any]
Names = str | dict[str, str] | None

UNIT_PATHS = ("unit",)
FORMS = ("one", "few", "many")
TEXTS = ("welcome", "terms")


def field(key: str, language: str) -> str:
    return f"{key}:{language}"


# --- one set of names


def languages_of(languages: Sequence[str], *sets: Names) -> list[str]:
    """The languages to show: the shop's, and those that only the document knows."""
    known = [
        key for names in sets if isinstance(names, dict) for key in names if spoken_by(key, names, languages) is None
    ]
    return [*dict.fromkeys([*languages, *known])]


def spoken_by(key: str, names: Mapping[str, str], languages: Iterable[str]) -> str | None:
    """Which of the languages shows the name under a key."""
    return next((language for language in languages if key_of(names, language) == key), None)


def key_of(names: Mapping[str, str], language: str) -> str:
    """The key under which a name in a language stands, however it is spelt, or will stand."""
    alike = (key for key in names if key.lower() == language.lower())
    return language if language in names else next(alike, language)


def shown(names: Names, language: str, *, is_main: bool) -> str:
    """The name in a language as it was written; one name for all stands under the main language."""
    if isinstance(names, dict):
        return names.get(key_of(names, language), "")
    return names or "" if is_main else ""


def written(names: Names, typed: Mapping[str, str], main: str) -> Names:
    """Names with what was typed in their place, by language; None without any."""
    if not typed:
        return names
    if not isinstance(names, dict):
        names = {main: names} if names else {}
        typed_alone = not set(typed) - {main}
        if typed_alone:
            return typed[main] or None
    names = {**names, **{key_of(names, language): text for language, text in typed.items()}}
    return {key: text for key, text in names.items() if text} or None


# --- the unit


def unit_fields(document: Document, languages: Sequence[str]) -> dict[str, list[str]]:
    """Which forms of the unit's name to ask for in which language."""
    unit = document["unit"]
    asked = languages_of(languages, *(unit.get(form) for form in FORMS))
    return {language: forms_of(unit, language) for language in asked}


def forms_of(unit: Document, language: str) -> list[str]:
    """The forms that a language tells apart, and those in which the document says something else all the same."""
    told_apart = plural_forms(language)
    many = own(unit["many"], language)
    return [form for form in FORMS if form in told_apart or own(unit.get(form), language) not in ("", many)]


def own(names: Names, language: str) -> str:
    """The name that is written for one language alone."""
    return names.get(key_of(names, language), "") if isinstance(names, dict) else ""


def unit_values(document: Document, languages: Sequence[str]) -> dict[str, Any]:
    unit, main = document["unit"], languages[0]
    names = {
        field(form, language): line(shown(unit.get(form), language, is_main=language == main))
        for language, forms in unit_fields(document, languages).items()
        for form in forms
    }
    return names | {"as_money": unit["as_money"]}


def with_unit(document: Document, values: Values, languages: Sequence[str]) -> Document:
    """Write the unit's names into a copy of the document; a name that is needed and missing stays there, empty."""
    new, before = deepcopy(document), unit_values(document, languages)
    for form in FORMS:
        name = written(new["unit"].get(form), typed(form, values, before), languages[0])
        put(new["unit"], form, name if form == "few" else name or "")
    new["unit"]["as_money"] = values["as_money"]
    return new


def typed(key: str, values: Values, before: Values) -> dict[str, str]:
    """What differs from what was shown, by language."""
    ours = [name for name in values if name.startswith(f"{key}:")]
    return {name.partition(":")[2]: values[name] for name in ours if values[name] != before.get(name, "")}


def put(part: Document, key: str, names: Names) -> None:
    """Set names, or leave the key out where there are none."""
    if names is None:
        part.pop(key, None)
    else:
        part[key] = names


# --- the shop's own texts


def text_values(document: Document, key: str, languages: Sequence[str]) -> dict[str, str]:
    names, main = document["texts"].get(key), languages[0]
    return {
        field(key, language): lines(shown(names, language, is_main=language == main))
        for language in languages_of(languages, names)
    }


def with_text(document: Document, key: str, values: Values, *, languages: Sequence[str]) -> Document:
    """Write one text into a copy of the document."""
    new = deepcopy(document)
    told = {name: lines(text) for name, text in values.items() if name.startswith(f"{key}:")}
    changed = typed(key, told, text_values(document, key, languages))
    put(new["texts"], key, written(new["texts"].get(key), changed, languages[0]))
    return new

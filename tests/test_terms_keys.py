"""Every key of the terms has an effect, and every choice of it another one: a setting that does nothing fails here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic.fields import FieldInfo

from programs.terms import Terms
from programs.terms.part import Part
from tests.terms_keys import KEYS, Key

Choices = frozenset[Any]


def parts_in(annotation: Any) -> Iterator[type[Part]]:
    """The kinds of part that a key may hold, in lists and unions too."""
    if isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation
    for inner in get_args(annotation):
        yield from parts_in(inner)


def literals_in(annotation: Any) -> Iterator[Any]:
    """The words that a key may be."""
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
        return
    for inner in get_args(annotation):
        yield from literals_in(inner)


def keys_of(model: type[Part], path: str = "") -> Iterator[tuple[str, Choices]]:
    """Every key under a part of the terms, with its choices; a part that tells its kind is a choice of its key."""
    for name, field in model.model_fields.items():
        if name != "kind":
            yield from keys_at(f"{path}{field.alias or name}", field)


def keys_at(where: str, field: FieldInfo) -> Iterator[tuple[str, Choices]]:
    parts = list(parts_in(field.annotation))
    kinds = {part: part.model_fields["kind"].default for part in parts if "kind" in part.model_fields}
    if kinds or not parts:
        yield where, frozenset(kinds.values()) or frozenset(literals_in(field.annotation))
    for part in parts:
        yield from keys_of(part, f"{where}.{kinds[part]}." if part in kinds else f"{where}.")


THERE_ARE = dict(keys_of(Terms))


def test_every_key_has_a_row() -> None:
    assert set(KEYS) == set(THERE_ARE)


@pytest.mark.parametrize(("path", "choices"), [(path, choices) for path, choices in THERE_ARE.items() if choices])
def test_every_choice_is_looked_at(path: str, choices: Choices) -> None:
    assert choices <= set(KEYS[path].documents)


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "key"), KEYS.items(), ids=KEYS)
def test_the_key_makes_a_difference(path: str, key: Key) -> None:
    seen = {choice: repr(key.look(document)) for choice, document in key.documents.items()}
    assert len(set(seen.values())) == len(seen) > 1, seen

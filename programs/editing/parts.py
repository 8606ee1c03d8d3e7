"""What edits of all parts share: compare form values with what was shown, and write only what differs. Pure."""

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from typing import Any, NamedTuple

Document = dict[str, Any]
Values = Mapping[str, Any]


class Part(NamedTuple):
    """A place of a document (dotted), the form values it is made of, and how; what makes nothing is left out."""

    path: str
    keys: tuple[str, ...]
    made: Callable[[Values], Any]


def written(before: Document, values: Values, *, shown: Values, parts: Iterable[Part]) -> Document:
    """Write into a copy of a document the parts whose values are not the ones shown; the others stay, byte for byte."""
    after = deepcopy(before)
    for part in parts:
        if any(not same(values[key], shown[key]) for key in part.keys):
            put(after, part.path, part.made(values))
    return after


def put(document: Document, path: str, value: Any) -> None:
    head, _dot, rest = path.partition(".")
    if rest:
        put(document.setdefault(head, {}), rest, value)
    elif value is None or value == []:
        document.pop(head, None)
    else:
        document[head] = value


def same(one: Any, other: Any) -> bool:
    """Whether two values say the same: lists in any order, and text without the line breaks that inputs drop."""
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(flat, one)) == sorted(map(flat, other))
    return bool(flat(one) == flat(other))


def flat(value: Any) -> Any:
    return value.replace("\r", "").replace("\n", "") if isinstance(value, str) else value


def as_it_is(key: str) -> Callable[[Values], Any]:
    return lambda values: values[key]


def as_text(key: str) -> Callable[[Values], str | None]:
    return lambda values: None if values[key] is None else str(values[key])

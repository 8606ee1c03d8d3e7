"""The OpenAPI document as people read it: each operation with what it takes and what it answers, in flat rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Schema = dict[str, Any]

KINDS: dict[str, str | Promise] = {
    "string": _("text"),
    "integer": _("whole number"),
    "boolean": _("true or false"),
    "object": _("object"),
    "array": _("list"),
}
FORMATS: dict[str, str | Promise] = {"date-time": _("instant"), "date": _("day")}


@dataclass(frozen=True, slots=True)
class Row:
    """A field by its path, such as lines[].amount."""

    name: str
    kind: str | Promise
    is_needed: bool
    about: str


@dataclass(frozen=True, slots=True)
class OperationText:
    """One operation: where it is, what it does, which scope it needs, what it takes and answers."""

    method: str
    path: str
    anchor: str
    about: str
    scope: str
    takes: list[Row]
    answers: list[Row]
    statuses: list[str]


def operations_of(document: Schema) -> list[OperationText]:
    return [
        operation_text(method, path, operation, document)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def operation_text(method: str, path: str, operation: Schema, document: Schema) -> OperationText:
    good = [str(status) for status in operation["responses"] if int(status) < 300]
    return OperationText(
        method=method.upper(),
        path=path,
        anchor=operation["operationId"].replace("_", "-"),
        about=operation.get("description", ""),
        scope=operation.get("x-scope", ""),
        takes=[*parameters(operation), *body(operation.get("requestBody"), document)],
        answers=list(body(next(iter(operation["responses"].values())), document)),
        statuses=good,
    )


def parameters(operation: Schema) -> Iterator[Row]:
    for parameter in operation["parameters"]:
        schema = parameter["schema"]
        about = parameter.get("description", "") or schema.get("description", "")
        yield Row(parameter["name"], kind_of(schema), parameter["required"], about)


def body(part: Schema | None, document: Schema) -> Iterator[Row]:
    if part:
        yield from rows_of(part["content"]["application/json"]["schema"], document, before="")


def rows_of(schema: Schema, document: Schema, *, before: str) -> Iterator[Row]:
    """The fields of an object, those of objects inside it after them."""
    whole = resolved(schema, document)
    for name, field in whole.get("properties", {}).items():
        plain = resolved(field, document)
        is_list = plain.get("type") == "array"
        path = f"{before}{name}" + ("[]" if is_list else "")
        yield Row(path, kind_of(plain), name in whole.get("required", ()), about_of(field, plain))
        inner = resolved(plain["items"], document) if is_list else plain
        yield from rows_of(inner, document, before=f"{path}.")


def resolved(schema: Schema, document: Schema) -> Schema:
    """Follow a reference; of what may also be null, or one of several, take the first."""
    if "anyOf" in schema:
        return resolved(next(part for part in schema["anyOf"] if part.get("type") != "null"), document)
    if "$ref" in schema:
        found: Schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        return found
    return schema


def kind_of(schema: Schema) -> str | Promise:
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "anyOf" in schema:
        return kind_of(next(part for part in schema["anyOf"] if part.get("type") != "null"))
    return FORMATS.get(schema.get("format", ""), KINDS.get(schema.get("type", ""), ""))


def about_of(field: Schema, plain: Schema) -> str:
    about = field.get("description") or ("" if plain.get("type") == "object" else plain.get("description", ""))
    examples = plain.get("examples") or field.get("examples")
    return f"{about} ({', '.join(map(str, examples))})".strip() if examples else about

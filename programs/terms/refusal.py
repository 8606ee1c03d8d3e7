"""Why a document is not valid terms: every fault with the path of its key and a sentence."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from loyalty_site.refusals import Refused

Fault = tuple[str, str]

SENTENCES = {
    "missing": _("is missing"),
    "extra_forbidden": _("is not a known key"),
    "literal_error": _("must be one of %(choices)s"),
    "union_tag_invalid": _("must be of a kind among %(choices)s"),
    "union_tag_not_found": _("needs a kind"),
    "int_type": _("must be a whole number"),
    "bool_type": _("must be true or false"),
    "string_type": _("must be text"),
    "string_pattern_mismatch": _("must be a short code of small letters, digits and hyphens"),
    "string_too_short": _("must not be empty"),
    "string_too_long": _("must not be longer than %(max_length)s letters"),
    "greater_than": _("must be more than %(gt)s"),
    "greater_than_equal": _("must be %(ge)s or more"),
    "less_than_equal": _("must be %(le)s or less"),
    "tuple_type": _("must be a list"),
    "too_short": _("must not be empty"),
    "too_long": _("must not have more than %(max_length)s"),
    "model_type": _("must be a set of keys and values"),
    "model_attributes_type": _("must be a set of keys and values"),
}


class TermsRefused(Refused):
    """The document does not say valid terms; `faults` lists (path, sentence)."""

    code = "malformed"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{path}: {message}" if path else message for path, message in self.faults))


def faults_of(error: ValidationError, document: Any) -> list[Fault]:
    """Put pydantic's findings into paths of the document and sentences."""
    return [
        (path_of(found["loc"], document), sentence(found["type"], found.get("ctx", {}), found["msg"]))
        for found in error.errors()
    ]


def path_of(loc: tuple[int | str, ...], document: Any) -> str:
    """Follow a location through the document, leaving out the names of union members that pydantic puts in."""
    path, node, tagged = "", document, False
    for step in loc:
        if isinstance(step, int):
            path, node = f"{path}[{step}]", node[step] if isinstance(node, (list, tuple)) and step < len(node) else None
        elif not tagged and is_tag(step, node):
            tagged = True
            continue
        else:
            path, node = joined(path, step), node.get(step) if isinstance(node, dict) else None
        tagged = False
    return path


def joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def is_tag(step: str, node: Any) -> bool:
    return step.startswith("give-") or (isinstance(node, dict) and node.get("kind") == step)


def sentence(kind: str, context: dict[str, Any], fallback: str) -> str:
    """Say one fault plainly; `context` fills in the limit or the choices."""
    values = {**context, "choices": context.get("expected") or context.get("expected_tags")}
    return str(SENTENCES[kind]) % values if kind in SENTENCES else fallback

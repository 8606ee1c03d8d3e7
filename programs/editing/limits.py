"""Limits, between a document and their forms: what a refund takes back, the most that an account earns."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from programs.editing.showing import Values

Document = dict[str, Any]

REFUND_PATHS = ("clawback",)
CAP_PATHS = ("earning.cap",)
CAP_FIELDS = {"earning.cap.points": "points", "earning.cap.per": "per", "earning.cap": "points"}


def refund_values(document: Document) -> dict[str, Any]:
    return {"clawback": document["clawback"]}


def with_refunds(document: Document, values: Values) -> Document:
    return deepcopy(document) | {"clawback": values["clawback"]}


def cap_values(document: Document) -> dict[str, Any]:
    """Read the cap; without one, the form suggests a day to count by."""
    return {"points": None, "per": "day", **document["earning"].get("cap", {})}


def with_cap(document: Document, values: Values) -> Document:
    """Write the cap into a copy of the document; no points, no cap."""
    new = deepcopy(document)
    if values["points"] is None:
        new["earning"].pop("cap", None)
    else:
        new["earning"]["cap"] = {"points": values["points"], "per": values["per"]}
    return new

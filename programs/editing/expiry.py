"""How long points last, between a document and its form: the kind of expiry, notices ahead, grace for what returns."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from programs.editing.showing import Values

Document = dict[str, Any]

PATHS = ("expiry", "expiry_notice_days", "restore_grace_days")
USUAL: dict[str, Any] = {"count": 12, "unit": "months", "round_to": "", "idle_months": 12, "dates": ["12-31"]}
FIELDS = {
    "expiry.days": "count",
    "expiry.months": "count",
    "expiry.dates": "dates",
    "expiry.inactivity.months": "idle_months",
    "expiry_notice_days": "notice_days",
    "restore_grace_days": "restore_grace_days",
}


def values_of(document: Document) -> dict[str, Any]:
    """Read what the form shows; the fields of other kinds of expiry suggest what is usual."""
    expiry = document["expiry"]
    return {
        **USUAL,
        "kind": expiry["kind"],
        **settings_of(expiry),
        "notice_days": document["expiry_notice_days"],
        "restore_grace_days": document["restore_grace_days"],
    }


def settings_of(expiry: Document) -> dict[str, Any]:
    match expiry["kind"]:
        case "after":
            unit = "days" if "days" in expiry else "months"
            return {"count": expiry[unit], "unit": unit, "round_to": expiry.get("round_to", "")}
        case "inactivity":
            return {"idle_months": expiry["months"]}
        case "dates":
            return {"dates": list(expiry["dates"])}
    return {}


def edited(document: Document, values: Values) -> Document:
    """Write what the form says into a copy of the document."""
    new = deepcopy(document)
    new["expiry"] = expiry_of(values)
    new["expiry_notice_days"] = list(values["notice_days"])
    new["restore_grace_days"] = values["restore_grace_days"]
    return new


def expiry_of(values: Values) -> Document:
    match values["kind"]:
        case "after":
            rounded = {"round_to": values["round_to"]} if values["round_to"] else {}
            return {"kind": "after", values["unit"]: values["count"], **rounded}
        case "inactivity":
            return {"kind": "inactivity", "months": values["idle_months"]}
        case "dates":
            return {"kind": "dates", "dates": list(values["dates"])}
    return {"kind": "never"}


def field_of(path: str, values: Values) -> str | None:
    """The field that a fault at a path of the document is about."""
    stem = path.partition("[")[0]
    return "idle_months" if stem == "expiry.months" and values.get("kind") == "inactivity" else FIELDS.get(stem)

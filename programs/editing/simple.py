"""The simple part of terms, between a document and a form. Pure; what the form does not show stays as it was."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

from programs.terms import in_language

Document = dict[str, Any]
Values = dict[str, Any]

LEVEL_FAULT = re.compile(r"tiers\.levels\[(\d+)\]\.(name|at|multiplier)")
FIELDS = {
    "unit.one": "unit_one",
    "unit.few": "unit_few",
    "unit.many": "unit_many",
    "earning.points": "points",
    "earning.per": "per",
    "earning.rounding": "rounding",
    "earning.pending_days": "pending_days",
    "clawback": "clawback",
    "tiers.grace_days": "grace_days",
}


def values_of(document: Document, *, language: str) -> Values:
    """Read the simple settings out of a whole document, as `terms.dump` writes it."""
    unit, earning = document["unit"], document["earning"]
    return {
        "unit_one": in_language(unit["one"], language),
        "unit_few": in_language(unit["few"], language) if "few" in unit else "",
        "unit_many": in_language(unit["many"], language),
        "points": earning["points"],
        "per": earning["per"],
        "rounding": earning["rounding"],
        "pending_days": earning["pending_days"],
        "clawback": document["clawback"],
        **expiry_values(document["expiry"]),
        **tier_values(document.get("tiers")),
    }


def expiry_values(expiry: Document) -> Values:
    unit = "days" if "days" in expiry else "months"
    return {
        "expiry_kind": expiry["kind"],
        "expiry_count": expiry.get(unit),
        "expiry_unit": unit,
        "round_to": expiry.get("round_to", ""),
    }


def tier_values(tiers: Document | None) -> Values:
    if tiers is None:
        return {}
    values: Values = {"grace_days": tiers["grace_days"]}
    for place, level in enumerate(tiers["levels"]):
        values |= {f"level_{place}_{key}": level[key] for key in ("name", "at", "multiplier")}
    return values


def edited(document: Document, values: Values, *, language: str) -> Document:
    """Write the settings back into a copy of the document; `values` has the keys that `values_of` gives."""
    new = deepcopy(document)
    edit_unit(new["unit"], values, language)
    new["earning"] |= {key: values[key] for key in ("points", "rounding", "pending_days")}
    new["earning"]["per"] = str(values["per"])
    new["clawback"] = values["clawback"]
    new["expiry"] = expiry_of(document["expiry"], values)
    if new.get("tiers"):
        edit_tiers(new["tiers"], values)
    return new


def edit_unit(unit: Document, values: Values, language: str) -> None:
    """Name the unit in one language; names in other languages stay."""
    for form in ("one", "few", "many"):
        name, known = values[f"unit_{form}"], unit.get(form)
        if not name:
            unit.pop(form, None)
        elif isinstance(known, dict):
            unit[form] = known | {spoken_key(known, language): name}
        else:
            unit[form] = name


def spoken_key(names: Document, language: str) -> str:
    """The key under which a name in this language stands, or will stand."""
    return next((key for key in names if key.lower() == language.lower()), language)


def expiry_of(before: Document, values: Values) -> Document:
    """The expiry that the values say; dates of the year, which the form does not show, stay."""
    match values["expiry_kind"]:
        case "after":
            expiry = {"kind": "after", values["expiry_unit"]: values["expiry_count"]}
            return expiry | ({"round_to": values["round_to"]} if values["round_to"] else {})
        case "inactivity":
            return {"kind": "inactivity", "months": values["expiry_count"]}
        case "dates":
            return deepcopy(before)
    return {"kind": "never"}


def edit_tiers(tiers: Document, values: Values) -> None:
    tiers["grace_days"] = values["grace_days"]
    for place, level in enumerate(tiers["levels"]):
        level |= {"name": values[f"level_{place}_name"], "at": values[f"level_{place}_at"]}
        level["multiplier"] = str(values[f"level_{place}_multiplier"])


def field_of(path: str) -> str | None:
    """The form's field that a fault at a path of the document is about; None for what the form does not show."""
    if level := LEVEL_FAULT.fullmatch(path):
        return f"level_{level[1]}_{level[2]}"
    return "expiry_count" if path.startswith("expiry.") else FIELDS.get(path)

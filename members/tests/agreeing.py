"""What a form of joining sends when boxes are ticked."""

from collections.abc import Iterable

from members.consenting import asked
from programs.models import Merchant


def ticked(merchant: Merchant, *keys: str, language: str = "") -> dict[str, list[str]]:
    """Taking part, and the keys named, each with the text that the form shows."""
    questions = {key: one for one in asked(merchant, language or merchant.language) for key in one.keys}
    boxes = {key: f"{key}.{questions[key].digest}" for key in wanted(keys)}
    names = {f"agree_{key.partition(':')[0]}" for key in boxes}
    return {name: [box for key, box in boxes.items() if name == f"agree_{key.partition(':')[0]}"] for name in names}


def wanted(keys: Iterable[str]) -> list[str]:
    return ["terms:", *keys]

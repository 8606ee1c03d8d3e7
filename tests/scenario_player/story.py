"""The story as text: how a file is read, laid over the reference policy, and held against the words that are known."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml


class Unknown(Exception):
    """The story uses a word that the player does not know."""


class PlainLoader(yaml.SafeLoader):
    """Dates stay text, so that the player reads them in the merchant's zone."""


PlainLoader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(path: Path) -> dict[str, Any]:
    story: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=PlainLoader)  # noqa: S506 (a SafeLoader)
    return story


def merged(base: Any, change: Any) -> Any:
    """Lay a change over a document key by key; lists, and parts that name their kind, replace."""
    if not isinstance(base, dict) or not isinstance(change, dict) or "kind" in change:
        return change
    return base | {key: merged(base.get(key), value) for key, value in change.items()}


def call(function: Callable[..., Any], arguments: dict[str, Any], where: str) -> Any:
    """Call with exactly the keys that the function names."""
    known = inspect.signature(function).parameters
    names = {f"{key}_" if f"{key}_" in known else key: value for key, value in arguments.items()}
    strange = set(names) - set(known)
    missing = {name for name, parameter in known.items() if parameter.default is parameter.empty} - set(names)
    if strange or missing:
        raise Unknown(f"{where}: unknown {sorted(strange)}, missing {sorted(missing)}")
    return function(**names)

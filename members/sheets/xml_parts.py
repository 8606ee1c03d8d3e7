"""XML as workbooks have it: names without prefixes, and no declarations, which could unfold to anything."""

from __future__ import annotations

from typing import Any
from xml.parsers import expat


def parser() -> Any:
    """A parser that refuses document types; text comes in whole pieces. Raises ValueError while it parses."""
    made = expat.ParserCreate()
    made.buffer_text = True
    made.StartDoctypeDeclHandler = refuse
    return made


def refuse(*_declared: Any) -> None:
    raise ValueError("a workbook declares no document type")


def bare(name: str) -> str:
    """x:row is row."""
    return name.rpartition(":")[2] if ":" in name else name

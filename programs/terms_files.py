"""Terms as a file: written as YAML, read from YAML or JSON, every fault with its line, its path and a sentence.

What a file can do is little on purpose: plain values, lists and keys. No aliases, which can grow without end, no tags,
and numbers with a point, dates and times stay text, so that nothing is rounded on the way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import yaml
from django.utils.translation import gettext as _

from loyalty_site.refusals import Refused
from programs import terms
from programs.terms import Terms, TermsRefused

Document = dict[str, Any]
Lines = dict[str, int]

MOST_BYTES = 128 * 1024
DEEPEST = 20
WHOLE_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
PLAIN: dict[str, Any] = {"true": True, "false": False, "null": None, "~": None, "": None}
NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class FileFault(NamedTuple):
    """What is wrong, the path of its key, and its line in the file, as far as they are known."""

    sentence: str
    path: str = ""
    line: int | None = None


class FileRefused(Refused):
    """The file is not terms; `faults` lists all that was found."""

    code = "malformed"

    def __init__(self, *faults: FileFault) -> None:
        self.faults = faults
        super().__init__("; ".join(self.said(fault) for fault in faults))

    @staticmethod
    def said(fault: FileFault) -> str:
        where = _("line %(line)s: ") % {"line": fault.line} if fault.line else ""
        return f"{where}{fault.path}: {fault.sentence}" if fault.path else f"{where}{fault.sentence}"


def written(document: Document, *, head: Iterable[str] = ()) -> str:
    """Write a document as YAML under some lines of comment."""
    comments = "".join(f"# {' '.join(line.split())}\n" for line in head)
    return comments + yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)


def read(content: bytes) -> Terms:
    """Read a file into terms. Raises FileRefused with every fault."""
    text = decoded(content)
    document, lines = parsed(text)
    try:
        return terms.parse(document)
    except TermsRefused as refusal:
        raise FileRefused(*(FileFault(words, path, line_of(path, lines)) for path, words in refusal.faults)) from None


def decoded(content: bytes) -> str:
    """The text of a file, in UTF-8 or, with its mark, UTF-16."""
    if len(content) > MOST_BYTES:
        raise FileRefused(FileFault(_("The file is larger than %(size)s KB.") % {"size": MOST_BYTES // 1024}))
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise FileRefused(FileFault(_("The file is not text in UTF-8. Save it with that encoding."))) from None
    if found := NOT_TEXT.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise FileRefused(FileFault(_("This is not a text file: it holds characters that cannot be read."), "", line))
    if not text.strip():
        raise FileRefused(FileFault(_("The file is empty.")))
    return text


def parsed(text: str) -> tuple[Any, Lines]:
    """The document in a text, and the line of each of its paths: of JSON first where it begins like that."""
    if text.lstrip().startswith(("{", "[")):
        try:
            return json.loads(text, object_pairs_hook=once, parse_float=str, parse_constant=str, parse_int=whole), {}
        except (ValueError, RecursionError):
            pass  # flow style of YAML begins alike, and its faults have lines
    return from_yaml(text)


def once(pairs: list[tuple[str, Any]]) -> Document:
    """An object whose keys are each there once."""
    found: Document = {}
    for key, value in pairs:
        if key in found:
            raise FileRefused(FileFault(_("is there twice"), key))
        refuse_strange([key, *([value] if isinstance(value, str) else [])])
        found[key] = value
    return found


def whole(digits: str) -> int | str:
    return int(digits) if WHOLE_NUMBER.fullmatch(digits) else digits


def refuse_strange(texts: Iterable[str], path: str = "", line: int | None = None) -> None:
    """Escapes can write what no text file holds, and no database takes."""
    if any(NOT_TEXT.search(text) for text in texts):
        raise FileRefused(FileFault(_("holds characters that are not text"), path, line))


def from_yaml(text: str) -> tuple[Any, Lines]:
    try:
        refuse_tricks(text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise FileRefused(fault_of(error, text)) from None
    except (ValueError, OverflowError):  # an escape that names no letter
        raise FileRefused(FileFault(_("holds characters that are not text"))) from None
    lines: Lines = {}
    return value_of(node, "", lines), lines


def refuse_tricks(text: str) -> None:
    """Look through the file before anything of it is built."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else None
        if isinstance(event, yaml.AliasEvent):
            raise FileRefused(FileFault(_("Aliases such as *name are not read. Write it out."), "", line))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise FileRefused(FileFault(_("The file is nested too deeply."), "", line))


def fault_of(error: yaml.YAMLError, text: str) -> FileFault:
    """Say what the reader stumbled over, in the words of somebody who edits a file."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = mark.line + 1 if mark else None
    rows = text.splitlines()
    row = rows[mark.line] if mark and mark.line < len(rows) else ""
    if "\t" in row[: len(row) - len(row.lstrip())] or "'\\t'" in str(error):
        return FileFault(_("A line begins with a tab. Indent with spaces."), "", line)
    if "single document" in str(error):
        return FileFault(_("The file holds more than one document."), "", line)
    return FileFault(
        _("This line cannot be read: a colon, a quote or a bracket is missing, or it is indented differently."),
        "",
        line,
    )


def value_of(node: yaml.Node | None, path: str, lines: Lines) -> Any:
    """The plain value of a node; notes the line of every path below it."""
    if node is None:
        raise FileRefused(FileFault(_("The file holds no terms, only comments.")))
    lines[path] = node.start_mark.line + 1
    refuse_tag(node, path)
    match node:
        case yaml.MappingNode():
            return dict(pairs_of(node, path, lines))
        case yaml.SequenceNode():
            return [value_of(item, f"{path}[{place}]", lines) for place, item in enumerate(node.value)]
    refuse_strange([node.value], path, lines[path])
    is_bare = isinstance(node, yaml.ScalarNode) and node.style is None
    return plain(node.value) if is_bare else node.value


def refuse_tag(node: yaml.Node, path: str) -> None:
    if not node.tag.startswith("tag:yaml.org,2002:") or "python" in node.tag:
        raise FileRefused(FileFault(_("Tags such as !name are not read."), path, node.start_mark.line + 1))


def plain(text: str) -> Any:
    """A value without quotes: true, false, nothing, a whole number; everything else is text."""
    return PLAIN[text] if text in PLAIN else whole(text)


def pairs_of(node: yaml.MappingNode, path: str, lines: Lines) -> Iterator[tuple[str, Any]]:
    seen: set[str] = set()
    for key_node, item in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise FileRefused(FileFault(_("A key must be a plain word."), path, line))
        key = key_node.value
        own = f"{path}.{key}" if path else key
        if key == "<<":
            raise FileRefused(FileFault(_("Merging with << is not read. Write it out."), path, line))
        if key in seen:
            raise FileRefused(FileFault(_("is there twice"), own, line))
        refuse_strange([key], path, line)
        seen.add(key)
        yield key, value_of(item, own, lines)
        lines[own] = line


def line_of(path: str, lines: Lines) -> int | None:
    """The line of a path, or of the nearest part above it that the file has; None where lines are not known."""
    while path not in lines:
        if not path:
            return None
        path = path.rpartition("[" if path.endswith("]") else ".")[0]
    return lines[path] if path else None

"""Whatever stands in a field or a query string of the dashboard, the till and the portal, a page answers, and sensibly.

Each route is asked once and sent what its own forms say, which tells the names it looks for; then one name at a time
holds what no browser of ours would send.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from http import HTTPStatus
from typing import Any
from zlib import crc32

import pytest
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.urls import URLPattern, reverse

from tests.test_access import ONLY_IN_THE_DEMO, OURS, argument, pattern_parts
from tests.world import MEMBER, OWNER, World, build

EVERY = "HOSTILE" in os.environ  # every text in every field: half an hour
ROUTES = os.environ.get("ROUTES", "")  # a pattern of their names
TEXTS = [
    "\0", "a\0b", "\ud800", "x" * 1_000_000, "9" * 5_000, str(2**63), "-" + str(2**63), str(2**31), "-1", "0", "NaN",
    "Infinity", "-Infinity", "1e999", "1e-999", "0.0000000001", "١٢٣", "²", "0000-01-01", "0001-01-01", "9999-12-31",
    "99999-01-01", "2026-02-30", "0001-01-01T00:00", "9999-12-31T23:59", "24:61", "[]", "{}", "null", "'\"><img src=x>",
    "%00", "\u202e\u200b", "\r\nSet-Cookie: a=b", "../../../etc/passwd", "//example.com", "", "en-US-x-" + "a" * 500,
    "=1+1", "{0.__class__}", "%s%n", "\U0001f600" * 300,
]  # fmt: skip
WRITTEN: list[Any] = [*TEXTS, ["1", "2"], ["x", "\0"], []]


class Forms(HTMLParser):
    """The forms of a page: the address each goes to, and what its fields say as the page comes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, dict[str, str]]] = []
        self.select = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        said = {key: value or "" for key, value in attrs}
        if tag == "form":
            self.found.append((said.get("method", "get").lower(), said.get("action") or said.get("hx-post", ""), {}))
        if not self.found:
            return
        fields, name = self.found[-1][2], said.get("name", "")
        if tag == "select":
            self.select = name
        if tag == "option" and ("selected" in said or self.select not in fields):
            fields[self.select] = said.get("value", "")
        if name and tag in ("input", "textarea", "button") and said.get("type") not in ("checkbox", "radio", "file"):
            fields[name] = said.get("value", "")
        elif name and tag == "input" and ("checked" in said or name not in fields):
            fields[name] = said.get("value", "on")


@contextmanager
def names_asked_for() -> Iterator[set[str]]:
    """The names that a view looks for in what it was sent."""
    seen: set[str] = set()
    getitem, getlist = QueryDict.__getitem__, QueryDict.getlist

    def item(self: QueryDict, key: str) -> Any:
        seen.add(key)
        return getitem(self, key)

    def many(self: QueryDict, key: str, default: Any = None) -> Any:
        seen.add(key)
        return getlist(self, key, default)

    QueryDict.__getitem__, QueryDict.getlist = item, many  # type: ignore[method-assign]
    try:
        yield seen
    finally:
        QueryDict.__getitem__, QueryDict.getlist = getitem, getlist  # type: ignore[method-assign]


def encoded(sent: dict[str, str | list[str]]) -> bytes:
    """A form as a browser sends one, whatever no browser would put into it."""
    pairs = [(name, one) for name, said in sent.items() for one in ([said] if isinstance(said, str) else said)]
    return b"&".join(quoted(name) + b"=" + quoted(said) for name, said in pairs)


def quoted(text: str) -> bytes:
    if len(text) > 100_000:
        return text.encode()
    return re.sub(rb"[^A-Za-z0-9]", lambda found: b"%%%02x" % found[0][0], text.encode(errors="surrogatepass"))


class Attacker:
    """Somebody signed in, whose every request leaves the database as it was."""

    def __init__(self, world: World, pattern: URLPattern) -> None:
        name = pattern.name or ""
        self.client = Client()
        self.client.force_login(world.people[MEMBER if name.startswith("portal") else OWNER])  # type: ignore[arg-type]
        parts = {part: argument(pattern, part, world.arguments) for part in pattern_parts(pattern)}
        self.address = reverse(name, kwargs=parts)

    def ask(self, method: str, sent: dict[str, Any], address: str = "") -> Any:
        with transaction.atomic():
            try:
                return self.sent(method, encoded(sent), address or self.address)
            finally:
                transaction.set_rollback(True)

    def sent(self, method: str, body: bytes, address: str) -> Any:
        if method == "get":
            answer = self.client.get(address, QUERY_STRING=body.decode())
        else:
            answer = self.client.post(address, body, content_type="application/x-www-form-urlencoded")
        if answer.streaming:
            list(answer.streaming_content)
        return answer

    def fields(self, method: str) -> dict[str, str]:
        """What a sensible request says, with the names that are looked for besides."""
        said = self.form() if method == "post" else {}
        with names_asked_for() as asked:
            self.ask(method, {})
            self.ask(method, said)
        return dict.fromkeys(sorted(asked - {"csrfmiddlewaretoken"}), "") | said

    def form(self) -> dict[str, str]:
        """The longest form of the page that is sent to the page itself, as it comes."""
        page = self.ask("get", {})
        if page.status_code != HTTPStatus.OK or page.streaming or "html" not in page.headers["Content-Type"]:
            return {}
        parser = Forms()
        parser.feed(page.content.decode())
        own = [fields for method, action, fields in parser.found if method == "post" and action in ("", self.address)]
        return max(own, key=len, default={})

    def is_answered(self, method: str, sent: dict[str, Any]) -> bool:
        try:
            return bool(self.ask(method, sent).status_code < HTTPStatus.INTERNAL_SERVER_ERROR)
        except Exception:
            return False


def drawn(name: str, field: str) -> list[Any]:
    """What is written into a field: everything with HOSTILE=1 in the environment, otherwise one, each field's own."""
    return WRITTEN if EVERY else [WRITTEN[crc32(f"{name}.{field}".encode()) % len(WRITTEN)]]


def faults_of(world: World, name: str, pattern: URLPattern) -> Iterator[str]:
    """What a route could not answer, in words by which it can be tried again."""
    attacker = Attacker(world, pattern)
    for method in ("get", "post"):
        usual = attacker.fields(method)
        for field in usual:
            failed = [text for text in drawn(name, field) if not attacker.is_answered(method, usual | {field: text})]
            yield from (f"{method} {name} {field}={str(text)[:40]!r}" for text in failed)


@pytest.mark.django_db
def test_answers_whatever_is_written() -> None:
    world = build()
    wanted = [(name, pattern) for name, pattern in OURS if name not in ONLY_IN_THE_DEMO and re.search(ROUTES, name)]
    assert [fault for name, pattern in wanted for fault in faults_of(world, name, pattern)] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "method", "sent"),
    [
        ("dashboard-reason-offer", "post", {"words": "a\0b"}),
        ("dashboard-developer", "get", {"before": "9" * 5_000}),
        ("dashboard-activity", "get", {"before": "9" * 5_000}),
        ("dashboard-audit-log", "get", {"first": "0001-01-01"}),
        ("dashboard-audit-log-file", "get", {"last": "9999-12-31"}),
        ("dashboard-member-show", "get", {"before": "9" * 5_000}),
        ("dashboard-program-tiers", "post", {"level_1_at": "9" * 5_000}),
        ("dashboard-adjustment-decide", "post", {"decision": "approve", "next": "Infinity"}),
    ],
)
def test_answers_what_once_broke_a_page(name: str, method: str, sent: dict[str, str]) -> None:
    attacker = Attacker(build(), dict(OURS)[name])
    assert attacker.is_answered(method, attacker.fields(method) | sent)

"""Nothing links to a page that does not exist: a visitor of every kind follows every link, once per route."""

from __future__ import annotations

from collections import deque
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from tests.world import CASHIER, MANAGER, MEMBER, OWNER, World, build

STARTS = {OWNER: "dashboard-home", MANAGER: "dashboard-home", CASHIER: "till-home", MEMBER: "portal-home"}
MOST_OF_ONE_ROUTE = 3


class Links(HTMLParser):
    """Everything in a page that asks for another address by GET."""

    def __init__(self, page: str, base: str) -> None:
        super().__init__()
        self.base, self.found, self.posts = base, set[str](), set[str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        for name in ("href", "src", "hx-get"):
            self.add(self.found, given.get(name))
        if tag == "form":
            is_post = (given.get("method") or "").lower() == "post"
            self.add(self.posts if is_post else self.found, given.get("action"))
        self.add(self.posts, given.get("hx-post"))

    def add(self, to: set[str], address: str | None) -> None:
        if address and not address.startswith(("#", "data:", "mailto:", "tel:")):
            to.add(urljoin(self.base, address.removeprefix("https://testserver")).split("#")[0])


def route_of(address: str) -> str:
    """The name of the route that an address belongs to; raises Resolver404 where none does."""
    return resolve(urlsplit(address).path).view_name


def follow(client: Client, start: str) -> tuple[list[str], int]:
    """Open every page that can be reached; the answer lists what is broken, and counts the pages opened."""
    queue, seen, count, broken = deque([(start, "")]), {start}, dict[str, int](), []
    opened = 0
    while queue:
        address, source = queue.popleft()
        found = client.get(address, follow=True)
        opened += 1
        if found.status_code >= 400:
            broken.append(f"{found.status_code} {address} linked from {source}")
        if not found.headers.get("Content-Type", "").startswith("text/html"):
            continue
        links = Links(found.content.decode(), found.request["PATH_INFO"])
        for link in sorted(links.found | links.posts):
            fault = missing(link)
            if fault:
                broken.append(f"{fault} linked from {address}")
                continue
            if link in seen or link in links.posts or link.startswith(("/static/", "http")):
                continue
            route = route_of(link)
            count[route] = count.get(route, 0) + 1
            if count[route] <= MOST_OF_ONE_ROUTE and route != "account_logout":
                seen.add(link)
                queue.append((link, address))
    return broken, opened


def missing(link: str) -> str | None:
    """What is wrong with an address before it is even opened."""
    if link.startswith("/static/"):
        return None if finders.find(urlsplit(link).path.removeprefix("/static/")) else f"no file {link}"
    if link.startswith("http"):
        return f"{link} leads outside"
    try:
        route_of(link)
    except Resolver404:
        return f"no route {link}"
    return None


@pytest.mark.django_db
@pytest.mark.parametrize("kind", STARTS)
def test_links_lead_somewhere(kind: str) -> None:
    world: World = build()
    person = world.people[kind]
    assert person is not None
    client = Client()
    client.force_login(person)
    broken, opened = follow(client, reverse(STARTS[kind], kwargs={"merchant": world.arguments["merchant"]}))
    assert broken == []
    assert opened > 3

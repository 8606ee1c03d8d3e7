"""A shop of its own for tests of the studio: its people, a program with rules, and browsers with and without htmx."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import count
from typing import Any

from django.test import Client

from loyalty_site.models import User
from programs import drafts, versions
from programs.models import Merchant, Program, Role, Staff
from programs.tests.factories import document

LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
numbered = count()


def program_of(*rules: dict[str, Any], **parts: Any) -> Program:
    """A live program of a new shop with these rules."""
    number = next(numbered)
    merchant = Merchant.objects.create(name="Bean", slug=f"bean-{number}", zone_name="Europe/Warsaw", currency="PLN")
    program = Program.objects.create(merchant=merchant, name="Points", code="points")
    publish(program, document(rules=[*rules], **parts))
    return program


def publish(program: Program, terms: dict[str, Any], *, at: datetime = LONG_AGO) -> None:
    versions.publish(program, terms, effective_at=at, author=None)


def somebody(program: Program, *, name: str = "Marta", role: Role = Role.MANAGER) -> Client:
    """A browser in which somebody of the shop is signed in."""
    user = User.objects.create_user(f"person{next(numbered)}@example.com", name=name)
    Staff.objects.create(merchant=program.merchant, user=user, role=role)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def address(program: Program, path: str = "") -> str:
    return f"/m/{program.merchant.slug}/program/{program.code}/{path}"


def rules_of(program: Program) -> list[dict[str, Any]]:
    """The rules as they are being worked on."""
    found: list[dict[str, Any]] = working(program).document["rules"]
    return found


def working(program: Program) -> drafts.Working:
    return drafts.working(program, now=datetime.now(UTC))


def fields(page: str) -> dict[str, list[str]]:
    """What a browser would send of the first form with a save button in a page, read from its HTML."""
    form = page[page.index('class="rule-edit"') :]
    form = form[: form.index("</form>")]
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        kept = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if kept.get("type") not in ("checkbox", "submit") or re.search(r"\schecked\b", tag):
            found.setdefault(kept.get("name", ""), []).append(kept.get("value", ""))
    for name, options in re.findall(r'<select name="(\w+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = [chosen[1] if chosen else ""]
    return {name: values for name, values in found.items() if name}

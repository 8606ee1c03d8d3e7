"""Who may go where: every route of ours against every kind of visitor. A route missing from the table fails.

The table is written by hand, as the promise; the views' guards are the code that must keep it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from loyalty_site.models import User
from tests.world import CASHIER, MANAGER, MEMBER, OWNER, World, build

PUBLIC, SIGNED_IN = "public", "signed in"

TABLE = {
    "landing": SIGNED_IN,
    "healthz": PUBLIC,
    "styleguide": PUBLIC,
    "demo-mail": PUBLIC,
    "csp-report": PUBLIC,
    "api-reference": PUBLIC,
    "theme-css": PUBLIC,
    "logo-webp": PUBLIC,
    "start-owner": PUBLIC,
    "start-password": SIGNED_IN,
    "start-shop": SIGNED_IN,
    "start-address": SIGNED_IN,
    "start-invitation": PUBLIC,
    "me-cards": SIGNED_IN,
    "me-sessions": SIGNED_IN,
    "me-sessions-end": SIGNED_IN,
    "me-session-end": SIGNED_IN,
    "dashboard-pin": CASHIER,
    "dashboard-location-add": OWNER,
    "dashboard-location-edit": OWNER,
    "dashboard-audit-log": MANAGER,
    "dashboard-audit-log-file": MANAGER,
    "dashboard-staff": MANAGER,
    "dashboard-staff-invite": MANAGER,
    "dashboard-staff-show": MANAGER,
    "dashboard-staff-end": MANAGER,
    "dashboard-staff-return": MANAGER,
    "dashboard-staff-sign-out": MANAGER,
    "dashboard-staff-pin-remove": MANAGER,
    "dashboard-invitation-renew": MANAGER,
    "dashboard-invitation-withdraw": MANAGER,
    "portal-sign-in": PUBLIC,
    "portal-join": PUBLIC,
    "portal-card-find": PUBLIC,
    "portal-card-code": PUBLIC,
    "portal-card-found": PUBLIC,
    "portal-home": MEMBER,
    "portal-history": MEMBER,
    "portal-entry-why": MEMBER,
    "portal-you": MEMBER,
    "portal-consents": MEMBER,
    "portal-data": MEMBER,
    "portal-leave": MEMBER,
    "portal-how": MEMBER,
    "portal-terms": PUBLIC,
    "portal-rewards": MEMBER,
    "portal-reward-redeem": MEMBER,
    "portal-voucher-show": MEMBER,
    "portal-voucher-cancel": MEMBER,
    "till-home": CASHIER,
    "till-shell": CASHIER,
    "till-worker": PUBLIC,
    "till-operator-switch": CASHIER,
    "till-member-find": CASHIER,
    "till-member-add": CASHIER,
    "till-card-start": CASHIER,
    "till-member-show": CASHIER,
    "till-purchase-preview": CASHIER,
    "till-purchase-record": CASHIER,
    "till-purchase-send": CASHIER,
    "till-points-adjust": CASHIER,
    "till-purchase-undo": CASHIER,
    "till-adjustment-undo": CASHIER,
    "till-rewards": CASHIER,
    "till-reward-redeem": CASHIER,
    "till-redemption-undo": CASHIER,
    "till-voucher-use": CASHIER,
    "dashboard-home": MANAGER,
    "dashboard-points-expiring": MANAGER,
    "dashboard-refunds-waiting": MANAGER,
    "dashboard-duplicates": MANAGER,
    "dashboard-duplicate-dismiss": MANAGER,
    "dashboard-member-merge": MANAGER,
    "dashboard-merge-review": MANAGER,
    "dashboard-merge-undo": MANAGER,
    "dashboard-radar": MANAGER,
    "dashboard-radar-alert": MANAGER,
    "dashboard-radar-limits": OWNER,
    "dashboard-figure-show": MANAGER,
    "dashboard-members": CASHIER,
    "dashboard-list-add": CASHIER,
    "dashboard-list-remove": CASHIER,
    "dashboard-bulk": MANAGER,
    "dashboard-bulk-start": MANAGER,
    "dashboard-bulk-show": MANAGER,
    "dashboard-bulk-go": MANAGER,
    "dashboard-bulk-decide": MANAGER,
    "dashboard-bulk-undo": MANAGER,
    "dashboard-bulk-drop": MANAGER,
    "dashboard-member-add": CASHIER,
    "dashboard-member-show": CASHIER,
    "dashboard-member-note": CASHIER,
    "dashboard-fields": MANAGER,
    "dashboard-field-add": MANAGER,
    "dashboard-field-edit": MANAGER,
    "dashboard-field-raise": MANAGER,
    "dashboard-field-remove": MANAGER,
    "dashboard-note-pin": CASHIER,
    "dashboard-note-remove": CASHIER,
    "dashboard-member-orders": CASHIER,
    "dashboard-member-worth": CASHIER,
    "dashboard-member-redemptions": CASHIER,
    "dashboard-member-edit": CASHIER,
    "dashboard-member-tags": MANAGER,
    "dashboard-member-block": MANAGER,
    "dashboard-member-unblock": MANAGER,
    "dashboard-member-consents": CASHIER,
    "dashboard-member-data": MANAGER,
    "dashboard-member-erase": MANAGER,
    "dashboard-consent-texts": OWNER,
    "dashboard-retention": OWNER,
    "dashboard-event-record": CASHIER,
    "dashboard-member-adjust": CASHIER,
    "dashboard-member-cards": CASHIER,
    "dashboard-card-stop": CASHIER,
    "dashboard-posters": CASHIER,
    "dashboard-poster-print": CASHIER,
    "dashboard-poster-svg": CASHIER,
    "dashboard-adjustment-decide": MANAGER,
    "dashboard-adjustment-undo": CASHIER,
    "dashboard-entry-why": CASHIER,
    "dashboard-activity": CASHIER,
    "dashboard-shop-edit": OWNER,
    "dashboard-reasons": OWNER,
    "dashboard-reason-offer": OWNER,
    "dashboard-limits": OWNER,
    "dashboard-waiting": MANAGER,
    "dashboard-bulk-file": MANAGER,
    "dashboard-look-edit": OWNER,
    "dashboard-look-words": OWNER,
    "dashboard-program-add": OWNER,
    "dashboard-program-preset": OWNER,
    "dashboard-program-show": MANAGER,
    "dashboard-program-base": MANAGER,
    "dashboard-program-seen": MANAGER,
    "dashboard-program-reach": MANAGER,
    "dashboard-program-rule-add": MANAGER,
    "dashboard-program-rule-edit": MANAGER,
    "dashboard-program-rule-example": MANAGER,
    "dashboard-program-rule-pause": MANAGER,
    "dashboard-program-rule-duplicate": MANAGER,
    "dashboard-program-rule-remove": MANAGER,
    "dashboard-program-rule-restore": MANAGER,
    "dashboard-program-rules-order": MANAGER,
    "dashboard-program-tiers": MANAGER,
    "dashboard-program-limits": MANAGER,
    "dashboard-program-wording": MANAGER,
    "dashboard-program-publish": MANAGER,
    "dashboard-program-draft-discard": MANAGER,
    "dashboard-program-draft-put-on-top": MANAGER,
    "dashboard-versions": MANAGER,
    "dashboard-versions-compare": MANAGER,
    "dashboard-version-show": MANAGER,
    "dashboard-version-restore": MANAGER,
    "dashboard-version-withdraw": OWNER,
    "dashboard-terms-export": MANAGER,
    "dashboard-terms-import": MANAGER,
    "dashboard-program-duplicate": OWNER,
    "dashboard-program-state": OWNER,
    "dashboard-program-pause": OWNER,
    "dashboard-program-resume": OWNER,
    "dashboard-program-close": OWNER,
    "dashboard-program-reopen": OWNER,
    "dashboard-program-holdings": OWNER,
    "dashboard-tiers-start": MANAGER,
    "dashboard-tiers-stop": MANAGER,
    "dashboard-tier-remove": MANAGER,
    "dashboard-text-preview": MANAGER,
    "dashboard-tier-counts": MANAGER,
    "dashboard-program-try": MANAGER,
    "dashboard-program-lint": MANAGER,
    "dashboard-program-moves": MANAGER,
    "dashboard-program-replay": MANAGER,
    "dashboard-program-replay-summary": MANAGER,
    "dashboard-program-notice": MANAGER,
    "dashboard-program-preview": MANAGER,
    "dashboard-program-preview-page": MANAGER,
    "dashboard-notices-unsent": MANAGER,
    "dashboard-notices-mail": MANAGER,
    "dashboard-exports": MANAGER,
    "dashboard-export-download": MANAGER,
    "dashboard-imports": MANAGER,
    "dashboard-import-show": MANAGER,
    "dashboard-import-columns": MANAGER,
    "dashboard-import-start": MANAGER,
    "dashboard-import-undo": MANAGER,
    "dashboard-import-again": MANAGER,
    "dashboard-import-discard": MANAGER,
    "dashboard-import-rejected": MANAGER,
    "dashboard-books": MANAGER,
    "dashboard-developer": MANAGER,
    "dashboard-key-make": MANAGER,
    "dashboard-key-revoke": MANAGER,
    "dashboard-rewards": MANAGER,
    "dashboard-reward-add": MANAGER,
    "dashboard-reward-edit": MANAGER,
    "dashboard-jobs": MANAGER,
    "dashboard-job-run": MANAGER,
}
FOREIGN = ("admin/", "accounts/", "api/")  # guarded by Django, by allauth, and by keys: see test_api_access.py
ONLY_IN_THE_DEMO = {"demo-mail"}
SENT = {
    "dashboard-reason-offer": {"words": "Goodwill"},
    "dashboard-tiers-start": {"basis": "visits"},
    "dashboard-job-run": {"kind": "audit-books"},
    "till-voucher-use": {"code": "{code}"},
}
LADDER = (CASHIER, MANAGER, OWNER)


@pytest.fixture
def world() -> World:
    return build()


def routes(patterns: list[Any] | None = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, address)
        elif not address.startswith(FOREIGN):
            yield address, pattern


OURS = [(pattern.name or "", pattern) for _, pattern in routes()]


def argument(pattern: URLPattern, name: str, arguments: dict[str, Any]) -> Any:
    """What stands for a part of an address; `code` means what the route's name says."""
    if name == "code" and ("program" in str(pattern.pattern) or pattern.name == "dashboard-member-worth"):
        return arguments["program"]
    if name == "code" and "figure" in str(pattern.pattern):
        return arguments["figure"]
    return arguments[name]


def answer(person: User | None, pattern: URLPattern, arguments: dict[str, Any]) -> Any:
    parts = {name: argument(pattern, name, arguments) for name in pattern_parts(pattern)}
    client = Client(raise_request_exception=False)
    if person:
        client.force_login(person)
    address = reverse(pattern.name or "", kwargs=parts)
    sent = {key: value.format(**arguments) for key, value in SENT.get(pattern.name or "", {}).items()}
    found = client.get(address, sent)
    return client.post(address, sent) if found.status_code == 405 else found


def pattern_parts(pattern: URLPattern) -> list[str]:
    parts = list(pattern.pattern.converters)
    name = pattern.name or ""
    return parts if name.split("-")[0] not in ("dashboard", "till", "portal") else ["merchant", *parts]


def verdict(found: Any) -> str:
    if found.status_code == 302 and ("/accounts/" in found.url or "/sign-in/" in found.url):
        return "sign in"
    return {404: "unknown", 403: "forbidden"}.get(found.status_code, "let in" if found.status_code < 500 else "broken")


def promised(kind: str, level: str) -> str:
    if level == PUBLIC:
        return "let in"
    if kind == "anonymous":
        return "sign in"
    if level == SIGNED_IN:
        return "let in"
    if level == MEMBER:
        return "let in" if kind == MEMBER else "unknown"
    if kind not in LADDER:
        return "unknown"
    return "let in" if LADDER.index(kind) >= LADDER.index(level) else "forbidden"


def test_the_table_names_every_route() -> None:
    assert {name for name, _ in OURS} == set(TABLE)


def test_every_view_wears_a_guard() -> None:
    bare = [name for name, pattern in OURS if not getattr(pattern.callback, "guard", None)]
    assert bare == []


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "pattern"), OURS, ids=[name for name, _ in OURS])
def test_lets_in_whom_the_table_names(name: str, pattern: URLPattern, world: World) -> None:
    if name in ONLY_IN_THE_DEMO:
        assert answer(None, pattern, world.arguments).status_code == 404
        return
    found = {kind: verdict(answer(person, pattern, world.arguments)) for kind, person in world.people.items()}
    assert found == {kind: promised(kind, TABLE[name]) for kind in world.people}


WITH_ROWS = [(name, pattern) for name, pattern in OURS if set(pattern.pattern.converters) - {"merchant"}]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "pattern"), WITH_ROWS, ids=[name for name, _ in WITH_ROWS])
def test_finds_no_row_of_another_shop(name: str, pattern: URLPattern, world: World) -> None:
    # The other shop's program may bear the same code; a link is for whoever holds it; a session is of no shop.
    shared = {"program", "figure", "token", "session_id"}
    if {argument(pattern, part, {key: key for key in world.arguments}) for part in pattern.pattern.converters} & shared:
        pytest.skip("no row's number stands in this address")
    person = world.people[MEMBER if name.startswith("portal") else OWNER]
    assert verdict(answer(person, pattern, world.strange | {"merchant": world.arguments["merchant"]})) == "unknown"

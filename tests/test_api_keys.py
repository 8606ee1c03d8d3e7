"""Keys of the API: made, remembered for a moment, revoked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from loyalty_site.models import AuditEvent
from members.tests import factories
from members.tests.factories import NOW
from programs import keys, request_log
from programs.models import ApiKey, ApiRequest, Merchant, Role, Staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Staff:
    return factories.staff(merchant=factories.merchant(), role=Role.OWNER)


def made(owner: Staff) -> tuple[ApiKey, str]:
    wish = {"name": " Web shop ", "scopes": ["orders", "read"], "reference": "K1"}
    done = keys.make(**wish, by=owner, now=NOW)
    assert done is not None
    assert keys.make(**wish, by=owner, now=NOW) is None
    return done


def test_it_keeps_no_key_only_its_digest_and_how_it_begins(owner: Staff) -> None:
    _, text = made(owner)
    row = ApiKey.objects.values().get()
    assert text not in str(row)
    assert (row["prefix"], row["name"], row["scopes"]) == (text[:11], "Web shop", ["read", "orders"])
    assert len(text) > 40
    assert AuditEvent.objects.get().action == "api-key-made"
    assert text not in str(AuditEvent.objects.values().get())


def test_it_knows_the_caller_by_the_key(owner: Staff) -> None:
    _, text = made(owner)
    caller = keys.caller_of(text)
    assert caller is not None
    assert (caller.merchant, caller.scopes, caller.author_id) == (owner.merchant, {"read", "orders"}, owner.pk)
    assert keys.caller_of(text[:-1]) is None
    assert keys.caller_of("") is None


def test_it_reads_a_key_once_a_second(owner: Staff, django_assert_num_queries: object) -> None:
    _, text = made(owner)
    keys.caller_of(text)
    with django_assert_num_queries(0):  # type: ignore[operator]
        keys.caller_of(text)


def test_a_revoked_key_is_unknown_within_a_second(owner: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    _, text = made(owner)
    keys.caller_of(text)
    ApiKey.objects.update(revoked_at=NOW)  # as another process does
    assert keys.caller_of(text) is not None
    later = keys.time.monotonic() + 1.01
    monkeypatch.setattr(keys.time, "monotonic", lambda: later)
    assert keys.caller_of(text) is None


def test_revoking_twice_is_written_down_once(owner: Staff) -> None:
    key, text = made(owner)
    keys.caller_of(text)
    for _ in range(2):
        keys.revoke(key, by=owner, now=NOW)
    assert keys.caller_of(text) is None
    assert AuditEvent.objects.filter(action="api-key-revoked").count() == 1


# --- The log ----------------------------------------------------------------------------------------------------


def line(key: ApiKey, **fields: object) -> request_log.Line:
    said = {"at": NOW, "method": "GET", "path": "/api/v1/rewards", "status": 200, "code": "", "ms": 1.5}
    return request_log.Line(merchant_id=key.merchant_id, key_id=key.pk, **said | fields)  # type: ignore[arg-type]


def test_a_keys_last_use_is_written_once_a_minute(owner: Staff) -> None:
    key, _ = made(owner)
    seen = []
    for seconds in (0, 59, 61):
        request_log.write([line(key, at=NOW + timedelta(seconds=seconds))])
        key.refresh_from_db()
        seen.append(key.last_used_at)
    assert seen == [NOW, NOW, NOW + timedelta(seconds=61)]


def test_the_log_is_bounded_by_age_and_by_number(owner: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    key, _ = made(owner)
    other = made(factories.staff(merchant=factories.merchant(), role=Role.OWNER))[0]
    monkeypatch.setattr(request_log, "MOST_KEPT", 3)
    request_log.write([line(other, at=NOW - timedelta(days=8)), line(other)])
    request_log.write([line(key, at=NOW + timedelta(seconds=number)) for number in range(5)])
    assert request_log.sweep(NOW + timedelta(minutes=1)) == 3
    assert kept(key.merchant) == [4, 3, 2]
    assert kept(other.merchant) == [0]
    assert request_log.sweep(NOW + timedelta(minutes=1)) == 0


def kept(merchant: Merchant) -> list[float]:
    return [
        (at - NOW).total_seconds() for at in ApiRequest.objects.filter(merchant=merchant).values_list("at", flat=True)
    ]

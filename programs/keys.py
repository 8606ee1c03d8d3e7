"""Keys of shops' own systems: made and shown once, kept as digests, known by how they begin."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from loyalty_site import auditing
from programs.models import ApiKey, Merchant, Scope, Staff

MARK = "rg_"
PREFIX_LENGTH = 11
REMEMBERED_SECONDS = 1.0  # how long a process trusts what it read: a revoked key stops within a second
MOST_REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: a key in use, its merchant, and the codes of the merchant's programs and places."""

    key_id: int
    merchant: Merchant
    scopes: frozenset[str]
    author_id: int
    programs: dict[int, str]
    locations: frozenset[str]


@transaction.atomic
def make(*, name: str, scopes: Sequence[str], reference: str, by: Staff, now: datetime) -> tuple[ApiKey, str] | None:
    """Make a key and return it with its text, which nobody can read again; None when the reference made one before."""
    text = MARK + secrets.token_urlsafe(32)
    content = {
        "name": name.strip(),
        "digest": digest_of(text),
        "prefix": text[:PREFIX_LENGTH],
        "scopes": [scope for scope in Scope.values if scope in scopes],
        "author": by,
        "created_at": now,
    }
    key, is_new = ApiKey.objects.get_or_create(content, merchant_id=by.merchant_id, reference=reference)
    if not is_new:
        return None
    write_down("api-key-made", key, by=by, now=now)
    return key, text


def revoke(key: ApiKey, *, by: Staff, now: datetime) -> None:
    """Take a key out of use for good, within a second everywhere; a second time changes nothing."""
    if ApiKey.objects.in_use().filter(pk=key.pk).update(revoked_at=now):
        remembered.clear()
        write_down("api-key-revoked", key, by=by, now=now)


def write_down(action: str, key: ApiKey, *, by: Staff, now: datetime) -> None:
    auditing.record(action, merchant=key.merchant_id, actor=by.user, at=now, subject=str(key), scopes=key.scopes)


def digest_of(text: str) -> str:
    """What is kept of a key; its 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


remembered: dict[str, tuple[Caller, float]] = {}


def caller_of(text: str) -> Caller | None:
    """The caller whose key this is, read at most once a second by each process; None if it is not in use."""
    digest, now = digest_of(text), time.monotonic()
    known = remembered.get(digest)
    if known and known[1] > now:
        return known[0]
    caller = read(digest)
    if caller is None:
        remembered.pop(digest, None)
        return None
    if len(remembered) >= MOST_REMEMBERED:
        remembered.clear()
    remembered[digest] = (caller, now + REMEMBERED_SECONDS)
    return caller


def read(digest: str) -> Caller | None:
    key = ApiKey.objects.in_use().select_related("merchant").filter(digest=digest).first()
    if key is None:
        return None
    programs = dict(key.merchant.programs.values_list("pk", "code"))
    locations = frozenset(key.merchant.locations.values_list("code", flat=True))
    return Caller(key.pk, key.merchant, frozenset(key.scopes), key.author_id, programs, locations)

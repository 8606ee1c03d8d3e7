"""The log of API requests for the developer page: what was asked and how it was answered, without bodies or people.

Each process keeps its lines for a second and writes them in one statement from a thread of its own, so that an order
does not wait for its log. A process that is killed loses that second.
"""

from __future__ import annotations

import atexit
import logging
import threading
import time
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponseBase

from loyalty_site.sql import rows
from programs.keys import Caller

logger = logging.getLogger(__name__)

MOST_WAITING = 10_000  # lines; when the database is away for long, the oldest are let go
MOST_KEPT = 20_000  # rows of one merchant
MOST_SWEPT = 50_000
LONGEST_PATH = 120

WRITE = """
WITH line AS (
    SELECT * FROM unnest(%(merchants)s::bigint[], %(keys)s::bigint[], %(ats)s::timestamptz[], %(methods)s::text[],
                         %(paths)s::text[], %(statuses)s::int[], %(codes)s::text[], %(times)s::float8[])
    AS line (merchant_id, key_id, at, method, path, status, code, ms)
), used AS (
    UPDATE programs_apikey key SET last_used_at = latest.at
    FROM (SELECT key_id, max(at) AS at FROM line GROUP BY key_id) latest
    WHERE key.id = latest.key_id AND (key.last_used_at IS NULL OR key.last_used_at < latest.at - interval '1 minute')
)
INSERT INTO programs_apirequest (merchant_id, key_id, at, method, path, status, code, ms)
SELECT * FROM line
"""

SWEEP = """
DELETE FROM programs_apirequest WHERE id IN (
    SELECT request.id FROM programs_merchant merchant
    CROSS JOIN LATERAL (
        SELECT id FROM programs_apirequest WHERE merchant_id = merchant.id ORDER BY id DESC OFFSET %(kept)s LIMIT 1
    ) last
    JOIN programs_apirequest request ON request.merchant_id = merchant.id AND request.id <= last.id
    UNION ALL
    SELECT id FROM programs_apirequest WHERE id < coalesce(
        (SELECT id FROM programs_apirequest WHERE at >= %(before)s ORDER BY id LIMIT 1), 9223372036854775807
    )
    LIMIT %(most)s
) RETURNING id
"""


class Line(NamedTuple):
    """One request, with the address as the reference writes it: whose row it was is nobody's business."""

    merchant_id: int
    key_id: int
    at: datetime
    method: str
    path: str
    status: int
    code: str
    ms: float


waiting: list[Line] = []
writing, starting = threading.Lock(), threading.Lock()
writers: list[threading.Thread] = []


def note(request: HttpRequest, answer: HttpResponseBase, *, at: datetime, ms: float) -> None:
    """Note a request that bore a known key; costs the caller next to nothing."""
    caller: Caller = request.auth  # type: ignore[attr-defined]  # set where the key was read
    waiting.append(line_of(request, answer, caller, at=at, ms=ms))
    if settings.API_LOG_SECONDS == 0:
        flush()
    elif not writers or not writers[0].is_alive():
        start_writer()


def line_of(request: HttpRequest, answer: HttpResponseBase, caller: Caller, *, at: datetime, ms: float) -> Line:
    route = request.resolver_match.route if request.resolver_match else ""
    return Line(
        caller.merchant.pk,
        caller.key_id,
        at,
        str(request.method)[:8],
        f"/{route}".replace("<", "{").replace(">", "}")[:LONGEST_PATH],
        answer.status_code,
        getattr(answer, "code", ""),
        round(ms, 2),
    )


def start_writer() -> None:
    """Start this process's writer, once; a process that forked has none of its parent's threads."""
    with starting:
        if not writers or not writers[0].is_alive():
            writers[:] = [threading.Thread(target=keep_writing, name="request log", daemon=True)]
            writers[0].start()


def keep_writing() -> None:
    while True:
        time.sleep(settings.API_LOG_SECONDS)
        flush()


def flush() -> None:
    """Write what waits; lines that cannot be written wait for the next time."""
    with writing:
        lines = waiting[:]
        try:
            write(lines)
        except DatabaseError:
            logger.warning("%d lines of the request log wait for the database", len(lines))
            connection.close()
        else:
            del waiting[: len(lines)]
        del waiting[:-MOST_WAITING]


def write(lines: list[Line]) -> None:
    if not lines:
        return
    names = ("merchants", "keys", "ats", "methods", "paths", "statuses", "codes", "times")
    rows(WRITE, dict(zip(names, map(list, zip(*lines, strict=True)), strict=True)))


def sweep(now: datetime) -> int:
    """Forget requests beyond a merchant's latest ones, and those that are too old; safe to run at any time."""
    before = now - timedelta(days=settings.API_LOG_DAYS)
    return len(rows(SWEEP, {"kept": MOST_KEPT, "before": before, "most": MOST_SWEPT}))


atexit.register(flush)

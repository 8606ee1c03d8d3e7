"""Shops with a long past, written by statements: orders spread over 500 days, each account's in among all others'.

Every fifth order's points are redeemed at once. Sums, chains of balances and draws are those of a real ledger.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.utils import timezone

from bench import people
from loyalty_site.sql import rows
from programs.models import Program

DAYS = 500
EXPLAIN = {
    "base": "60.00",
    "factor": "1.0",
    "rounding": "floor",
    "stacking": "multiply",
    "tier": "bronze",
    "version": 1,
}
FILLED = ("members_member", "members_order", "members_ledgerentry", "members_pointslot", "members_lotdraw")

INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
WHERE indrelid = ANY(%s::regclass[]) AND NOT indisunique
"""

NUMBERED = """
WITH shape AS (
    SELECT min(id) AS first_account, count(*) AS accounts FROM members_account WHERE program_id = %(program)s
), numbered AS (
    SELECT n, first_account + (n * 7919) %% accounts AS account_id, 1 + (hashint8(n) & 127) AS points,
           %(begin)s::timestamptz + n * (interval '500 days' / %(orders)s) AS at
    FROM shape, generate_series(1, %(orders)s::bigint) AS n
)"""

ORDERS = f"""{NUMBERED}
INSERT INTO members_order (id, merchant_id, member_id, source, reference, fingerprint, placed_at, recorded_at, amount,
                           points_money, gift_card, shipping, eligible, refunded, channel)
SELECT %(first)s + n, %(merchant)s, account.member_id, 'import', lpad(n::text, 10, '0'), md5(n::text), at, at,
       points, 0, 0, 0, points, 0, ''
FROM numbered JOIN members_account account ON account.id = numbered.account_id ORDER BY n
"""

ENTRIES = f"""{NUMBERED}, moved AS (
    SELECT 2 * n AS place, n, account_id, points, 'earn' AS kind, points AS qualifying, at FROM numbered
    UNION ALL SELECT 2 * n + 1, n, account_id, -points, 'redeem', 0, at FROM numbered WHERE n %% 5 = 0
)
INSERT INTO members_ledgerentry (id, account_id, program_id, kind, points, balance_after, qualifying, reference,
                                 occurred_at, posted_at, version_id, order_id, reason, explain)
SELECT %(first)s + place, account_id, %(program)s, kind, points,
       sum(points) OVER (PARTITION BY account_id ORDER BY place), qualifying,
       CASE kind WHEN 'earn' THEN 'order:import:' ELSE 'redeem:' END || lpad(n::text, 10, '0'), at, at,
       CASE kind WHEN 'earn' THEN %(version)s::bigint END, CASE kind WHEN 'earn' THEN %(first)s + n END, '',
       %(explain)s::jsonb
FROM moved ORDER BY place
"""

LOTS = f"""{NUMBERED}
INSERT INTO members_pointslot (entry_id, account_id, program_id, points, remaining, available_at, expires_at)
SELECT %(first)s + 2 * n, account_id, %(program)s, points, CASE WHEN n %% 5 = 0 THEN 0 ELSE points END, at,
       at + interval '1000 days'
FROM numbered ORDER BY n
"""

DRAWS = f"""{NUMBERED}
INSERT INTO members_lotdraw (entry_id, lot_id, points)
SELECT %(first)s + 2 * n + 1, %(first)s + 2 * n, points FROM numbered WHERE n %% 5 = 0 ORDER BY n
"""

SUMS = """
UPDATE members_account account
SET balance = had.points, earned = had.earned, redeemed = had.earned - had.points, order_count = had.orders
FROM (
    SELECT account_id, sum(points) AS points, sum(points) FILTER (WHERE kind = 'earn') AS earned,
           count(*) FILTER (WHERE kind = 'earn') AS orders
    FROM members_ledgerentry WHERE program_id = %(program)s GROUP BY account_id
) had WHERE account.id = had.account_id
"""

NEXT_IDS = """
SELECT setval(pg_get_serial_sequence('members_order', 'id'), (SELECT max(id) FROM members_order)),
       setval(pg_get_serial_sequence('members_ledgerentry', 'id'), (SELECT max(id) FROM members_ledgerentry))
"""


def shop(slug: str, *, accounts: int, orders: int) -> Program:
    """A shop with that many accounts and orders; the one of an earlier workload, if it has been made."""
    known = Program.objects.select_related("merchant").filter(merchant__slug=slug).first()
    if known:
        return known
    with written_in_bulk():
        program = people.shop(slug, members=accounts)
        fill(program, orders)
    people.settle_down()
    return program


def fill(program: Program, orders: int) -> None:
    first = rows("SELECT coalesce(max(id), 0) FROM members_ledgerentry")[0][0]
    version = program.versions.get().pk
    parameters = {"program": program.pk, "merchant": program.merchant_id, "version": version, "orders": orders}
    parameters |= {"first": first, "begin": timezone.now() - timedelta(days=DAYS), "explain": json.dumps(EXPLAIN)}
    for statement in (ORDERS, ENTRIES, LOTS, DRAWS, "ANALYZE members_ledgerentry", SUMS, NEXT_IDS):
        rows(statement, parameters)


@contextmanager
def written_in_bulk() -> Iterator[None]:
    """Leave out triggers and references, and build the indexes at the end."""
    indexes = rows(INDEXES, [list(FILLED)])
    rows("SET session_replication_role = replica")
    rows("SET work_mem = '256MB'")
    for name, _definition in indexes:
        rows(f"DROP INDEX {name}")
    yield
    for _name, definition in indexes:
        rows(definition)
    rows("RESET work_mem")
    rows("RESET session_replication_role")

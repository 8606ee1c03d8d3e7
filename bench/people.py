"""Shops with many members, made by statements: only what a workload needs to find."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from loyalty_site.sql import rows
from programs import terms, versions
from programs.models import Merchant, Program

MEMBERS = """
WITH member AS (
    INSERT INTO members_member (merchant_id, number, customer_number, name, email, phone, reference, segments,
                                is_blocked, joined_at)
    SELECT %(merchant)s, 'BL' || lpad(n::text, 10, '0'), n::text, 'Member ' || n, 'm' || n || '@example.com', '',
           '', '{}', false, %(joined)s
    FROM generate_series(1, %(count)s) AS n RETURNING id
)
INSERT INTO members_account (program_id, member_id, tier_code, tier_since)
SELECT %(program)s, id, 'bronze', %(joined)s FROM member
"""

DUE_LOTS = """
WITH numbered AS (
    SELECT account.id AS account_id, n, row_number() OVER (ORDER BY account.id, n) AS place
    FROM members_account account, generate_series(1, %(each)s) AS n WHERE account.program_id = %(program)s
), entry AS (
    INSERT INTO members_ledgerentry (account_id, program_id, kind, points, balance_after, reference, occurred_at,
                                     reason, explain)
    SELECT account_id, %(program)s, 'earn', 10, 10 * n, 'seed:' || place, %(earned)s, '', '{}' FROM numbered
    ORDER BY place RETURNING id, account_id
), lot AS (
    INSERT INTO members_pointslot (entry_id, account_id, program_id, points, remaining, available_at, expires_at)
    SELECT id, account_id, %(program)s, 10, 10, %(earned)s, %(ends)s FROM entry
)
UPDATE members_account SET balance = 10 * %(each)s, earned = 10 * %(each)s WHERE program_id = %(program)s
"""


def shop(slug: str, *, members: int, document: dict[str, Any] = terms.P0) -> Program:
    """A shop under policy P0, or other terms, with that many members, each with an empty account."""
    merchant = Merchant.objects.create(
        name=slug, slug=slug, zone_name="Europe/Warsaw", currency="PLN", card_prefix="BL", card_digits=10
    )
    program = Program.objects.create(merchant=merchant, name="Points", code="points")
    joined = timezone.now() - timedelta(days=600)
    versions.publish(program, document, effective_at=joined, author=None)
    rows(MEMBERS, {"merchant": merchant.pk, "program": program.pk, "count": members, "joined": joined})
    return program


def fill_with_due_lots(program: Program, *, each: int) -> None:
    """Give every account lots that expired an hour ago."""
    now = timezone.now()
    parameters = {"earned": now - timedelta(days=400), "ends": now - timedelta(hours=1)}
    rows(DUE_LOTS, parameters | {"program": program.pk, "each": each})


def analyze() -> None:
    rows("ANALYZE")


def settle_down() -> None:
    """Do what the server would do by itself before a night: statistics, visibility, a checkpoint."""
    rows("VACUUM ANALYZE")
    rows("CHECKPOINT")

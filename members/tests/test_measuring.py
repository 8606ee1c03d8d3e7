"""Tests of migrations that leave the planner with figures; every name finishes "it …"."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.db import connection

from loyalty_site.sql import rows
from members.tests import factories

pytestmark = pytest.mark.django_db
KNOWN = "SELECT null_frac FROM pg_stats WHERE tablename = 'members_member' AND attname = %(column)s"


@pytest.mark.parametrize("column", ["merged_into_id", "erased_at"])
def test_knows_how_many_are_neither_merged_nor_erased(column: str) -> None:
    factories.member(merchant=factories.merchant())
    migration = import_module("members.migrations.0044_measure_members").Migration
    with connection.cursor() as cursor:
        for operation in migration.operations:
            cursor.execute(operation.sql)
    assert list(rows(KNOWN, {"column": column})) == [(1.0,)]

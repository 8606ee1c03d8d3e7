"""Statements of our own: the few places where the ORM would take more round trips.

They are prepared on the server, unless PgBouncer stands between.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString

import psycopg
from django.db import connection


def rows(statement: LiteralString, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[tuple[Any, ...]]:
    """Run a statement and fetch what it returns; errors are Django's database errors."""
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement, parameters, prepare=not connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"])
        return cursor.fetchall() if cursor.description else []

"""What Django looks for in an engine."""

from __future__ import annotations

from datetime import datetime

from django.db.backends.postgresql import base

from loyalty_site import clock


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that sets this process's clock by the server's when it opens: one question, then none."""

    def init_connection_state(self) -> None:
        super().init_connection_state()
        clock.set_by(self.server_time)

    def server_time(self) -> datetime:
        with self.connection.cursor() as cursor:
            instant: datetime = cursor.execute("SELECT clock_timestamp()").fetchone()[0]
        return instant

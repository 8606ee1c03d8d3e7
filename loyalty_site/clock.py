"""What time it is: the database's, so that machines whose clocks are wrong agree on what is spendable and what is over.

Every connection that opens measures how far this machine's clock is off (`loyalty_site/database`); a connection of the
web lives a minute, so that a clock that is set meanwhile is wrong no longer. Asking costs no query.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connections
from django.utils import timezone

logger = logging.getLogger(__name__)

NONE = timedelta(0)
AGREES = timedelta(milliseconds=100)  # about what the measurement itself may be off
WORTH_A_WORD = timedelta(seconds=5)
correction: dict[str, timedelta] = {}  # "by" how much, once a connection was opened


def now() -> datetime:
    """The database's time. Doors ask here; the domain takes it as an argument."""
    if not correction:
        connections["default"].ensure_connection()
    return timezone.now() + correction["by"]


def set_by(server_time: Callable[[], datetime]) -> None:
    """Measure against the server's clock, halfway between asking and being answered."""
    asked = timezone.now()
    server = server_time()
    off = server - (asked + (timezone.now() - asked) / 2)
    if abs(off) < AGREES:
        off = NONE
    if abs(off - correction.get("by", NONE)) > WORTH_A_WORD:
        logger.warning(
            "This machine's clock is %.0f seconds off the database's, whose time counts.", off.total_seconds()
        )
    correction["by"] = off

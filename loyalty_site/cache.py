"""The cache may go at any time: what it does not know is looked up again, and what it cannot keep is let go.

Sessions live in the database too, so nobody is signed out, and no purchase waits for a cache that is down or full.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import monotonic
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

REST = 5.0  # seconds without asking a server that did not answer

logger = logging.getLogger(__name__)


class ForgetfulCache(RedisCache):
    """Redis, or nothing. Counting (`incr`) still raises: who counts must know that nobody did."""

    silent_until = 0.0  # of the process: one thread's bad luck spares the others theirs

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self.tried(lambda: super(ForgetfulCache, self).get(key, default, version), default)

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self.tried(lambda: super(ForgetfulCache, self).set(key, value, timeout, version), None)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self.tried(lambda: super(ForgetfulCache, self).add(key, value, timeout, version), True))

    def delete(self, key: str, version: int | None = None) -> bool:
        return bool(self.tried(lambda: super(ForgetfulCache, self).delete(key, version), False))

    def has_key(self, key: str, version: int | None = None) -> bool:
        return bool(self.tried(lambda: super(ForgetfulCache, self).has_key(key, version), False))

    def tried(self, ask: Callable[[], Any], otherwise: Any) -> Any:
        """Ask the server, unless it has just failed to answer."""
        if monotonic() < ForgetfulCache.silent_until:
            return otherwise
        try:
            return ask()
        except RedisError as problem:
            ForgetfulCache.silent_until = monotonic() + REST
            logger.warning("The cache does not answer, and is left alone for %d s: %s", REST, problem)
            return otherwise

    def ping(self) -> None:
        """Raise RedisError when the server does not answer."""
        self._cache.get_client().ping()

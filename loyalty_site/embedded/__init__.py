"""Real servers for one machine: PostgreSQL and Valkey out of pip wheels, on sockets under `.data/`.

Whoever needs them enters `servers()`: the first one starts them, the last one to leave stops them.
`DATABASE_URL` and `REDIS_URL` replace them one by one; what is replaced is never started.
"""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import IO

from loyalty_site.embedded import places, postgres, valkey
from loyalty_site.embedded.places import Broken
from loyalty_site.environment import env

__all__ = ["Broken", "database_url", "keep", "redis_url", "reset", "servers", "stop"]

database_url = postgres.url
redis_url = valkey.url


def needed() -> list[ModuleType]:
    """Name the servers that no variable of the environment replaces."""
    return [
        server
        for server, variable in ((postgres, "DATABASE_URL"), (valkey, "REDIS_URL"))
        if not env.str(variable, default="")
    ]


@contextmanager
def servers() -> Iterator[None]:
    """Keep the embedded servers running while the block runs; raises Broken with what to do."""
    if not needed():
        yield
        return
    with places.open_data_file("users") as users:
        try:
            _enter(users)
            yield
        finally:
            _leave(users)


def keep() -> None:
    """Start the servers and let them run until `stop`."""
    with servers():
        places.data_file("stay").touch()


def stop() -> None:
    """Stop the servers, whoever uses them."""
    with _alone():
        places.data_file("stay").unlink(missing_ok=True)
        _stop_all()


def reset() -> None:
    """Throw the servers' data away; raises Broken while somebody uses them."""
    with _alone(), places.open_data_file("users") as users:
        places.data_file("stay").unlink(missing_ok=True)
        if not _is_last(users):
            raise Broken("The servers are in use. Stop the other `make demo` or `make test` first.")
        _stop_all()
        for folder in (postgres.folder(), valkey.folder()):
            shutil.rmtree(folder, ignore_errors=True)


def _enter(users: IO[str]) -> None:
    with _alone():
        fcntl.flock(users, fcntl.LOCK_SH)  # the kernel lets go of it for us, even after a kill -9
        for server in needed():
            server.start()


def _leave(users: IO[str]) -> None:
    with _alone():
        if _is_last(users) and not places.data_file("stay").exists():
            _stop_all()


def _stop_all() -> None:
    for server in needed():
        server.stop()
    with suppress(OSError):
        places.socket_dir().rmdir()  # unless a server that is still needed has its socket there


def _is_last(users: IO[str]) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


@contextmanager
def _alone() -> Iterator[None]:
    """Let only one process at a time start, stop, or count."""
    with places.open_data_file("lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

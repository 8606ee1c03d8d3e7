"""A wire between the site and PostgreSQL that can be cut: after a commit was sent, before its answer comes back."""

from __future__ import annotations

import select
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.db import connections

COMMIT = b"COMMIT"


@dataclass
class Wire:
    """Listens on a port and passes everything on to the server, until told to cut at the next commit."""

    server: str  # the folder of the server's socket, or host:port
    cuts: bool = False
    cut_count: int = 0
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    @property
    def port(self) -> str:
        return str(self.listener.getsockname()[1])

    def start(self) -> None:
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self) -> None:
        self.listener.close()

    def accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self.listener.accept()
                threading.Thread(target=self.carry, args=(client, self.reach_server()), daemon=True).start()

    def reach_server(self) -> socket.socket:
        if self.server.startswith("/"):
            line = socket.socket(socket.AF_UNIX)
            line.connect(f"{self.server}/.s.PGSQL.5432")
            return line
        host, _colon, port = self.server.partition(":")
        return socket.create_connection((host, int(port or 5432)))

    def carry(self, client: socket.socket, server: socket.socket) -> None:
        """Pass bytes both ways; once a commit went out while `cuts`, its answer is awaited and kept back."""
        is_doomed = False
        with client, server, suppress(OSError):
            while True:
                for end in select.select([client, server], [], [])[0]:
                    sent = end.recv(65536)
                    if not sent or (end is server and is_doomed):
                        self.cut_count += is_doomed
                        return
                    if end is client:
                        is_doomed = is_doomed or (self.cuts and COMMIT in sent)
                        self.cuts = self.cuts and not is_doomed
                    (server if end is client else client).sendall(sent)


def lead_over(wire: Wire, place: dict[str, Any]) -> dict[str, Any]:
    """Let this process's Django talk over the wire; returns what to put back."""
    before = dict(place)
    connections.close_all()
    place |= {"HOST": "127.0.0.1", "PORT": wire.port}
    return before

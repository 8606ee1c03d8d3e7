"""A small mail server for tests: keeps what it accepts, refuses some addresses, and can fall silent."""

from __future__ import annotations

import socketserver
import threading
from email import message_from_bytes
from email.message import Message


class Counter(socketserver.StreamRequestHandler):
    """One conversation, in as much SMTP as Django speaks."""

    server: PostOffice

    def handle(self) -> None:
        self.say("220 ready")
        for line in self.rfile:
            verb = line[:4].upper().strip()
            if verb == b"RCPT" and any(refused.encode() in line for refused in self.server.refused):
                self.say("550 nobody lives here")
            elif verb == b"DATA":
                self.say("354 go on")
                self.take()
            else:
                self.say("221 bye" if verb == b"QUIT" else "250 fine")

    def take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        self.server.letters.append(message_from_bytes(b"".join(lines)))
        self.server.accepted.set()
        self.server.may_answer.wait(30)
        self.say("250 kept")

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class PostOffice(socketserver.ThreadingTCPServer):
    """Runs on a port of its own within a `with` block. Clear `may_answer`, and it keeps a letter without saying so."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Counter)
        self.letters: list[Message] = []
        self.refused: set[str] = set()
        self.accepted, self.may_answer = threading.Event(), threading.Event()
        self.may_answer.set()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return self.server_address[1]

    @property
    def recipients(self) -> list[str]:
        return sorted(str(letter["To"]) for letter in self.letters)

    def __exit__(self, *args: object) -> None:
        self.shutdown()
        super().__exit__(*args)

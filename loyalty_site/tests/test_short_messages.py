"""Messages to phones, with a real gateway on this machine; every name finishes "it …"."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from loyalty_site import short_messages


class Gateway(BaseHTTPRequestHandler):
    got: list[tuple[dict[str, str], str]] = []
    status = 202

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((json.loads(body), self.headers["Authorization"]))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def gateway(settings: Any) -> Iterator[type[Gateway]]:
    server = HTTPServer(("127.0.0.1", 0), Gateway)
    Thread(target=server.serve_forever, daemon=True).start()
    settings.SMS_URL, settings.SMS_TOKEN = f"http://127.0.0.1:{server.server_port}/send", "secret"
    Gateway.got, Gateway.status = [], 202
    yield Gateway
    server.shutdown()
    server.server_close()


def test_it_hands_a_message_to_the_gateway(gateway: type[Gateway]) -> None:
    assert short_messages.send("+48601234567", "123456 is your code — Zażółć")
    assert gateway.got == [({"to": "+48601234567", "text": "123456 is your code — Zażółć"}, "Bearer secret")]


def test_it_says_when_the_gateway_took_nothing(gateway: type[Gateway], settings: Any) -> None:
    gateway.status = 500
    assert not short_messages.send("+48601234567", "code")
    settings.SMS_URL = "http://127.0.0.1:9/"
    assert not short_messages.send("+48601234567", "code")


def test_without_a_gateway_nobody_is_reached(settings: Any) -> None:
    settings.SMS_URL = ""
    assert not short_messages.reach_people()

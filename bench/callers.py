"""Callers of the API that cost next to nothing: raw sockets that stay open, each in a process of its own."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from statistics import quantiles
from typing import Any, NamedTuple
from urllib.request import urlopen

from django.db import connections

HOST = "127.0.0.1"
PATIENCE = 20

Content = Callable[[random.Random, str], Any]


class Pace(NamedTuple):
    """What callers together got: answers a second, and milliseconds that all but one in a hundred stayed below."""

    per_second: float
    p99: float


@contextmanager
def server() -> Iterator[int]:
    """Run gunicorn as the Procfile does, and give its port."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "loyalty_site.wsgi", "--workers", "2", "--threads", "4"]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "bench.settings_web", "ALLOWED_HOSTS": HOST}
    child = subprocess.Popen([*command, "--bind", f"{HOST}:{port}", "--log-level", "warning"], env=environment)
    try:
        wait_for(port)
        yield port
    finally:
        child.terminate()
        child.wait()


def wait_for(port: int) -> None:
    """Wait until the workers have loaded the site and answer."""
    until, answers = time.monotonic() + PATIENCE, 0
    while time.monotonic() < until and answers < 8:
        with suppress(OSError), urlopen(f"http://{HOST}:{port}/api/v1/openapi.json", timeout=PATIENCE):
            answers += 1
        time.sleep(0.1)
    if not answers:
        raise SystemExit("gunicorn does not answer")


def measure(
    port: int, path: str, content: Content, *, key: str = "", count: int, seconds: float, warm: float = 1.0
) -> Pace:
    """Let so many callers post to an address, one request after another each."""
    connections.close_all()
    start = time.time() + 0.2
    fork = multiprocessing.get_context("fork")
    results = fork.SimpleQueue()

    def work(number: int) -> None:
        try:
            results.put(call(number, port, path, content, key=key, since=start + warm, until=start + warm + seconds))
        except BaseException as problem:
            results.put(problem)

    children = [fork.Process(target=work, args=[number]) for number in range(count)]
    for child in children:
        child.start()
    return pace_of([results.get() for _ in children], seconds)


def pace_of(results: list[Any], seconds: float) -> Pace:
    for problem in results:
        if isinstance(problem, BaseException):
            raise SystemExit(f"a caller gave up: {problem!r}")
    spans = [span for own in results for span in own]
    return Pace(len(spans) / seconds, quantiles(spans, n=100)[98] * 1000)


def call(number: int, port: int, path: str, content: Content, *, key: str, since: float, until: float) -> list[float]:
    """Post until the time is up; the seconds of each answer that came after `since`."""
    draw, spans, made = random.Random(number), [], 0
    run = f"{path[-8:]}-{int(since)}-{number}".replace("/", "-")
    with socket.create_connection((HOST, port)) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while (start := time.time()) < until:
            made += 1
            post(line, path, json.dumps(content(draw, f"{run}-{made}")).encode(), key)
            if start >= since:
                spans.append(time.time() - start)
    return spans


def post(line: socket.socket, path: str, body: bytes, key: str) -> bytes:
    """Send one request and read its answer; whatever is not a success ends the benchmark."""
    head = f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"
    line.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    answer = line.recv(65536)
    head_end = answer.index(b"\r\n\r\n") + 4
    length = int(answer[:head_end].lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    while len(answer) < head_end + length:
        answer += line.recv(1 << 20)
    if not answer.startswith(b"HTTP/1.1 20"):
        raise SystemExit(f"{path} answered {answer[:600]!r}")
    return answer[head_end:]

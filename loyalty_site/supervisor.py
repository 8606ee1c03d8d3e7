"""A few processes that live and die together."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

PATIENCE = 15  # seconds between asking a process to end and making it
PR_SET_PDEATHSIG = 1
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """Somebody asked the whole to stop: Ctrl-C, or a TERM from outside."""


class Family:
    """Child processes, each in a session of its own, so that a Ctrl-C reaches the parent alone."""

    def __init__(self) -> None:
        self.children: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *command: str, environment: dict[str, str]) -> None:
        with undisturbed():
            self.children[name] = subprocess.Popen(
                command,
                env=os.environ | environment,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=_be_a_child,
            )

    def fallen(self) -> str:
        """Name a child that has ended by itself, or nothing."""
        with undisturbed():
            return next((name for name, child in self.children.items() if child.poll() is not None), "")

    def stop(self) -> None:
        """End every child and whatever it started; returns when all are gone."""
        with undisturbed():
            for child in self.children.values():
                child.terminate()
            deadline = time.monotonic() + PATIENCE
            for child in self.children.values():
                with suppress(subprocess.TimeoutExpired):
                    child.wait(timeout=max(0.1, deadline - time.monotonic()))
            for child in self.children.values():
                _kill_group(child)
                child.wait()


@contextmanager
def family() -> Iterator[Family]:
    """Give a family that is stopped at the end of the block, whatever ends it."""
    children = Family()
    try:
        yield children
    finally:
        children.stop()


@contextmanager
def stoppable() -> Iterator[None]:
    """Turn the first INT, TERM or HUP into Stopped, and ignore further ones while things end in order."""

    def stop(*_: object) -> None:
        for number in ENDINGS:
            signal.signal(number, signal.SIG_IGN)
        raise Stopped

    before = {number: signal.signal(number, stop) for number in ENDINGS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold signals back for the block: an exception between two steps of `subprocess` would break its locks."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    """End what a child left behind in its session."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


def _be_a_child() -> None:
    """Hear signals again, and on Linux end when the parent is gone, even by a kill -9."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

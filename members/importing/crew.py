"""Who does the work of an import: this process, or several beside it, each with a connection of its own."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

from django.db import connections
from django.utils import translation

POLITENESS = 5  # to the processes that answer people meanwhile
A_MOMENT = 1.0  # seconds


class AtOnce(Executor):
    """Do what is asked in this process, before `submit` returns."""

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **options: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(work(*arguments, **options))
        return done


@contextmanager
def crew(processes: int, folder: str) -> Iterator[Executor]:
    """So many processes to give work to; with one, it is this one. What was not begun when it ends is dropped.

    Should this process be killed, the others end and remove the folder.
    """
    if processes < 2:
        yield AtOnce()
        return
    connections.close_all()  # a connection must not be shared with a child
    begin = (os.getpid(), folder, translation.get_language())
    pool = ProcessPoolExecutor(processes, mp_context=get_context("fork"), initializer=join, initargs=begin)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def join(parent: int, folder: str, language: str | None) -> None:
    """Begin as a child: leave Ctrl-C to the parent, speak its language, and end when it ends, however it ends."""
    leave_connections_to_the_parent()
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(POLITENESS)
    if language:
        translation.activate(language)
    threading.Thread(target=end_with, args=[parent, folder], daemon=True).start()


def leave_connections_to_the_parent() -> None:
    """Let go of connections that came along with the fork, without a goodbye: it would end the parent's.

    There may be some that the parent's `close_all()` does not see: Django keeps those that were opened before a thread
    had an event loop apart from those opened after, and no loop comes along with a fork.
    """
    for inherited in connections.all(initialized_only=True):
        inherited.connection = None


def end_with(parent: int, folder: str) -> None:
    """A parent that was killed says no goodbye. What is open is rolled back, and the next import completes it."""
    while os.getppid() == parent:
        time.sleep(A_MOMENT)
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)

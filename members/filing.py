"""Keeping files in the database, part by part, and having them again; memory holds one part at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.db import transaction

from members.models import FilePart, ImportRow, KeptFile
from members.models.imports import Import
from programs.models import Merchant

PART = 1 << 20  # bytes
KEPT = timedelta(days=7)
ROWS_AT_ONCE = 20_000


@transaction.atomic
def keep(content: Iterable[bytes], name: str, *, merchant: Merchant, now: datetime) -> KeptFile:
    """Keep a file for seven days."""
    file = KeptFile.objects.create(merchant=merchant, name=name[:200], kept_at=now, expires_at=now + KEPT)
    for position, part in enumerate(in_parts(content)):
        FilePart.objects.create(file=file, position=position, content=part)
        file.size += len(part)
    file.save(update_fields=["size"])
    return file


def in_parts(content: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, in parts of one size."""
    waiting = b""
    for piece in content:
        waiting += piece
        while len(waiting) >= PART:
            yield waiting[:PART]
            waiting = waiting[PART:]
    if waiting:
        yield waiting


def content_of(file: KeptFile) -> Iterator[bytes]:
    """The bytes of a file, a part at a time."""
    for position in file.parts.order_by("position").values_list("position", flat=True):
        yield bytes(file.parts.values_list("content", flat=True).get(position=position))


@contextmanager
def at_hand(file: KeptFile) -> Iterator[Path]:
    """The file on this machine's disk, for as long as somebody reads it."""
    with NamedTemporaryFile(prefix="regulars-") as copy:
        for part in content_of(file):
            copy.write(part)
        copy.flush()
        yield Path(copy.name)


def forget(file: KeptFile | None) -> None:
    """Forget a file before its time; what speaks of it stays."""
    if file is not None:
        KeptFile.objects.filter(pk=file.pk).delete()


def sweep(now: datetime) -> int:
    """Forget files whose time is over, and the rows of imports that can be undone no more; some at each call."""
    gone, _each = KeptFile.objects.filter(expires_at__lte=now).delete()
    old = Import.objects.filter(created_at__lte=now - KEPT).exclude(imported_at__gt=now - KEPT)
    rows = ImportRow.objects.filter(imported__in=old).values("pk")[:ROWS_AT_ONCE]
    forgotten, _each = ImportRow.objects.filter(pk__in=rows).delete()
    return gone + forgotten

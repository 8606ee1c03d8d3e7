"""Files that browsers send: what is larger than we take is let go as it comes in, so that it fills no disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

MOST_BYTES = 300 * 2**20


class LetGo(FileUploadHandler):
    """Comes before the others: of a file beyond the limit it keeps the name and the size, and forms refuse it."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data if start + len(raw_data) <= MOST_BYTES else None

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        if file_size <= MOST_BYTES:
            return None
        kept = SimpleUploadedFile(self.file_name or "file", b"")
        kept.size = file_size
        return kept


@contextmanager
def on_disk(file: UploadedFile[bytes]) -> Iterator[Path]:
    """The path of a file that came in, for as long as it is read."""
    if isinstance(file, TemporaryUploadedFile):
        yield Path(file.temporary_file_path())
        return
    copy: IO[bytes]
    with NamedTemporaryFile(prefix="regulars-") as copy:
        for piece in file.chunks():
            copy.write(piece)
        copy.flush()
        yield Path(copy.name)

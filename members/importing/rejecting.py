"""The rows of a file that were refused, as a file of their own, each with the reason in a last column."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from members.exporting import cells
from members.models import Import, ImportRow

AT_ONCE = 1_000


def lines_of(imported: Import) -> Iterator[bytes]:
    """The bytes of the CSV file; phone numbers keep their plus behind an apostrophe, which an import takes off."""
    return cells.lines_of(rows_of(imported))


def rows_of(imported: Import) -> Iterator[list[str]]:
    yield [*imported.header, _("Row"), _("Why")]
    width = len(imported.header)
    refused = ImportRow.objects.filter(imported=imported).exclude(problem="").order_by("number")
    for row in refused.iterator(chunk_size=AT_ONCE):
        for found in row.cells:
            yield [*found[:width], *[""] * (width - len(found)), str(row.number), row.problem]

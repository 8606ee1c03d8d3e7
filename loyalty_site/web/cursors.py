"""Pages of a list by cursor: where the page before ended, so that each page costs the same."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated

from django.utils.translation import gettext_lazy as _
from pydantic import Field, StringConstraints

from loyalty_site.web.answers import Problem

Cursor = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_-]{0,24}$"),
    Field(description="What `next` of the page before said; empty for the first page."),
]
Limit = Annotated[int, Field(ge=1, le=100, description="How many rows at most.")]


def cursor_of(row_id: int) -> str:
    return urlsafe_b64encode(f"r{row_id}".encode()).decode().rstrip("=")


def row_after(cursor: str) -> int | None:
    """The id that a cursor stands for; None for the first page. Raises Problem for one that we did not make."""
    if not cursor:
        return None
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        row_id = int(text.removeprefix("r"))
    except ValueError as error:
        raise not_ours() from error
    if cursor_of(row_id) != cursor:
        raise not_ours()
    return row_id


def not_ours() -> Problem:
    return Problem("malformed", _("This is no cursor of ours."), field="cursor")

"""Lists in pages: numbered ("21 to 40 of 642") for people, keyset for lists that only grow."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

M = TypeVar("M", bound=Model)

ROWS = 20


def page_of(rows: QuerySet[M], request: HttpRequest, *, size: int = ROWS) -> Page[M]:
    """Cut the page that `?page=` names; nonsense gives the first, too far gives the last.

    The template says `{{ page.start_index }} to {{ page.end_index }} of {{ page.paginator.count }}`.
    """
    return Paginator(rows, size).get_page(request.GET.get("page"))


@dataclass(frozen=True)
class Slice(Generic[M]):
    """Some rows, newest first, and the id to ask with for older ones (None at the end)."""

    rows: list[M]
    older: int | None


def newest_first(rows: QuerySet[M], request: HttpRequest, *, size: int = ROWS) -> Slice[M]:
    """Cut the rows before `?before=<id>`; costs the same on page one and on page one thousand."""
    before = request.GET.get("before", "")
    if before.isdecimal():
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.order_by("-pk")[: size + 1])
    return Slice(found[:size], found[size - 1].pk if len(found) > size else None)

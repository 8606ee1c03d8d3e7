"""Lists in numbered pages: 21 to 40 of 642."""

from typing import TypeVar

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

"""What members are searched by: expressions that indexes hold and searches ask for, each a function of the database."""

from __future__ import annotations

from django.db.models import Func, TextField
from django.db.models.functions import Collate


class Folded(Func):
    """Text without accents and capitals: Łukasz Żak → lukasz zak."""

    function = "members_folded"
    output_field = TextField()


class LastFirst(Func):
    """A folded name with its last word first: Anna Maria Żak → zak anna maria."""

    function = "members_last_first"
    output_field = TextField()


class SearchText(Func):
    """All that a member is found by, folded, each on a line of its own: name, e-mail, phone, card, customer number."""

    function = "members_search_text"
    output_field = TextField()
    template = "%(function)s(%(expressions)s)"

    def __init__(self) -> None:
        super().__init__("name", "email", "phone", "number", "customer_number")


def name_key() -> Collate:
    """The folded name, in an order that an index can walk from any beginning."""
    return Collate(Folded("name"), "C")


def last_name_key() -> Collate:
    """The folded name from its last word, in such an order."""
    return Collate(LastFirst("name"), "C")

"""The columns that a list of members can show, beside the member."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.listing.wanted import Wanted
from members.models import MemberField


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `order` is the key that a click on its head puts the list in, "" for none."""

    key: str
    label: str | Promise
    order: str = ""
    is_number: bool = False


COLUMNS: Mapping[str, Column] = {
    column.key: column
    for column in (
        Column("tier", _("Tier")),
        Column("spendable", _("To spend"), is_number=True),
        Column("balance", _("Balance"), order="balance", is_number=True),
        Column("visit", _("Last visit"), order="visit"),
        Column("joined", _("Joined"), order="joined"),
        Column("location", _("Joined at")),
        Column("phone", _("Phone")),
        Column("email", _("E-mail")),
        Column("birthday", _("Birthday")),
        Column("tags", _("Tags")),
        Column("orders", _("Purchases"), is_number=True),
        Column("spent", _("Spent"), is_number=True),
    )
}
OWN = "f_"
USUAL = ("tier", "spendable", "visit", "joined")


def offered(own: Iterable[MemberField]) -> list[Column]:
    """Every column of a shop: those of ours, and its own fields as "f_" and their code."""
    return [*COLUMNS.values(), *(Column(f"{OWN}{field.code}", field.name) for field in own)]


def shown(wanted: Wanted, own: Iterable[MemberField]) -> list[Column]:
    """The columns that were chosen, or the usual ones, and always the one that the list is ordered or cut by."""
    keys = {*(wanted.columns or USUAL), wanted.sort}
    if wanted.balance_from is not None or wanted.balance_to is not None:
        keys.add("balance")
    return [column for column in offered(own) if column.key in keys]

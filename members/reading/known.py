"""What a shop knows of a member, kind by kind: the rows of each, and what their columns are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.models import (
    Consent,
    LedgerEntry,
    Member,
    Notice,
    Order,
    OrderLine,
    Referral,
    Refund,
    TierChange,
)
from members.reading import statement
from members.reading.why import words_of

Row = dict[str, Any]
WHEN, POINTS, REASON, AMOUNT = _("When"), _("Points"), _("Reason"), _("Amount")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing that is known: its key in a file, its title, its columns with their headings, its rows."""

    key: str
    title: str | Promise
    columns: Mapping[str, str | Promise]
    rows: Callable[[Member], list[Row]]


def person(member: Member) -> list[Row]:
    named = ("number", "customer_number", "name", "email", "phone", "born_on", "language", "joined_at")
    row = {name: getattr(member, name) for name in named}
    return [row | {"joined_location": str(member.joined_location or ""), "tags": member.segments}]


def own_fields(member: Member) -> list[Row]:
    named = dict(member.merchant.member_fields.values_list("code", "name"))
    return [{"field": named.get(code, code), "value": value} for code, value in member.fields.items()]


def cards(member: Member) -> list[Row]:
    return [{**row} for row in member.other_numbers.order_by("since").values("number", "works", "reason", "since")]


def consents(member: Member) -> list[Row]:
    answers = Consent.objects.filter(member__in=member.selves).select_related("text", "location").order_by("id")
    return [
        {
            "at": one.at,
            "purpose": one.get_purpose_display(),
            "channel": one.get_channel_display() if one.channel else "",
            "is_given": one.is_given,
            "text": one.text.body if one.text else "",
            "where": str(one.location or one.get_door_display()),
        }
        for one in answers
    ]


def accounts(member: Member) -> list[Row]:
    named = ("balance", "debt", "earned", "redeemed", "tier_code", "order_count", "order_total")
    held = member.accounts.select_related("program").order_by("program")
    return [{"program": one.program.name} | {name: getattr(one, name) for name in named} for one in held]


def entries(member: Member) -> list[Row]:
    found = statement.readable(LedgerEntry.objects.filter(account__member__in=member.selves)).order_by(
        "occurred_at", "id"
    )
    return [
        {
            "at": entry.occurred_at,
            "program": entry.program.name,
            "kind": entry.get_kind_display(),
            "points": entry.points,
            "balance_after": entry.balance_after,
            "reason": entry.reason,
            "why": words_of(entry, "customer"),
        }
        for entry in found
    ]


def orders(member: Member) -> list[Row]:
    found = Order.objects.filter(member=member).order_by("placed_at", "id")
    columns = ("reference", "placed_at", "amount", "eligible", "refunded", "channel")
    return [{"place": place} | row for place, row in with_place(found, columns)]


def with_place(found: QuerySet[Any], columns: tuple[str, ...]) -> list[tuple[str, Row]]:
    return [(row.pop("location__name") or "", row) for row in found.values(*columns, "location__name")]


def lines(member: Member) -> list[Row]:
    found = OrderLine.objects.filter(order__member=member).order_by("order__placed_at", "id")
    named = found.values("sku", "category", "quantity", "amount", purchase=F("order__reference"))
    return [{**row} for row in named]


def refunds(member: Member) -> list[Row]:
    found = Refund.objects.filter(order__member=member).order_by("refunded_at", "id")
    return [{**row} for row in found.values("reference", "order_reference", "refunded_at", "amount", "reason")]


def tiers(member: Member) -> list[Row]:
    steps = (
        TierChange.objects.filter(account__member__in=member.selves)
        .select_related("program")
        .order_by("changed_at", "id")
    )
    return [
        {
            "at": step.changed_at,
            "program": step.program.name,
            "from": step.from_code,
            "to": step.to_code,
            "cause": step.get_cause_display(),
        }
        for step in steps
    ]


def notices(member: Member) -> list[Row]:
    told = Notice.objects.filter(account__member__in=member.selves).order_by("notice_on", "id")
    return [
        {
            "day": notice.notice_on,
            "about": notice.get_kind_display(),
            "subject": notice.subject_on,
            "points": notice.points,
            "state": notice.get_state_display(),
        }
        for notice in told
    ]


def referrals(member: Member) -> list[Row]:
    found = Referral.objects.filter(Q(member=member) | Q(friend=member)).order_by("occurred_at")
    return [{"at": one.occurred_at, "brought": one.member_id == member.pk} for one in found]


def notes(member: Member) -> list[Row]:
    return [{**row} for row in member.notes.order_by("written_at").values("written_at", "text")]


KINDS = (
    Kind("member", _("Person"), {
        "number": _("Card"), "customer_number": _("Customer number"), "name": _("Name"), "email": _("E-mail"),
        "phone": _("Phone"), "born_on": _("Birthday"), "language": _("Language"), "joined_at": _("Joined"),
        "joined_location": _("Place"), "tags": _("Tags"),
    }, person),
    Kind("fields", _("Fields of the shop’s own"), {"field": _("Field"), "value": _("Value")}, own_fields),
    Kind("cards", _("Other card numbers"), {
        "number": _("Card"), "works": _("Works"), "reason": REASON, "since": WHEN,
    }, cards),
    Kind("consents", _("Consents"), {
        "at": WHEN, "purpose": _("For"), "channel": _("By"), "is_given": _("Agreed"), "text": _("Text"),
        "where": _("Where"),
    }, consents),
    Kind("accounts", _("Programs"), {
        "program": _("Program"), "balance": _("Balance"), "debt": _("Owed"), "earned": _("Earned"),
        "redeemed": _("Redeemed"), "tier_code": _("Tier"), "order_count": _("Purchases"), "order_total": AMOUNT,
    }, accounts),
    Kind("entries", _("What came and went"), {
        "at": WHEN, "program": _("Program"), "kind": _("What"), "points": POINTS, "balance_after": _("Balance"),
        "reason": REASON, "why": _("Why"),
    }, entries),
    Kind("orders", _("Purchases"), {
        "placed_at": WHEN, "reference": _("Number"), "amount": AMOUNT, "eligible": _("Counts"),
        "refunded": _("Refunded"), "channel": _("Channel"), "place": _("Place"),
    }, orders),
    Kind("lines", _("What was bought"), {
        "purchase": _("Purchase"), "sku": _("Product"), "category": _("Category"), "quantity": _("Pieces"),
        "amount": AMOUNT,
    }, lines),
    Kind("refunds", _("What was brought back"), {
        "refunded_at": WHEN, "reference": _("Number"), "order_reference": _("Purchase"), "amount": AMOUNT,
        "reason": REASON,
    }, refunds),
    Kind("tiers", _("Tiers"), {
        "at": WHEN, "program": _("Program"), "from": _("From"), "to": _("To"), "cause": REASON,
    }, tiers),
    Kind("notices", _("What was told ahead"), {
        "day": WHEN, "about": _("About"), "subject": _("Day"), "points": POINTS, "state": _("State"),
    }, notices),
    Kind("referrals", _("Friends"), {"at": WHEN, "brought": _("Brought a friend")}, referrals),
    Kind("notes", _("Notes of the staff"), {"written_at": WHEN, "text": _("Note")}, notes),
)  # fmt: skip

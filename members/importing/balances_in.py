"""Opening balances of a file: points that members bring from elsewhere, each with its own last day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loyalty_site.refusals import Refused
from loyalty_site.sql import many
from members import csv_orders, ledger
from members.clawing_back import TAKES, policy_of
from members.crediting import last_instant
from members.csv_orders import BadRow
from members.importing import customers
from members.importing.judging import Desk, Judged, Made, State, own_cards, refused
from members.models import ImportRow, LedgerEntry
from members.movements import Held, Movement
from members.refusals import OwnCard
from members.sheets import Record
from programs import calendar
from programs.versions import DatedVersion, Schedule

MOST = 10**9  # points of one row
NO_MEMBER = gettext_lazy("Nobody here has this number, e-mail or phone. Import the members first, or correct the row.")

OPENED = """
SELECT wish.member, opened.points
FROM unnest(%(members)s::bigint[]) AS wish (member),
LATERAL (SELECT id FROM members_account WHERE member_id = wish.member AND program_id = %(program)s OFFSET 0) AS account,
LATERAL (
    SELECT points FROM members_ledgerentry entry
    WHERE entry.account_id = account.id AND entry.kind = 'earn' AND entry.reference LIKE 'opening:%%'
    AND entry.reference NOT LIKE %(own)s
    AND NOT EXISTS (
        SELECT FROM members_ledgerentry back
        WHERE back.program_id = entry.program_id AND back.reference = entry.reference || ':undone'
    )
    ORDER BY entry.id LIMIT 1
) AS opened
"""


def judge(block: Sequence[Record], desk: Desk) -> tuple[list[Judged], int]:
    """Judge the rows of a block: a member that is known, and points that may be given."""
    owners = customers.known_members({desk.value(one.cells, "customer") for one in block} - {""}, desk.merchant)
    opened, own = opened_before([*owners.values()], desk), own_cards(desk)
    return [judged(record, owners, opened, own, desk) for record in block], 0


def judged(record: Record, owners: dict[str, int], opened: dict[int, int], own: set[int], desk: Desk) -> Judged:
    try:
        points_in(record.cells, desk)
        through = through_in(record.cells, desk)
    except Refused as refusal:
        return refused(record, str(refusal.words))
    member_id = owners.get(desk.value(record.cells, "customer"), 0)
    problem = "" if member_id else str(NO_MEMBER)
    if member_id in own:
        problem = str(OwnCard().words)
    elif member_id in opened:
        problem = _("This member has an opening balance already. Undo that import first, or adjust the points by hand.")
    return Judged(record.number, member_id, [record.cells], [f"{member_id} {through or ''}"], None, problem)


def opened_before(member_ids: list[int], desk: Desk) -> dict[int, int]:
    """Members who have an opening balance by another import, which was not undone, and its points."""
    program_id = desk.program.pk if desk.program else 0
    wish = {"members": member_ids, "program": program_id, "own": f"opening:{desk.import_id}:%"}
    return dict(many(OPENED, wish)) if member_ids else {}


def points_in(cells: Sequence[str], desk: Desk) -> int:
    """Raises BadRow for what is no whole number of points."""
    number = csv_orders.number(desk.value(cells, "points") or "-")
    if number != number.to_integral_value() or not 0 < number <= MOST:
        raise BadRow(_("The points are no whole number above 0. Write them as 120; leave out who has none."))
    return int(number)


def through_in(cells: Sequence[str], desk: Desk) -> date | None:
    """The last day of the points, None for the program's own rule. Raises BadRow."""
    text = desk.value(cells, "valid_through")
    if not text:
        return None
    at = csv_orders.moment(text)
    if at is None:
        raise BadRow(_("The date cannot be read. Write it as 2026-03-31."))
    if at.date() < calendar.local_day(desk.now, desk.merchant.zone) or at.year > 2200:
        raise BadRow(_("The last day to use the points is past. Leave the row out, or write a later day."))
    return at.date()


def record(rows: Sequence[ImportRow], desk: Desk) -> list[Made]:
    """Post the opening balances of some rows in one batch; a row that was posted before is known."""
    if desk.program is None:
        raise ValueError("opening balances go to a program")
    held = ledger.lock_members([row.whose for row in rows], [desk.program.pk])
    accounts = {account.member_id: account for account in held.values()}
    opened, own = opened_before([row.whose for row in rows], desk), own_cards(desk)
    version = Schedule([desk.program.pk]).at(desk.program.pk, desk.now)
    free = accounts.keys() - opened.keys() - own
    places = [n for n, row in enumerate(rows) if row.whose in free]
    wanted = [movement(rows[n], accounts[rows[n].whose], version, desk) for n in places]
    posted = dict(zip(places, ledger.post(wanted, held, now=desk.now), strict=True))
    return [
        Made(State.DONE, posted[n].entry_id, points=posted[n].points) if n in posted else left_out(row, opened, own)
        for n, row in enumerate(rows)
    ]


def left_out(row: ImportRow, opened: dict[int, int], own: set[int]) -> Made:
    if row.whose in own:
        return Made(State.REFUSED, problem=str(OwnCard().words))
    if row.whose in opened:
        return Made(State.REFUSED, problem=_("This member got an opening balance meanwhile, by another import."))
    return Made(State.REFUSED, problem=_("This member has no account in the program. Add them to it first."))


def movement(row: ImportRow, account: Held, version: DatedVersion, desk: Desk) -> Movement:
    """Points as any other, spendable at once."""
    points, through = points_in(row.cells[0], desk), through_in(row.cells[0], desk)
    reason = _("Opening balance")
    return Movement(
        account_id=account.id,
        kind="earn",
        points=points,
        reference=f"opening:{desk.import_id}:{row.number}",
        occurred_at=desk.now,
        available_at=desk.now,
        expires_at=last_instant(through or "terms", version, desk.now, desk.merchant.zone),
        version_id=version.id,
        actor_id=desk.by.user_id if desk.by else None,
        reason=reason,
        explain={"reason": reason, "version": version.number, "points": points},
    )


def undo(rows: Sequence[ImportRow], desk: Desk) -> list[Made]:
    """Take the points back, as the terms take back what was refunded; what is gone is owed only where they say so."""
    found = LedgerEntry.objects.select_related("program").in_bulk([row.made_id for row in rows if row.made_id])
    entries = [found[row.made_id or 0] for row in rows]
    held = ledger.lock([entry.account_id for entry in entries])
    wanted = [reversal(entry, desk, now=desk.now) for entry in entries]
    outcomes = ledger.post(wanted, held, now=desk.now)
    return [Made(State.UNDONE, row.made_id, points=one.points) for row, one in zip(rows, outcomes, strict=True)]


def reversal(entry: LedgerEntry, desk: Desk, *, now: datetime) -> Movement:
    takes, shortfall = TAKES[policy_of(entry, now=now)]
    reason = _("Import undone")
    return Movement(
        account_id=entry.account_id,
        kind="adjust",
        points=-entry.points,
        reference=f"{entry.reference}:undone",
        occurred_at=now,
        takes=takes,
        shortfall=shortfall,
        own_lot=entry.pk,
        version_id=entry.version_id,
        actor_id=desk.by.user_id if desk.by else None,
        reason=reason,
        explain={"reason": reason, "points": -entry.points},
    )

"""Orders of a file: which are sound and new, recording them, and taking them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from loyalty_site import sql
from loyalty_site.refusals import Refused
from members import bringing_back, csv_orders, undoing
from members.bringing_back import Occasion
from members.csv_files import Row
from members.csv_orders import NOBODY, BadRow, Bought
from members.importing import customers, newcomers, sifting
from members.importing.judging import Desk, Judged, Made, State, own_cards, stranger
from members.importing.recording import record_slice, words_of
from members.models import ImportRow, LedgerEntry, Order
from members.new_orders import fault_of
from members.refusals import OwnCard
from members.sheets import Record

# Another reference for orders that were undone, so that the file may come again, corrected.
FREE = """
UPDATE members_order SET reference = left(reference, 79 - length(id::text)) || '~' || id
WHERE id = ANY(%s::bigint[]) AND NOT starts_with(reverse(reference), reverse('~' || id))
"""


def judge(block: Sequence[Record], desk: Desk) -> tuple[list[Judged], int]:
    """Judge the orders of a block, the rows of one together; the number is that of orders recorded before."""
    cells = {record.number: record.cells for record in block}
    groups = [*csv_orders.together(desk.rows([*cells], [*cells.values()]))]
    sound: list[tuple[list[Row], Bought]] = []
    judged: list[Judged] = []
    for group in groups:
        try:
            sound.append((group, read(group, desk)))
        except Refused as problem:
            judged.append(Judged(group[0].number, 0, of(group, cells), [], None, words_of(problem)))
    known = sifting.recorded_before([one for _group, one in sound], desk.merchant)
    fresh = [pair for n, pair in enumerate(sound) if n not in known]
    return judged + judge_fresh(fresh, cells, desk), len(known)


def read(group: Sequence[Row], desk: Desk) -> Bought:
    """The order that some rows say. Raises Refused."""
    if any(value.startswith("=") for row in group for value in (row.order_id, row.customer, row.amount)):
        raise BadRow(_("A cell holds a formula. Replace it with its value."))
    one = csv_orders.bought(group, desk.sheet)
    if fault := fault_of(one.order(), desk.merchant):
        raise fault
    return one


def judge_fresh(fresh: Sequence[tuple[list[Row], Bought]], cells: dict[int, list[str]], desk: Desk) -> list[Judged]:
    owners = customers.known_members({one.customer for _group, one in fresh}, desk.merchant) if fresh else {}
    taken, own = taken_references([one.reference for _group, one in fresh], desk), own_cards(desk)
    judged = []
    for group, one in fresh:
        problem, whose = "", owners.get(one.customer) or stranger(one.customer)
        if one.reference in taken:
            problem = _("Recorded before with other content, or the order's rows stand apart. Put them together.")
        elif one.customer not in owners and not desk.options.get("enrols"):
            problem = _(
                "Nobody here has this number, e-mail or phone. Add them, or let the import enrol its customers."
            )
        elif whose in own:
            problem = str(OwnCard().words)
        judged.append(Judged(one.row, whose, of(group, cells), [one.reference], one.placed_at, problem))
    return judged


def of(group: Sequence[Row], cells: dict[int, list[str]]) -> list[list[str]]:
    return [cells[row.number] for row in group]


def taken_references(references: Sequence[str], desk: Desk) -> set[str]:
    known = Order.objects.filter(merchant=desk.merchant, source=Order.Source.IMPORT, reference__in=references)
    return set(known.values_list("reference", flat=True)) if references else set()


def record(rows: Sequence[ImportRow], desk: Desk) -> list[Made]:
    """Record orders in one transaction; what became of each, in order."""
    batch = [bought_of(row, desk) for row in rows]
    enrols = bool(desk.options.get("enrols"))
    results, joined = record_slice(
        batch, merchant=desk.merchant, now=desk.now, enrols=enrols, is_dry=False, barred=own_cards(desk)
    )
    made = []
    for one, result in zip(batch, results, strict=True):
        is_first = int(one.customer in joined)
        joined.discard(one.customer)
        if isinstance(result, Refused):
            made.append(Made(State.REFUSED, problem=words_of(result), enrolled=is_first))
        else:
            state = State.DONE if result.is_new else State.KNOWN
            points = result.points if result.is_new else 0
            made.append(Made(state, result.order_id, points=points, enrolled=is_first))
    return made


def bought_of(row: ImportRow, desk: Desk) -> Bought:
    numbers = [row.number] + [row.number + n for n in range(1, len(row.cells))]
    one = csv_orders.bought(desk.rows(numbers, row.cells), desk.sheet)
    return one._replace(member_id=NOBODY, edition=str(desk.import_id))


def undo(rows: Sequence[ImportRow], desk: Desk) -> list[Made]:
    """Take back what is left of each order, by the terms it earned under; its number is free again.

    Tiers go back once all orders are taken back, to where each account was before the first of them.
    """
    order_ids = [row.made_id or 0 for row in rows]
    lost = bringing_back.bring_back(order_ids, Occasion("undo-import", _("Import undone"), desk.by), now=desk.now)
    orders = Order.objects.in_bulk(order_ids)
    if desk.by:
        undoing.step_back(firsts_of(orders), by=desk.by, now=desk.now)
    sql.rows(FREE, [order_ids])
    newcomers.withdraw(newcomers.of_orders([*orders.values()], desk.import_id), desk)
    return [Made(State.UNDONE, order_id, points=lost.get(order_id, 0)) for order_id in order_ids]


def firsts_of(orders: Mapping[int, Order]) -> dict[int, Order]:
    """For each account that earned by some orders, the first that was recorded of them."""
    earned = LedgerEntry.objects.filter(order__in=orders, kind="earn").order_by("-order_id")
    return {account_id: orders[order_id] for account_id, order_id in earned.values_list("account_id", "order_id")}

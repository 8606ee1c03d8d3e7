"""Members of a file: who is new, who is known and lacks something, and how both are taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loyalty_site.refusals import Refused
from members import enrolling
from members.enrolling import NewMember
from members.importing import newcomers, people
from members.importing.judging import Desk, Judged, Made, State, refused
from members.models import ImportRow, Member
from members.sheets import Record

UNIQUE = ("email", "phone", "number", "customer_number")
TAKEN = gettext_lazy("Another member got this e-mail, phone or number meanwhile. Search for them.")
FILLED = ("name", "email", "phone", "customer_number", "born_on", "language")


def judge(block: Sequence[Record], desk: Desk) -> tuple[list[Judged], int]:
    """Judge the rows of a block; members who are known and lack nothing that the file has are only counted."""
    shop = people.shop_of(desk)
    judged: list[Judged] = []
    sound: list[tuple[Record, NewMember]] = []
    for record in block:
        try:
            sound.append((record, people.person_in(record.cells, desk, shop)))
        except Refused as problem:
            judged.append(refused(record, str(problem.words)))
    owners, known = owners_of([person for _record, person in sound], desk), 0
    for record, person in sound:
        found = {owners[key] for key in keys_of(person) if key in owners}
        if len(found) == 1 and not any(one.erased_at or lacks(one, person, desk) for one in found):
            known += 1
            continue
        judged.append(judged_one(record, person, found))
    return judged, known


def judged_one(record: Record, person: NewMember, found: set[Member]) -> Judged:
    problem = ""
    if len(found) > 1:
        problem = _("The e-mail, phone and numbers of this row belong to different members. Correct it.")
    elif any(member.erased_at or member.is_blocked for member in found):
        problem = _("This card number is blocked, or was somebody's who has been erased. Leave the row out.")
    whose = min((member.pk for member in found), default=-record.number)
    keys = [f"{name} {value}" for name, value in keys_of(person)]
    return Judged(record.number, whose, [record.cells], keys, person.joined_at, problem)


def keys_of(person: NewMember) -> list[tuple[str, str]]:
    """What tells a person from all others."""
    return [(name, getattr(person, name)) for name in UNIQUE if getattr(person, name)]


def owners_of(wanted: Sequence[NewMember], desk: Desk) -> dict[tuple[str, str], Member]:
    """The members who have these addresses and numbers."""
    owners: dict[tuple[str, str], Member] = {}
    for name in UNIQUE:
        values = {getattr(person, name) for person in wanted} - {""}
        for member in desk.merchant.members.filter(**{f"{name}__in": values}) if values else ():
            owners[name, getattr(member, name)] = member
    for card in desk.merchant.card_numbers.filter(number__in={person.number for person in wanted} - {""}):
        owners.setdefault(("number", card.number), card.member or Member(pk=0, erased_at=desk.now))
    return owners


def lacks(member: Member, person: NewMember, desk: Desk) -> dict[str, Any]:
    """What the file has of a member that the shop has not; nothing where known members are to stay as they are."""
    if not desk.options.get("fills"):
        return {}
    said = {name: getattr(person, name) for name in FILLED}
    found = {name: value for name, value in said.items() if value and not getattr(member, name)}
    own = {code: value for code, value in person.fields.items() if code not in member.fields}
    return found | ({"fields": own} if own else {})


def record(rows: Sequence[ImportRow], desk: Desk) -> list[Made]:
    """Enrol the new ones at once and fill in the known ones; where somebody spoils the batch, one by one."""
    shop = people.shop_of(desk)
    wanted = {
        row.number: replace(
            people.person_in(row.cells[0], desk, shop), reference=f"import:{desk.import_id}:{row.number}"
        )
        for row in rows
    }
    owners = owners_of([*wanted.values()], desk)
    made: dict[int, Made] = {}
    for number, person in wanted.items():
        if found := {owners[key] for key in keys_of(person) if key in owners}:
            made[number] = filled(min(found, key=lambda member: member.pk), person, desk)
    made |= enrolled({number: person for number, person in wanted.items() if number not in made}, desk)
    return [made[row.number] for row in rows]


def filled(member: Member, person: NewMember, desk: Desk) -> Made:
    """Fill in what a member lacks, and keep with what, so that undoing takes just that away."""
    if member.erased_at:
        return Made(State.REFUSED, problem=str(TAKEN))
    missing = lacks(member, person, desk)
    if not missing:
        return Made(State.KNOWN, member.pk)
    values = {name: value for name, value in missing.items() if name in UNIQUE}
    if any(desk.merchant.members.filter(**{name: value}).exists() for name, value in values.items()):
        return Made(State.REFUSED, problem=str(TAKEN))
    before = {name: value if name == "fields" else str(value) for name, value in missing.items()}
    own = {"fields": member.fields | missing["fields"]} if "fields" in missing else {}
    Member.objects.filter(pk=member.pk).update(**missing | own)
    return Made(State.DONE, member.pk, before=before)


def enrolled(wanted: dict[int, NewMember], desk: Desk) -> dict[int, Made]:
    """Enrol wanted by the numbers of their rows, all at once, or in halves where one of them is refused."""
    if not wanted:
        return {}
    try:
        members = enrolling.enrol_many([*wanted.values()], merchant=desk.merchant, now=desk.now)
        return {number: Made(State.DONE, member.pk, enrolled=1) for number, member in zip(wanted, members, strict=True)}
    except Refused:
        if len(wanted) == 1:
            return {number: Made(State.REFUSED, problem=str(TAKEN)) for number in wanted}
    middle = len(wanted) // 2
    first, second = [*wanted.items()][:middle], [*wanted.items()][middle:]
    return enrolled(dict(first), desk) | enrolled(dict(second), desk)


def undo(rows: Sequence[ImportRow], desk: Desk) -> list[Made]:
    """Take away what was filled in, and withdraw those who were enrolled and have nothing yet."""
    enrolled_ids = [row.made_id for row in rows if row.made_id and row.before is None]
    gone = newcomers.withdraw(enrolled_ids, desk)
    return [emptied(row) if row.before else left(row, gone) for row in rows]


def emptied(row: ImportRow) -> Made:
    """What somebody changed since stays."""
    member, said = Member.objects.get(pk=row.made_id or 0), dict(row.before or {})
    own = said.pop("fields", {})
    kept = {code: value for code, value in member.fields.items() if own.get(code) != value}
    same = [name for name, value in said.items() if str(getattr(member, name)) == value]
    nothing = {name: None if name == "born_on" else "" for name in same}
    Member.objects.filter(pk=member.pk).update(fields=kept, **nothing)
    return Made(State.UNDONE if same or kept != member.fields else State.STAYS, member.pk)


def left(row: ImportRow, gone: set[int]) -> Made:
    return Made(State.UNDONE if row.made_id in gone else State.STAYS, row.made_id)

"""Drafts of terms: what a program is about to promise, edited part by part by several people, and never lost silently.

An edit names the parts that its author saw, by a mark. Where somebody else changed one of them meanwhile it is refused;
edits of other parts go together. Whatever is kept parses.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from loyalty_site.models import User
from loyalty_site.refusals import Refused
from programs import noting, terms
from programs.models import Draft, Program
from programs.terms import PRESETS, Terms
from programs.versions import DatedVersion, ProgramGone, Schedule, hold

Document = dict[str, Any]
Change = Callable[[Document], Document]
STARTING_PRESET = "points-per-spend"


class EditedMeanwhile(Refused):
    """Somebody else changed the same part since it was read; `editor` and `edited_at` say who and when, if known."""

    code = "conflict"

    def __init__(self, draft: Draft | None) -> None:
        self.editor: User | None = draft.edited_by if draft else None
        self.edited_at: datetime | None = draft.edited_at if draft else None
        super().__init__(self.sentence())

    def sentence(self) -> str:
        if self.editor is None:
            return _("This was published or discarded meanwhile. Below is what holds now; send yours again to keep it.")
        words = _("%(name)s changed this meanwhile. Send yours again to keep it, or take over what is there now.")
        return words % {"name": self.editor.get_full_name()}


class ChangedSinceRead(EditedMeanwhile):
    """The draft is not the one that its author agreed to lose."""

    def sentence(self) -> str:
        words = _("%(name)s changed the draft meanwhile. Look at what would be lost now.")
        return words % {"name": self.editor.get_full_name() if self.editor else _("Somebody")}


@dataclass(frozen=True)
class Working:
    """A program as it is being worked on.

    `live` is the version in force, None before the first; `base` the latest one, which may be announced for later.
    """

    program: Program
    live: DatedVersion | None
    base: DatedVersion | None
    draft: Draft | None

    @cached_property
    def document(self) -> Document:
        """The terms as `terms.dump` writes them: the draft's, or the latest version's."""
        if self.draft:
            return terms.dump(terms.parse(self.draft.terms))
        return terms.dump(self.base.terms if self.base else terms.parse(PRESETS[STARTING_PRESET]))

    @cached_property
    def terms(self) -> Terms:
        return terms.parse(self.document)

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to publish."""
        return self.base is None or (self.draft is not None and self.terms != self.base.terms)

    @property
    def is_behind(self) -> bool:
        """Whether a version was published after the draft departed."""
        return self.draft is not None and self.draft.base_number != self.base_number

    @property
    def base_number(self) -> int:
        return self.base.number if self.base else 0

    @property
    def next_number(self) -> int:
        return self.base_number + 1

    @property
    def revision(self) -> int:
        """The draft's count of edits, 0 without a draft."""
        return self.draft.revision if self.draft else 0


def working(program: Program, *, now: datetime) -> Working:
    """See a program as it is being worked on."""
    schedule = Schedule([program.pk])
    known = schedule.versions.get(program.pk, [])
    live = schedule.at(program.pk, now) if known else None
    draft = Draft.objects.select_related("edited_by").filter(program=program).first()
    return Working(program, live, max(known, key=lambda version: version.number, default=None), draft)


def part(document: Document, path: str) -> Any:
    """What stands at a dotted path, None for nothing; `rules` is the order of codes, `rules.<code>` one rule."""
    head, _dot, rest = path.partition(".")
    if head == "rules":
        by_code = {rule["code"]: rule for rule in document.get("rules", [])}
        return by_code.get(rest) if rest else [*by_code]
    value = document.get(head)
    return part(value, rest) if rest and isinstance(value, dict) else None if rest else value


def whole(document: Document) -> tuple[str, ...]:
    """The paths of all that a document says, the content of every rule included."""
    return (*sorted({*document, "closing", "tiers"}), *(f"rules.{code}" for code in part(document, "rules")))


def mark(document: Document, *paths: str) -> str:
    """A mark of some parts of a document: the same as long as nobody changes them."""
    seen = json.dumps([part(document, path) for path in paths], sort_keys=True)
    return sha256(seen.encode()).hexdigest()[:20]


@transaction.atomic
def edit(program: Program, change: Change, *, paths: tuple[str, ...], seen: str, by: User, now: datetime) -> Working:
    """Change some parts of a program's draft, which begins with the first edit.

    `seen` is the mark of `paths` that the author looked at; `change` gets a copy of the document and returns another.
    Raises EditedMeanwhile, TermsRefused or ProgramGone, having changed nothing. Back at the latest version the draft
    ends.
    """
    hold(program)
    before = working(program, now=now)
    if mark(before.document, *paths) != seen:
        raise EditedMeanwhile(before.draft)
    return keep(before, change(deepcopy(before.document)), by=by, now=now)


@transaction.atomic
def replace(program: Program, document: Document, *, by: User | None, now: datetime) -> Working:
    """Put a whole document in the place of the draft; raises TermsRefused, having changed nothing."""
    hold(program)
    return keep(working(program, now=now), document, by=by, now=now)


def keep(before: Working, document: Document, *, by: User | None, now: datetime) -> Working:
    checked = terms.dump(terms.parse(document))
    if before.base and not before.is_behind and checked == terms.dump(before.base.terms):
        Draft.objects.filter(program=before.program).delete()
    elif before.draft is None or checked != before.document:
        draft = before.draft or Draft(program=before.program, base_number=before.base_number, revision=0)
        draft.terms, draft.edited_by, draft.edited_at = checked, by, now
        draft.revision += 1
        draft.save()
    return working(before.program, now=now)


@transaction.atomic
def discard(program: Program, *, revision: int, by: User | None, now: datetime) -> None:
    """Throw the draft away; a program that never was live goes with it. A second time does nothing.

    `revision` is that of the draft which its author agreed to lose. Raises ChangedSinceRead for another one.
    """
    try:
        hold(program)
    except ProgramGone:
        return
    draft = Draft.objects.select_related("edited_by").filter(program=program).first()
    if draft and draft.revision != revision:
        raise ChangedSinceRead(draft)
    if draft or not program.versions.exists():
        noting.note("draft-discarded", program, by=by, now=now)
    if program.versions.exists():
        Draft.objects.filter(program=program).delete()
    else:
        program.delete()


@transaction.atomic
def put_on_top(program: Program, *, now: datetime) -> Working:
    """Let the draft depart from the latest version; what was published meanwhile shows among its changes.

    A draft that does already stays as it is, and so do the reviews of it.
    """
    hold(program)
    known = working(program, now=now)
    if not known.is_behind:
        return known
    Draft.objects.filter(program=program).update(base_number=known.base_number, revision=known.revision + 1)
    return working(program, now=now)

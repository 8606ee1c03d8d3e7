"""A part of a draft as a form of a tab: filled from the draft, with its rows, and what it would promise in words."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _

from programs import drafts
from programs.drafts import EditedMeanwhile, Working
from programs.forms import rows
from programs.forms.seen import SeenForm
from programs.models import Merchant
from programs.terms import Terms, TermsRefused, parse

Document = dict[str, Any]


class PartForm(SeenForm):
    """Edits the `paths` of a draft's document; `name` tells the forms of one page apart.

    A subclass says how its values are read, written, and which field a fault of the terms is about. One with rows names
    their `stem`, counts them in a field of that name with an s, and adds the fields of each.
    """

    name: ClassVar[str]
    paths: ClassVar[tuple[str, ...]]
    stem: ClassVar[str] = ""
    is_judged = True

    conflict: EditedMeanwhile | None = None

    def __init__(self, data: Any = None, *, working: Working, merchant: Merchant) -> None:
        self.working, self.merchant = working, merchant
        super().__init__(data, auto_id=f"{self.name}-%s")
        self.initial = {**self.values(), "seen": drafts.mark(working.document, *self.paths)}
        for place in range(rows.count_of(self.data if self.is_bound else self.initial, self.stem)):
            self.add_row(place)

    def values(self) -> dict[str, Any]:
        """What the form shows of the draft."""
        raise NotImplementedError

    def change(self, document: Document) -> Document:
        """The document with what was typed; call it on a valid form."""
        raise NotImplementedError

    def sentences(self, terms: Terms) -> list[str]:
        """What terms promise in this part, in words."""
        raise NotImplementedError

    def add_row(self, place: int) -> None:
        """Add the fields of a row."""

    def new_row(self, sent: rows.Sent, place: int) -> rows.Sent:
        """What a row begins with that is put in at a place."""
        return {}

    def unjudged(self, place: int) -> Self:
        """Show what was sent before it is complete, with the cursor in a row."""
        self._errors, self.is_judged = ErrorDict(), False
        return self.focused(place)

    def focused(self, place: int) -> Self:
        """Put the cursor into a row, or the last one."""
        place = min(place, rows.count_of(self.data if self.is_bound else self.initial, self.stem) - 1)
        of_row = (name for name in self.fields if name.startswith(f"{self.stem}_{place}_"))
        first = next((name for name in of_row if not self[name].is_hidden), "seen")
        self.fields[first].widget.attrs |= {"autofocus": True}
        return self

    def see(self, refusal: EditedMeanwhile, working: Working, *paths: str) -> None:
        """Show what somebody else made of the part meanwhile, too."""
        self.conflict, self.working = refusal, working
        super().see(refusal, working, *paths)

    @property
    def theirs(self) -> list[str]:
        """What holds in the draft now, in words."""
        return self.sentences(self.working.terms)

    @property
    def status(self) -> str:
        """Whether what was typed is in the draft."""
        if self.conflict:
            return _("Not kept yet. Choose above whose stays.")
        if not self.is_judged:
            return _("Not kept yet. Fill in what is new.")
        return _("Not kept yet. Put right what is marked, and it goes into the draft.") if self.errors else ""

    @property
    def said(self) -> list[str]:
        """What the form as it stands would promise, in words; nothing while it has faults."""
        return self.sentences(self.terms) if self.terms else []

    @property
    def terms(self) -> Terms | None:
        """The terms as the form has them."""
        if not self.is_bound or not self.is_judged:
            return self.working.terms
        try:
            return parse(self.change(self.working.document)) if not self.errors else None
        except TermsRefused:
            return None

"""Boxes to tick: what a shop asks of everybody who joins. A box bears the text that it belongs to."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members import consenting
from members.consenting import Answer, Asked
from members.models import Channel, Purpose
from programs.models import Merchant

CHANGED = _("The text has changed meanwhile. Read it again, and choose anew.")
NEEDED = _("Without this there is no card. Tick it once it is agreed.")


class ConsentField(forms.MultipleChoiceField):
    """One question with a box for each channel, or one box; a box that belongs to an older text is refused."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, question: Asked, *, is_needed: bool, held: Collection[str] = ()) -> None:
        self.boxes = {f"{key}.{question.digest}": key for key in question.keys}
        self.question = question
        super().__init__(
            choices=[(box, label_of(question, key)) for box, key in self.boxes.items()],
            label=question.body if question.channels else Purpose(question.purpose).label,
            required=is_needed,
            initial=[box for box, key in self.boxes.items() if key in held],
            error_messages={"required": NEEDED, "invalid_choice": CHANGED},
        )

    def answers(self, ticked: Collection[str]) -> list[Answer]:
        return [Answer(key, box in ticked, self.question) for box, key in self.boxes.items()]


def label_of(question: Asked, key: str) -> Any:
    return Channel(key.partition(":")[2]).label if question.channels else question.body


class ConsentForm(forms.Form):
    """A form that also asks for consents. Call `ask_consents` once the form is made, `answers` when it is valid."""

    def ask_consents(
        self, merchant: Merchant, language: str, *, is_joining: bool = True, held: Collection[str] = ()
    ) -> None:
        """Add the shop's questions in a language; nobody joins without agreeing to take part."""
        for question in consenting.asked(merchant, language):
            is_needed = is_joining and question.purpose == Purpose.TERMS
            if is_joining or question.purpose != Purpose.TERMS:
                self.fields[f"agree_{question.purpose}"] = ConsentField(question, is_needed=is_needed, held=held)

    def answers(self) -> tuple[Answer, ...]:
        """What was ticked, and what was not."""
        asked = {name: field for name, field in self.fields.items() if isinstance(field, ConsentField)}
        given = [field.answers(self.cleaned_data[name]) for name, field in asked.items()]
        return tuple(answer for some in given for answer in some)

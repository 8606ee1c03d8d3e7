"""Fields of a shop's own: the form that defines one, and those that ask for their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from members import own_fields
from members.models import MemberField
from members.own_fields import Value

Kind = MemberField.Kind
PREFIX = "own-"


class FieldForm(forms.Form):
    """What a shop keeps of each member; the kind can be chosen once."""

    name = forms.CharField(label=_("Name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Kind.choices, help_text=_("It stays, because values are written in it.")
    )
    choices = forms.CharField(
        label=_("Choices"),
        required=False,
        max_length=3_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One a line, at least two; only where one of several is chosen."),
    )
    is_at_till = forms.BooleanField(
        label=_("Show it at the till"), required=False, help_text=_("On the member's card, for everybody who sells.")
    )

    def __init__(self, *args: Any, field: MemberField | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field:
            self.initial = {"name": field.name, "kind": field.kind, "is_at_till": field.is_at_till}
            self.initial["choices"] = "\n".join(field.choices)
            self.fields["kind"].disabled = True
        if field and field.kind != Kind.CHOICE:
            del self.fields["choices"]

    def clean(self) -> None:
        if self.cleaned_data.get("kind") != Kind.CHOICE:
            self.cleaned_data["choices"] = []
            return
        lines = [" ".join(line.split()) for line in self.cleaned_data.get("choices", "").splitlines()]
        choices = list({line.casefold(): line for line in lines if line}.values())
        if len(choices) < 2:
            self.add_error("choices", _("Write at least two choices, one a line."))
        elif any(len(choice) > 60 for choice in choices) or len(choices) > 50:
            self.add_error("choices", _("At most 50 choices of 60 letters each."))
        self.cleaned_data["choices"] = choices

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


class OwnFields(forms.Form):
    """A form that also asks for the shop's own fields; none of them has to be filled in."""

    def ask_for(self, fields: Sequence[MemberField], values: Mapping[str, Value]) -> None:
        """Add a control for each field; call it after the form's own are there."""
        self.own = list(fields)
        for field in fields:
            self.fields[PREFIX + field.code] = control_of(field, values.get(field.code))
            self.initial[PREFIX + field.code] = typed(values.get(field.code))

    def clean(self) -> None:
        """Put each value into the one spelling of its kind."""
        super().clean()
        self.values: dict[str, Value | None] = {}
        for field in self.own:
            if PREFIX + field.code in self.changed_data:  # so that a choice no longer offered may stay
                self.take(field)

    def take(self, field: MemberField) -> None:
        try:
            self.values[field.code] = own_fields.value_of(field, self.cleaned_data.get(PREFIX + field.code) or "")
        except ValidationError as error:
            self.add_error(PREFIX + field.code, error)


def typed(value: Value | None) -> str:
    """A stored value as it stands in its control."""
    return {True: "yes", False: "no", None: ""}[value] if not isinstance(value, str) else value


def control_of(field: MemberField, value: Value | None) -> forms.Field:
    """The control for one field. A choice that is no longer offered may stay with who has it."""
    if field.kind == Kind.YES_NO:
        return chosen(field, [("yes", _("Yes")), ("no", _("No"))])
    if field.kind == Kind.CHOICE:
        offered = [*field.choices, *({str(value)} - {*field.choices} if value else ())]
        return chosen(field, [(choice, choice) for choice in offered])
    attributes = {Kind.DATE: {"type": "date"}, Kind.NUMBER: {"inputmode": "decimal"}}.get(Kind(field.kind), {})
    widget = forms.TextInput(attrs={"autocomplete": "off"} | attributes)
    return forms.CharField(label=field.name, required=False, max_length=own_fields.LONGEST, widget=widget)


def chosen(field: MemberField, choices: Sequence[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=field.name, required=False, choices=[("", "–"), *choices])

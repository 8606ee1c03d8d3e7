"""What is said of a change to many members: which tag, or how many points and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from loyalty_site.refusals import Refused
from loyalty_site.web.forms import ReferencedForm
from members import segments
from members.forms.dashboard import MOST_POINTS, PointsField, WhyForm
from members.models import Bulk, Export
from programs.models import Merchant, Program

MESSAGE = "message"  # a tag by which messages find these members again
STARTS = [*Bulk.Kind.values, MESSAGE]


class StartForm(ReferencedForm):
    """Who is chosen in the list, and what is to be done with them."""

    kind = forms.ChoiceField(choices=[(kind, kind) for kind in STARTS])
    query = forms.CharField(required=False, max_length=2_000)
    everybody = forms.BooleanField(required=False)
    member = forms.TypedMultipleChoiceField(required=False, coerce=int, empty_value=[])

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        ticked = [value for value in data.getlist("member") if value.isdecimal() and len(value) < 16]
        self.fields["member"].choices = [(value, value) for value in ticked]  # type: ignore[attr-defined]


class TagForm(forms.Form):
    """One tag."""

    tag = forms.CharField(
        label=_("Tag"),
        max_length=segments.LONGEST,
        widget=forms.TextInput(attrs={"list": "known-tags", "autocomplete": "off"}),
    )

    def clean_tag(self) -> str:
        try:
            (tag,) = segments.tidy([self.cleaned_data["tag"]])
        except (Refused, ValueError) as refusal:
            raise ValidationError(_("Write one tag of 1 to 120 letters.")) from refusal
        if "," in tag:
            raise ValidationError(_("One tag at a time, without a comma."))
        return tag


class FileForm(forms.Form):
    """Which kind of file."""

    form = forms.ChoiceField(label=_("File"), choices=Export.Format.choices, widget=forms.RadioSelect, initial="csv")


class PointsForm(WhyForm):
    """Points for everybody, and why."""

    program = forms.ModelChoiceField(Program.objects.none(), label=_("Program"), empty_label=None)
    points = PointsField(
        label=_("Points for each member"),
        min_value=-MOST_POINTS,
        max_value=MOST_POINTS,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("30 adds points, −30 takes them."),
    )

    def __init__(self, *args: Any, programs: Sequence[Program], merchant: Merchant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_reasons(merchant)
        self.initial["reason"], _colon, self.initial["more"] = self.initial.get("reason", "").partition(": ")
        choice: Any = self.fields["program"]
        choice.queryset = Program.objects.filter(pk__in=[program.pk for program in programs])
        self.initial.setdefault("program", programs[0] if programs else None)
        if len(programs) == 1:
            choice.widget = forms.HiddenInput()

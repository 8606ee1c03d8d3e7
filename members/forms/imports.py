"""The forms of an import: the file, what its columns are, and what is to be done with people who are known or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from loyalty_site.web import uploads
from members.importing import columns
from members.models import Import
from programs.models import Program

ENCODINGS = [
    ("", _("Find out")),
    ("utf-8-sig", "UTF-8"),
    ("cp1250", _("Windows-1250, Central European")),
    ("gb18030", _("GB18030, Chinese")),
    ("utf-16", "UTF-16"),
]
SEPARATORS = [("", _("Find out")), (",", _("Comma")), (";", _("Semicolon")), ("\t", _("Tab")), ("|", _("Bar"))]
LEFT_OUT = ("", _("Leave out"))
SAMPLES = 3


class SeparatorField(forms.ChoiceField):
    """A tab is a separator too, so nothing is stripped."""

    def to_python(self, value: Any) -> str:
        return str(value) if value else ""


class ImportFileForm(forms.Form):
    """What the file is of, the file, and how it is read where we should not find out by ourselves."""

    kind = forms.ChoiceField(
        label=_("What is in the file"), choices=Import.Kind.choices, widget=forms.RadioSelect, initial="members"
    )
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        max_length=200,
        help_text=_(
            "CSV or XLSX with a header row, up to 300 MB. You see what it would do before anything is imported."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.xlsm"}),
        error_messages={"required": _("Choose a file.")},
    )
    encoding = forms.ChoiceField(label=_("Letters"), choices=ENCODINGS, required=False)
    separator = SeparatorField(label=_("Between the columns"), choices=SEPARATORS, required=False)

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > uploads.MOST_BYTES:
            words = _("This file is larger than %(most)d MB. Cut it into several files, each with the header row.")
            raise ValidationError(words % {"most": uploads.MOST_BYTES // 2**20})
        return file

    @property
    def dialect(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("encoding", "separator") if self.cleaned_data[name]}


class ColumnsForm(forms.Form):
    """Which of our columns each column of the file is, and the options of its kind."""

    enrols = forms.BooleanField(label=_("Make members of customers who are not known"), required=False)
    fills = forms.BooleanField(label=_("Fill in what known members lack"), required=False)
    program = forms.ModelChoiceField(label=_("Program"), queryset=Program.objects.none(), empty_label=None)

    def __init__(self, *args: Any, imported: Import, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.imported = imported
        self.initial = {"enrols": imported.options.get("enrols"), "fills": imported.options.get("fills")}
        kept = {"enrols": Import.Kind.ORDERS, "fills": Import.Kind.MEMBERS, "program": Import.Kind.BALANCES}
        for name, kind in kept.items():
            if imported.kind != kind:
                del self.fields[name]
        if imported.kind == Import.Kind.BALANCES:
            self.fields["program"].queryset = imported.merchant.programs.filter(is_active=True)  # type: ignore[attr-defined]
            self.initial["program"] = imported.program_id
        self.add_columns()

    def add_columns(self) -> None:
        choices = [LEFT_OUT] + [
            (one.code, f"{one.label} *" if one.is_needed else one.label) for one in columns.known_to(self.imported)
        ]
        taken = {position: code for code, position in self.imported.columns.items()}
        for position, name in enumerate(self.imported.header):
            field = forms.ChoiceField(label=name or _("(without a name)"), choices=choices, required=False)
            self.fields[f"column_{position}"] = field
            self.initial[f"column_{position}"] = taken.get(position, "")

    def columns(self) -> list[tuple[Any, Sequence[str]]]:
        """Each column's field with the first values that stand in it."""
        return [(self[f"column_{n}"], self.values_of(n)) for n in range(len(self.imported.header))]

    def values_of(self, position: int) -> list[str]:
        found = [row[position] for row in self.imported.samples if position < len(row) and row[position]]
        return found[:SAMPLES]

    def options(self) -> list[Any]:
        """The fields that are no columns."""
        return [self[name] for name in ("program", "enrols", "fills") if name in self.fields]

    def clean(self) -> None:
        labels = {one.code: str(one.label) for one in columns.known_to(self.imported)}
        twice = [labels[code] for code, count in Counter(self.picked).items() if count > 1]
        if twice:
            raise ValidationError(
                _("Two columns are named %(names)s. Leave one of them out.") % {"names": ", ".join(twice)}
            )
        if lacking := columns.missing(self.imported.kind, self.chosen):
            words = _("Say which column is: %(columns)s.")
            raise ValidationError(words % {"columns": ", ".join(map(str, lacking))})

    @property
    def picked(self) -> list[str]:
        found = [self.cleaned_data.get(f"column_{n}", "") for n in range(len(self.imported.header))]
        return [code for code in found if code]

    @property
    def chosen(self) -> dict[str, int]:
        """Where each of our columns stands."""
        found = {n: self.cleaned_data.get(f"column_{n}", "") for n in range(len(self.imported.header))}
        return {code: n for n, code in found.items() if code}

    @property
    def asked(self) -> dict[str, Any]:
        """The options, as the import keeps them."""
        return {name: self.cleaned_data[name] for name in ("enrols", "fills") if name in self.fields}

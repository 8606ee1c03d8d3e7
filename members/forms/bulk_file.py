"""A file of points to add or take, and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from loyalty_site.web.forms import ReferencedForm
from members.forms.dashboard import WhyForm
from programs.models import Merchant, Program

MOST_BYTES = 10 * 2**20


class PointsFileForm(WhyForm, ReferencedForm):
    """The file, the program whose points it moves, and one reason for all of it."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or XLSX with two columns, “card” (or e-mail or phone) and “points”: 30 adds, −30 takes."),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("This file is empty: it has 0 bytes. Export it again, with a header row."),
        },
    )
    program = forms.ModelChoiceField(Program.objects.none(), label=_("Program"), empty_label=None)

    def __init__(self, *args: Any, merchant: Merchant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_reasons(merchant)
        running: Any = merchant.programs.running().order_by("id")
        choice: Any = self.fields["program"]
        choice.queryset, self.initial["program"] = running, running.first()
        if len(running) == 1:
            choice.widget = forms.HiddenInput()

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError(_("This file is larger than 10 MB. Cut it into several, each with the header row."))
        return file

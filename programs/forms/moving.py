"""The forms of moving terms: a file that becomes the draft, and a program that begins with another one's terms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from programs.models import Merchant, Program


class FileForm(forms.Form):
    """A file of terms."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("YAML or JSON, as the export writes it."),
        widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml,.json,text/yaml,application/json"}),
    )


class KeepForm(forms.Form):
    """A file that was looked at: its text again, and the mark of the terms that it was held against."""

    text = forms.CharField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput)


class DuplicateForm(forms.ModelForm[Program]):
    """The name and code of the new program; the code follows the name if it is left out."""

    class Meta:
        model = Program
        fields = ("name", "code")
        help_texts = {"code": _("For addresses and files. Left out, it follows the name.")}

    def __init__(self, *args: Any, merchant: Merchant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.merchant = merchant
        self.fields["code"].required = False

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        if "name" in given and "code" in given:
            given["code"] = given["code"] or slugify(given["name"])[:40] or "program"
            if self.merchant.programs.filter(code=given["code"]).exists():
                words = _("The code %(code)s is another program's already. Choose another one.")
                raise ValidationError({"code": words % {"code": given["code"]}})
        return given

"""The forms of moving terms: a file that becomes the draft, and a program that begins with another one's terms."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


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


class DuplicateForm(forms.Form):
    """The name of the new program; its code follows."""

    name = forms.CharField(label=_("Name of the new program"), max_length=80)

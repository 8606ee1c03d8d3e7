"""A form that edits a part of a draft: it carries the mark of what its author saw, and can say that this is over."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst

from programs.drafts import EditedMeanwhile
from programs.terms import TermsRefused


class SeenForm(forms.Form):
    """`seen` is the mark of the parts that the form edits."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def see(self, refusal: EditedMeanwhile, seen: str) -> None:
        """Say that somebody was faster, keep what was typed, and let it be sent again over what is there now."""
        self.add_error(None, str(refusal.words))
        self.data: Any = self.data.copy()
        self.data[self.add_prefix("seen")] = seen

    def field_of(self, path: str) -> str | None:
        """The field that a fault at a path of the document is about; None for what no field says alone."""
        raise NotImplementedError

    def add_faults(self, refusal: TermsRefused) -> None:
        """Put what the terms as a whole refuse to the field it is about."""
        for path, sentence in refusal.faults:
            field = self.field_of(path)
            self.add_error(field, capfirst(sentence) if field else f"{path} {sentence}")

"""A form that edits a part of a draft: it carries the mark of what its author saw, and can say that this is over."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst

from programs import drafts
from programs.drafts import EditedMeanwhile, Working
from programs.terms import TermsRefused


class SeenForm(forms.Form):
    """`seen` is the mark of the parts that the form edits."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def see(self, refusal: EditedMeanwhile, working: Working, *paths: str) -> None:
        """Say that somebody was faster, keep what was typed, and let it be sent again over what is in `paths` now."""
        self.add_error(None, str(refusal.words))
        self.data: Any = self.data.copy()
        self.data[self.add_prefix("seen")] = drafts.mark(working.document, *paths)

    def field_of(self, path: str) -> str | None:
        """The field that a fault at a path of the document is about; None for what no field says alone."""
        raise NotImplementedError

    def advice(self, path: str, sentence: str) -> str:
        """How to put a fault right; by default as the terms say what is wrong with it."""
        return sentence

    def add_faults(self, refusal: TermsRefused) -> None:
        """Put each fault of the terms to the field it is about, with words that say how to put it right."""
        for path, sentence in refusal.faults:
            field = self.field_of(path)
            known = field if field in self.fields else None
            words = self.advice(path, sentence)
            self.add_error(known, capfirst(words) if known or words != sentence else f"{path} {sentence}")

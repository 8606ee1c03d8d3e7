"""Forms of the tab Wording: what the unit is called, and the shop's own texts, in each of its languages."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from programs.editing import wording
from programs.forms.parts import Document, PartForm
from programs.languages import name_of, numbers_of, plural_forms
from programs.models import Merchant
from programs.terms import Terms, dump, in_language
from programs.terms.texts import LONGEST
from programs.wording import speech


class UnitForm(PartForm):
    """Edits the unit's names: fields `one:en`, `few:pl` and so on."""

    name, paths = "unit", wording.UNIT_PATHS

    as_money = forms.BooleanField(
        label=gettext_lazy("Show it as money"),
        required=False,
        help_text=gettext_lazy("For cashback: each is worth the smallest coin, so 1,240 of them read as 12.40."),
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.asked = wording.unit_fields(self.working.document, self.merchant.languages)
        for language, known in self.asked.items():
            for form in known:
                self.fields[wording.field(form, language)] = forms.CharField(
                    label=label_of(form, language), required=False
                )

    def values(self) -> dict[str, Any]:
        return wording.unit_values(self.working.document, self.merchant.languages)

    def change(self, document: Document) -> Document:
        return wording.with_unit(document, self.cleaned_data, self.merchant.languages)

    def field_of(self, path: str) -> str | None:
        return wording.field(path.removeprefix("unit."), self.merchant.language)

    def advice(self, path: str, sentence: str) -> str:
        return _("Give it a name in at least one language, such as point.")

    def sentences(self, terms: Terms) -> list[str]:
        return samples(terms, self.merchant)

    @property
    def tongues(self) -> list[dict[str, Any]]:
        """Each language with its fields."""
        return [
            {"code": code, "name": name_of(code), "fields": [self[wording.field(form, code)] for form in known]}
            for code, known in self.asked.items()
        ]


def label_of(form: str, language: str) -> str:
    """After 2, 3, 4: the numbers that the form follows."""
    if len(plural_forms(language)) == 1:
        return _("After any number")
    numbers = ", ".join(map(str, numbers_of(language).get(form, ())))
    return _("After %(numbers)s") % {"numbers": numbers} if numbers else _("Not needed")


def samples(terms: Terms, merchant: Merchant) -> list[str]:
    """The unit after some numbers, in each of the shop's languages: 1 punkt, 2 punkty, 5 punktów."""
    known = wording.unit_fields(dump(terms), merchant.languages)
    return [f"{name_of(code)}: {', '.join(counted(terms, merchant.currency, code))}" for code in known]


def counted(terms: Terms, currency: str, language: str) -> list[str]:
    with override(language):
        words = speech(currency, terms.unit)
        return [words.points(numbers[0]) for numbers in numbers_of(language).values() if numbers]


class TextForm(PartForm):
    """Edits one of the shop's own texts: fields `welcome:en` and so on."""

    key: ClassVar[str]

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for name in self.initial:
            if name.startswith(f"{self.key}:"):
                self.fields[name] = self.text_field(name.partition(":")[2])

    def text_field(self, language: str) -> forms.CharField:
        widget = forms.Textarea(attrs={"rows": 7, "lang": language})
        return forms.CharField(label=name_of(language), required=False, widget=widget)

    def values(self) -> dict[str, Any]:
        return wording.text_values(self.working.document, self.key, self.merchant.languages)

    def change(self, document: Document) -> Document:
        return wording.with_text(document, self.key, self.cleaned_data, languages=self.merchant.languages)

    def field_of(self, path: str) -> str | None:
        long = [name for name, text in self.cleaned_data.items() if name.startswith(self.key) and len(text) > LONGEST]
        return long[0] if long else wording.field(self.key, self.merchant.language)

    def advice(self, path: str, sentence: str) -> str:
        return _("Shorten it to %(count)s letters.") % {"count": LONGEST}

    def sentences(self, terms: Terms) -> list[str]:
        text = getattr(terms.texts, self.key)
        return [in_language(text, language) for language in self.merchant.languages] if text else []

    @property
    def tongues(self) -> list[forms.BoundField]:
        """The fields, one for each language."""
        return [self[name] for name in self.fields if name.startswith(f"{self.key}:")]


class WelcomeForm(TextForm):
    name, key, paths = "welcome", "welcome", ("texts.welcome",)


class SmallPrintForm(TextForm):
    name, key, paths = "small-print", "terms", ("texts.terms",)

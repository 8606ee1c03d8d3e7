"""Which preset a program begins with, and what it is called."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programs.gallery import BY_CODE, GALLERY, Preset


class PresetForm(forms.Form):
    """One of the gallery; `is_named` asks for a name too, which may be left to the preset."""

    preset = forms.ChoiceField(
        choices=[(preset.code, preset.name) for preset in GALLERY],
        error_messages={"required": _("Choose one of the presets.")},
    )
    name = forms.CharField(
        label=_("Name of the program"),
        max_length=80,
        required=False,
        help_text=_("Members see it. Without one it is called after the preset."),
    )

    def __init__(self, *args: Any, is_named: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_named:
            del self.fields["name"]

    @property
    def choice(self) -> Preset:
        """The preset of a valid form."""
        return BY_CODE[self.cleaned_data["preset"]]

"""What an owner says of the shop once it is open: its name and place, and how it looks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from programs import colours, logos
from programs.forms.start import ShopForm
from programs.models import Merchant, hex_colour

SWATCH_NAMES = (
    _("Forest"), _("Teal"), _("Blue"), _("Indigo"), _("Violet"), _("Plum"),
    _("Wine"), _("Brick"), _("Amber"), _("Olive"), _("Slate"), _("Coal"),
)  # fmt: skip
SWATCHES = list(zip(colours.SWATCHES, SWATCH_NAMES, strict=True))


class SettingsForm(ShopForm):
    """A shop's name and place; its money stays as it is from the first record on."""

    def __init__(self, *args: Any, is_recorded: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_recorded:
            self.fields["currency"].disabled = True
            self.fields["currency"].help_text = _("It stays: terms and purchases are written in it.")
            self.fields["zone_name"].help_text = _(
                "Changing it moves midnight: points given from then on expire at the new one. Closed days stay."
            )


class ColourField(forms.CharField):
    """A colour as # and six digits; three digits, and none at all before them, are understood."""

    default_validators = [hex_colour]

    def to_python(self, value: Any) -> str:
        digits = str(value or "").strip().lower().removeprefix("#")
        if len(digits) == 3:
            digits = "".join(2 * digit for digit in digits)
        return f"#{digits}" if digits else ""


class LookForm(forms.Form):
    """Colour and logo. A swatch counts where the digits beside it were left alone, as without JavaScript."""

    swatch = forms.ChoiceField(choices=SWATCHES, required=False)
    accent = ColourField(
        label=_("Colour"),
        max_length=9,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("As # and six digits, or choose one above."),
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text=_("PNG, JPEG or WebP, up to 4 MB. Without one, the stamp shows your letters."),
    )
    is_logo_removed = forms.BooleanField(label=_("Go back to the stamp with your letters"), required=False)

    def __init__(self, *args: Any, merchant: Merchant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"accent": merchant.accent, "swatch": merchant.accent}
        self.merchant = merchant
        if not merchant.logo_digest:
            del self.fields["is_logo_removed"]

    @property
    def chosen(self) -> str:
        """The colour in the form now."""
        return str(self["accent"].value() or "").lower()

    def clean_logo(self) -> bytes | None:
        """The picture made anew."""
        file: UploadedFile[bytes] | None = self.cleaned_data["logo"]
        if file is None:
            return None
        if (file.size or 0) > logos.MOST_BYTES:
            raise ValidationError(_("This file is larger than 4 MB. Send a smaller one; 512 pixels are enough."))
        try:
            return logos.remade(file)
        except logos.NotALogo as refusal:
            raise ValidationError(str(refusal.words)) from refusal

    def clean(self) -> None:
        given = self.cleaned_data
        if given.get("swatch") and given.get("accent") == self.merchant.accent.lower():
            given["accent"] = given["swatch"]


class AccentForm(forms.Form):
    """A colour that is being tried."""

    accent = ColourField(max_length=9)

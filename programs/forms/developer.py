"""What a shop says of a key that it makes."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from loyalty_site.web.forms import ReferencedForm
from programs.models import Scope


class KeyForm(ReferencedForm):
    """What uses the key, and what it may do."""

    name = forms.CharField(
        label=_("What uses it"),
        max_length=60,
        help_text=_("Such as “Web shop”: by this you will know the key again."),
        error_messages={"required": _("Say what uses the key.")},
    )
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=Scope.choices,
        initial=[Scope.READ, Scope.ORDERS],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing that the key may do.")},
    )

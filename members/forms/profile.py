"""What staff type about one member besides points: notes, tags, and events that earn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from loyalty_site.refusals import Refused
from loyalty_site.web.forms import ReferencedForm
from members import events, finding, segments
from members.models import Member

EVENT_NAMES = {
    "referral": _("Brought a friend"),
    "referred": _("Came with a friend"),
    "survey": _("Answered a survey"),
    "review": _("Wrote a review"),
    "check_in": _("Checked in"),
    "social_share": _("Shared on social media"),
    "profile_completed": _("Completed the profile"),
    "custom": _("Something else"),
}


class NoteForm(forms.Form):
    """One note about a member."""

    text = forms.CharField(
        label=_("Note"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Staff see it; the member does not."),
        error_messages={"required": _("Write what colleagues should know.")},
    )
    is_pinned = forms.BooleanField(
        label=_("Show it at the till"), required=False, help_text=_("Instead of the note that is shown there now.")
    )


class SegmentsForm(forms.Form):
    """The segments of a member, as words between commas."""

    segments = forms.CharField(
        label=_("Segments"), required=False, max_length=2_500, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, asked_for: Sequence[str], **kwargs: Any) -> None:
        """`asked_for` are the segments that rules look at."""
        super().__init__(*args, **kwargs)
        words = _("Words between commas. Rules look at: %(segments)s.") if asked_for else _("Words between commas.")
        self.fields["segments"].help_text = words % {"segments": ", ".join(asked_for)}

    def clean_segments(self) -> list[str]:
        try:
            return segments.tidy(self.cleaned_data["segments"].split(","))
        except Refused as refusal:
            raise ValidationError(str(refusal.words)) from refusal


class EventForm(ReferencedForm):
    """An event that the terms reward, and by whom a friend was brought."""

    event = forms.ChoiceField(label=_("What happened"))
    friend = forms.CharField(
        label=_("Card, phone or e-mail of the friend"),
        required=False,
        max_length=254,
        help_text=_("Only where a friend was brought: both earn."),
    )
    reason = forms.CharField(label=_("Note"), required=False, max_length=200, help_text=_("The member sees it."))

    def __init__(self, *args: Any, member: Member, choices: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        self.fields["event"].choices = [(event, EVENT_NAMES[event]) for event in choices]  # type: ignore[attr-defined]
        if events.REFERRAL not in choices:
            del self.fields["friend"]

    def clean_friend(self) -> Member | None:
        sought = self.cleaned_data["friend"].strip()
        if not sought:
            return None
        friend = finding.exactly(self.member.merchant, sought)
        if friend is None:
            raise ValidationError(_("Nobody here has this card, phone or e-mail. Add the friend first."))
        return friend

    def as_new(self) -> dict[str, Any]:
        """What was reported; call it on a valid form."""
        typed = self.cleaned_data
        return {
            "event": typed["event"],
            "reference": typed["reference"],
            "reason": typed["reason"].strip(),
            "referred": typed.get("friend"),
        }

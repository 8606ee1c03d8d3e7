"""What the forms of the studio share: carrying a change into the draft, or saying on the form why it cannot be."""

from __future__ import annotations

from typing import Any

from loyalty_site import clock
from programs import drafts
from programs.drafts import Change, EditedMeanwhile
from programs.forms.seen import SeenForm
from programs.guards import StaffRequest
from programs.terms import TermsRefused

Context = dict[str, Any]


def kept(request: StaffRequest, form: SeenForm, context: Context, *, change: Change, paths: tuple[str, ...]) -> bool:
    """Carry a form's change into the draft; False, with the reason on the form, where that cannot be.

    `context` is that of `studio`; its `working` is brought up to date either way.
    """
    program, seen, now = context["program"], form.cleaned_data["seen"], clock.now()
    try:
        context["working"] = drafts.edit(program, change, paths=paths, seen=seen, by=request.user, now=now)
    except EditedMeanwhile as refusal:
        context["working"] = drafts.working(program, now=now)
        context["meanwhile"] = refusal
        form.see(refusal, context["working"], *paths)
    except TermsRefused as refusal:
        form.add_faults(refusal)
    else:
        return True
    return False

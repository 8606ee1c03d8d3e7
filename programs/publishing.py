"""Publishing a draft: it becomes the program's next version, as its author saw it, and the draft ends."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from loyalty_site.models import User
from loyalty_site.refusals import Refused
from programs import drafts, noting
from programs.drafts import EditedMeanwhile
from programs.models import Draft, Program, ProgramVersion
from programs.versions import QUIETLY, PublishedMeanwhile, Way, hold, publish


class BeginsEarlier(Refused):
    """A version that is announced already begins later than this one would."""

    code = "conflict"

    def __init__(self, number: int) -> None:
        words = _("Version %(number)s is to begin later than that. Choose its day or a later one.")
        super().__init__(words % {"number": number})


class ChangedSinceReview(EditedMeanwhile):
    """The draft is not the one that was reviewed."""

    def sentence(self) -> str:
        words = _("%(name)s changed the draft meanwhile. Look at what it says now, then publish.")
        return words % {"name": self.editor.get_full_name() if self.editor else _("Somebody")}


class NothingToPublish(Refused):
    code = "conflict"

    def __init__(self) -> None:
        super().__init__(_("There is nothing to publish: the draft was published or discarded meanwhile."))


@transaction.atomic
def publish_draft(
    program: Program,
    *,
    revision: int,
    effective_at: datetime,
    by: User,
    now: datetime,
    note: str = "",
    way: Way = QUIETLY,
) -> ProgramVersion:
    """Make the draft the program's next version, in force from `effective_at` on.

    `revision` is the one that the author reviewed. Raises NothingToPublish (so does a second click),
    ChangedSinceReview, PublishedMeanwhile, BeginsEarlier or ProgramGone, having changed nothing.
    """
    hold(program)
    known = drafts.working(program, now=now)
    refuse_unless_reviewed(known, revision)
    if known.base and known.base.effective_at > effective_at:
        raise BeginsEarlier(known.base.number)
    version = publish(program, known.document, effective_at=effective_at, author=by, note=note, way=way)
    Draft.objects.filter(program=program).delete()
    noting.published(version, by=by, now=now)
    return version


def refuse_unless_reviewed(known: drafts.Working, revision: int) -> None:
    if known.draft is None or not known.is_changed:
        raise NothingToPublish
    if known.is_behind:
        raise PublishedMeanwhile(known.base_number)
    if known.revision != revision:
        raise ChangedSinceReview(known.draft)

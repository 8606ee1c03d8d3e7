"""What can be altered in terms, one aspect at a time: the keys that say it, and a sentence with both states."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from programs.terms import Terms
from programs.wording.speech import Speech

Kind = Literal["new", "gone", "changed"]
Section = Literal["state", "earning", "rules", "tiers", "expiry", "limits", "wording"]

SETS = {
    "weekdays",
    "products",
    "categories",
    "locations",
    "channels",
    "tiers",
    "segments",
    "expiry_notice_days",
    "dates",
}


class Change(NamedTuple):
    """One alteration, as a whole sentence without a full stop.

    `is_inward` marks what the shop arranges for itself, such as the order of rules: customers are not told.
    """

    kind: Kind
    part: Section
    sentence: str
    is_inward: bool = False

    @property
    def is_added(self) -> bool:
        """Whether it is a promise from now on, new or altered."""
        return self.kind != "gone"


class Side(NamedTuple):
    """The terms before or after, and the speech that words both, so that the unit is called the same."""

    terms: Terms
    words: Speech


class Aspect(NamedTuple):
    """One thing that can be altered in a part of the terms.

    `state` says how it stands in a part, empty for nothing set; `sentence` has `now` and `before`, the unit's `heading`
    and the `name` of a rule or a level. `without` is the sentence where nothing is set any more, `anew` where nothing
    was. `former` words the state before where it may be shorter, because the sentence has named the unit already.
    """

    section: Section
    keys: tuple[str, ...]
    sentence: Promise
    state: Callable[[Any, Side], str]
    former: Callable[[Any, Side], str] | None = None
    without: Promise | None = None
    anew: Promise | None = None

    def of(self, part: Any) -> list[Any]:
        """What the keys hold, so that equal means the same."""
        return [plain(getattr(part, key), key) for key in self.keys]

    def told(self, before: tuple[Any, Side], after: tuple[Any, Side], name: str) -> Change:
        now, was = self.state(*after), (self.former or self.state)(*before)
        if now == was:  # customers know no codes, by which alone the two may differ
            return Change("changed", self.section, _("%(name)s has other conditions") % {"name": name})
        sentence = self.without if not now else self.anew if not was else self.sentence
        values = {"now": now, "before": was, "name": name, "heading": after[1].words.heading}
        return Change("changed", self.section, str(sentence or self.sentence) % values)


def altered(
    aspects: Iterable[Aspect], before: tuple[Any, Side], after: tuple[Any, Side], *, name: str = ""
) -> Iterator[Change]:
    """Say each aspect that differs between a part of the terms before and after."""
    for aspect in aspects:
        if aspect.of(before[0]) != aspect.of(after[0]):
            yield aspect.told(before, after, name)


def plain(value: Any, key: str = "") -> Any:
    """A value without what makes no difference: the order of days or of products."""
    if key in SETS and isinstance(value, tuple):
        return frozenset(value)
    fields = getattr(type(value), "model_fields", None)
    return {name: plain(getattr(value, name), name) for name in fields} if fields else value

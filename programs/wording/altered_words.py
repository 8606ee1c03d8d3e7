"""Alterations of names and texts, language by language."""

from collections.abc import Iterator

from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from programs.terms import Terms, in_language
from programs.wording.aspects import Change, Kind

FORMS = {
    "one": gettext_lazy("1 is called %(now)s, was %(before)s"),
    "few": gettext_lazy("2 to 4 are called %(now)s, was %(before)s"),
    "many": gettext_lazy("Several are called %(now)s, was %(before)s"),
}
TEXTS = {
    "welcome": {
        "new": gettext_lazy("New: a welcome text"),
        "gone": gettext_lazy("No longer: the welcome text"),
        "changed": gettext_lazy("The welcome text is another"),
    },
    "terms": {
        "new": gettext_lazy("New: small print"),
        "gone": gettext_lazy("No longer: the small print"),
        "changed": gettext_lazy("The small print is another"),
    },
}
Spoken = str | dict[str, str]


def unit_changes(before: Terms, after: Terms) -> Iterator[Change]:
    """What the points are called, and whether they are shown as money."""
    for form, sentence in FORMS.items():
        for language, was, now in reworded(getattr(before.unit, form), getattr(after.unit, form)):
            words = str(sentence) % {"now": quoted(now), "before": quoted(was)}
            yield Change("changed", "wording", in_tongue(words, language))
    if before.unit.as_money != after.unit.as_money:
        yield Change("changed", "wording", as_money(after))


def as_money(after: Terms) -> str:
    if after.unit.as_money:
        return _("What members hold is shown as money")
    return _("What members hold is shown as a number, not as money any more")


def text_changes(before: Terms, after: Terms) -> Iterator[Change]:
    """Which of the shop's own texts are new, gone or another; they are too long to be said here."""
    for key, sentences in TEXTS.items():
        for language, was, now in reworded(getattr(before.texts, key), getattr(after.texts, key)):
            kind: Kind = "new" if not was else "gone" if not now else "changed"
            yield Change(kind, "wording", in_tongue(str(sentences[kind]), language))


def quoted(word: str) -> str:
    return _("“%(word)s”") % {"word": word} if word else _("nothing of its own")


def in_tongue(sentence: str, language: str) -> str:
    """… (Polish), where the words are of one language."""
    return (
        _("%(sentence)s (%(language)s)") % {"language": tongue(language), "sentence": sentence}
        if language
        else sentence
    )


def tongue(code: str) -> str:
    """A language by its name in the active one; a code that nobody knows stands for itself."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def reworded(before: Spoken | None, after: Spoken | None) -> Iterator[tuple[str, str, str]]:
    """Each language in which the words differ, with both; no language where neither side tells any apart."""
    languages = sorted({code.lower() for side in (before, after) if isinstance(side, dict) for code in side})
    for language in languages or [""]:
        was, now = (in_language(side, language or None) if side else "" for side in (before, after))
        if was != now:
            yield language, was, now

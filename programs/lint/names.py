"""Words that are missing in a language of the shop, and rules that nobody can tell apart by name."""

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from programs.languages import plural_forms
from programs.lint.finding import Desk, Finding
from programs.lint.never import of_rule
from programs.terms import Unit
from programs.wording.altered_words import tongue


def findings(desk: Desk) -> Iterator[Finding]:
    yield from same_name(desk)
    yield from unnamed(desk)
    for text, sentence in (
        (desk.terms.texts.welcome, _("The welcome text is missing in %(languages)s.")),
        (desk.terms.texts.terms, _("The small print is missing in %(languages)s.")),
    ):
        missing = [code for code in desk.shop.languages if text and not is_said(text, code, desk)]
        if missing:
            values = {"languages": desk.words.all_of(map(tongue, missing))}
            fix = _("Write it, or members read it in another language.")
            yield Finding("wording", "text-missing", "inform", sentence % values, fix)


def same_name(desk: Desk) -> Iterator[Finding]:
    counts = Counter(rule.name for rule in desk.terms.running_rules)
    told = set[str]()
    for rule in desk.terms.running_rules:
        if counts[rule.name] > 1 and rule.name not in told:
            told.add(rule.name)
            sentence = _("%(count)s rules are called %(rule)s: nobody can tell in a history which one it was.")
            finding = of_rule(
                rule, "same-name", sentence, _("Give each a name of its own."), count=str(counts[rule.name])
            )
            yield finding._replace(severity="inform")


def unnamed(desk: Desk) -> Iterator[Finding]:
    """Languages in which the unit has no word of its own."""
    missing = [
        code
        for code in desk.shop.languages
        if not all(has_form(desk.terms.unit, form, code, desk) for form in plural_forms(code))
    ]
    if missing and not desk.terms.unit.as_money:
        sentence = _("There is no word for %(points)s yet in %(languages)s.")
        values = {"points": desk.words.many, "languages": desk.words.all_of(map(tongue, missing))}
        fix = _("Write every form that the language has.")
        yield Finding("wording", "unit-missing", "inform", sentence % values, fix)


def has_form(unit: Unit, form: str, code: str, desk: Desk) -> bool:
    name = getattr(unit, form)
    return name is not None and is_said(name, code, desk)


def is_said(words: str | dict[str, str], code: str, desk: Desk) -> bool:
    """Whether a text is in a language; one that names none is in the shop's own."""
    if isinstance(words, str):
        return code == desk.shop.languages[0]
    return code.lower() in {known.lower() for known in words}

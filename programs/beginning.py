"""Beginning a program from a preset: it exists for the dashboard alone until its draft is published."""

from __future__ import annotations

from datetime import datetime
from itertools import chain, count

from django.db import transaction
from django.utils.translation import gettext as _

from loyalty_site.models import User
from loyalty_site.refusals import Refused
from programs import drafts, noting, terms
from programs.addresses import LONGEST, address_of
from programs.gallery import GALLERY, Preset
from programs.models import Merchant, Program
from programs.versions import hold

NOT_CODES = {"add"}  # what stands in addresses where a program's code does


class NameTaken(Refused):
    """The shop has another program by that name."""

    code = "conflict"

    def __init__(self, name: str) -> None:
        words = _("You have a program called “%(name)s” already. Give this one another name.")
        super().__init__(words % {"name": name})


class AlreadyLive(Refused):
    """The program was published: it changes by its draft, not by another preset."""

    code = "conflict"

    def __init__(self) -> None:
        super().__init__(_("This program is live by now. Change it in its draft, or add another program."))


@transaction.atomic
def begin(merchant: Merchant, preset: Preset, *, name: str, by: User, now: datetime) -> Program:
    """Make a program whose draft is the preset's; without a name it gets the preset's.

    The same again, as from a double click, returns the first. Raises NameTaken, having changed nothing.
    """
    Merchant.objects.select_for_update().get(pk=merchant.pk)
    name = name or preset.program_name(merchant)
    known = merchant.programs.filter(name__iexact=name).first()
    if known is None:
        code = free_code(merchant, name)
        known = Program.objects.create(merchant=merchant, name=name, code=code, created_at=now)
        noting.note("program-added", known, by=by, now=now)
    elif known.versions.exists() or not is_untouched(known, now=now):
        raise NameTaken(name)
    drafts.replace(known, preset.document_for(merchant), by=by, now=now)
    return known


@transaction.atomic
def begin_anew(program: Program, preset: Preset, *, by: User, now: datetime) -> None:
    """Put another preset in the place of a draft that was never live. Raises AlreadyLive, having changed nothing."""
    hold(program)
    if program.versions.exists():
        raise AlreadyLive
    drafts.replace(program, preset.document_for(program.merchant), by=by, now=now)


def is_untouched(program: Program, *, now: datetime) -> bool:
    """Whether the draft still says what a preset says, so that nobody's work is lost with it."""
    return preset_of(program, now=now) is not None


def preset_of(program: Program, *, now: datetime) -> Preset | None:
    """The preset that a draft is, None once it was changed."""
    document = drafts.working(program, now=now).document
    alike = (preset for preset in GALLERY if terms.dump(terms.parse(preset.document_for(program.merchant))) == document)
    return next(alike, None)


def free_code(merchant: Merchant, name: str) -> str:
    """The first code like the name that no program of the shop has: stamp-card, stamp-card-2, …"""
    wanted, taken = address_of(name), {*merchant.programs.values_list("code", flat=True)} | NOT_CODES
    tries = chain([wanted], (f"{wanted[: LONGEST - 4]}-{number}" for number in count(2)))
    return next(code for code in tries if code not in taken)

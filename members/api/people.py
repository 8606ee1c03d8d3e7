"""Members over the API: looked up, added, and what moved their points."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from loyalty_site import clock
from loyalty_site.web.answers import Problem, documented, reply
from loyalty_site.web.cursors import Cursor, Limit, cursor_of, row_after
from members import enrolling, finding, phones
from members.api.answers import Content, EntriesOut, MemberOut, entry_answer, lines_answer, member_answer
from members.api.asking import known
from members.api.shapes import OURS, MemberIn, Words
from members.models import LedgerEntry, Member
from members.reading import statement
from members.reading.purses import purses
from members.reading.why import why_of
from members.refusals import Conflict, NotAllowed
from programs.api import ApiCall, needs, place_of
from programs.models import Merchant, Scope
from programs.shapes import Sought

router = Router(tags=["members"])


@router.get("/members/{number}", response=documented(200, answers=MemberOut), **needs(Scope.READ))
def member_show(request: ApiCall, number: Sought) -> HttpResponse:
    """Say who a member is and what each account holds now."""
    member = member_of(request, number)
    return reply(member_answer(member, purses(member, now=clock.now())))


def member_of(request: ApiCall, sought: str) -> Member:
    """The member whom a number, an e-mail address or a phone number names. Raises UnknownMember."""
    return Member.objects.select_related("merchant").get(pk=known(request, sought))


@router.post("/members", response=documented(201, 200, answers=MemberOut), **needs(Scope.MEMBERS))
def member_add(request: ApiCall, member: MemberIn) -> HttpResponse:
    """Enrol a person; the same person again answers the member, with 200. Other content is a conflict."""
    merchant, now = request.auth.merchant, clock.now()
    refuse_unfindable(member, merchant)
    new = member.as_new(place_of(request.auth, member.location))
    known = sent_before(merchant, member) or same_person(merchant, member)
    try:
        found = known or enrolling.enrol(new, merchant=merchant, now=now)
    except NotAllowed:  # somebody else may have added the same person a moment ago
        known = same_person(merchant, member)
        if known is None:
            raise
        found = known
    return reply(member_answer(found, purses(found, now=now)), 200 if known else 201)


def refuse_unfindable(member: MemberIn, merchant: Merchant) -> None:
    """Refuse a person whom no retry would find again, and a phone number that is none."""
    if not member.reference and not member.identities:
        words = _(
            "Give a reference, a number, an e-mail address or a phone number, by which the member is found again."
        )
        raise Problem("malformed", words, field="reference")
    if member.phone and not finding.phone_or_none(member.phone, merchant.country):
        raise Problem("malformed", phones.not_a_phone(member.phone), field="phone")


def sent_before(merchant: Merchant, member: MemberIn) -> Member | None:
    """Who was enrolled under the reference; raises Conflict when something about them differs."""
    if not member.reference:
        return None
    known = merchant.members.select_related("merchant").filter(reference=OURS + member.reference).first()
    if known and member.differs_from(known, merchant.country):
        raise Conflict(member.reference)
    return known


def same_person(merchant: Merchant, member: MemberIn) -> Member | None:
    """Who has the number, address or phone already; raises Conflict when something else about them differs."""
    found = finding.all_known(merchant, member.identities)
    if not found:
        return None
    known = Member.objects.select_related("merchant").get(pk=next(iter(found.values())))
    if member.differs_from(known, merchant.country):
        raise Conflict(member.identities[0])
    return known


@router.get("/members/{number}/entries", response=documented(200, answers=EntriesOut), **needs(Scope.READ))
def member_entries(
    request: ApiCall, number: Sought, cursor: Cursor = "", limit: Limit = 50, words: Words = None
) -> HttpResponse:
    """List what moved a member's points, the newest first, each with its explanation."""
    member_id, after = known(request, number), row_after(cursor)
    entries = LedgerEntry.objects.filter(account__member=member_id).order_by("-pk")
    found = list(statement.readable(entries.filter(pk__lt=after) if after else entries)[: limit + 1])
    page = found[:limit]
    answers = [entry_answer(entry, request.auth) | in_words(entry, words) for entry in page]
    return reply({"entries": answers, "next": cursor_of(page[-1].pk) if len(found) > limit else None})


def in_words(entry: LedgerEntry, audience: Words) -> Content:
    if audience is None:
        return {}
    why = why_of(entry, audience)
    return {"words": lines_answer([*why.causes, why.total])}

"""Two shops with everything in them, and one person of every kind: for tests that look at all pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from loyalty_site.models import User
from members import noting
from members.merging import together
from members.models import Adjustment, Bulk, CardNumber, Duplicate, Member, MemberField, Merge, SavedList
from members.tests import factories
from members.tests.exporting import exported
from members.tests.factories import NOW
from members.tests.importing import looked
from programs import logos
from programs.models import ApiKey, Merchant, Program, Role, Staff
from programs.terms import P0
from reports.models import RadarAlert
from rewards import redeeming
from rewards.tests.factories import reward

RESTING = {"code": "welcome", "name": "Welcome", "when": {"event": "sign_up"}, "give": {"points": 5}, "paused": True}
MEMBER, CASHIER, MANAGER, OWNER = "member", "cashier", "manager", "owner"


@dataclass
class World:
    """Two shops with everything in them, and one person of every kind."""

    program: Program
    people: dict[str, User | None]
    arguments: dict[str, Any]
    strange: dict[str, Any] = field(default_factory=dict)


def shop_full_of_things() -> tuple[Program, dict[str, Any], dict[str, User | None]]:
    program = factories.shop(terms_document=P0 | {"rules": [RESTING]})
    merchant = program.merchant
    account = factories.account(program=program, user=factories.user())
    bought = factories.order(account, "500.00")
    cup = reward(program=program, points_price=1)
    voucher = redeeming.redeem(account=account, reward=cup, reference=f"v{program.pk}", now=NOW)
    people: dict[str, User | None] = {MEMBER: account.member.user}
    for role in (CASHIER, MANAGER, OWNER):
        people[role] = factories.staff(merchant=merchant, role=Role[role.upper()]).user

    cashier = merchant.staff.get(role=Role.CASHIER, user=people[CASHIER])
    owner = merchant.staff.get(user=people[OWNER])
    factories.api_key(merchant=merchant)
    logos.put(merchant, f"the picture of {merchant.slug}".encode(), now=NOW)
    waiting: Adjustment = factories.adjustment(account, 1_000, by=cashier)
    note = noting.write(account.member, "Oat milk, always", is_pinned=True, by=cashier, now=NOW)
    alert = RadarAlert.objects.create(
        merchant=merchant, kind="near-limit", staff=cashier, first_on=NOW, last_on=NOW, evidence=[waiting.pk]
    )
    coffee = MemberField.objects.create(merchant=merchant, code="coffee", name="Coffee")
    colleague = factories.staff(merchant=merchant, name="Iga")
    invitation, token = factories.invitation(merchant=merchant)
    arguments = {
        "merchant": merchant.slug,
        "staff_id": colleague.pk,
        "location_code": factories.location(merchant=merchant, code=f"place-{merchant.pk}").code,
        "invitation_id": invitation.pk,
        "token": token,
        "session_id": 1,
        "number": account.member.number,
        "code": voucher.code,
        "program": program.code,
        "rule": RESTING["code"],
        "digest": merchant.logo_digest,
        "order_id": bought.order_id,
        "entry_id": bought.entries[0].entry_id,
        "reward_id": cup.pk,
        "redemption_id": voucher.pk,
        "adjustment_id": waiting.pk,
        "note_id": note.pk,
        "alert_id": alert.pk,
        "list_id": SavedList.objects.create(merchant=merchant, author=owner, name="Gold", is_shared=True).pk,
        "bulk_id": Bulk.objects.create(merchant=merchant, author=cashier, kind="tag", tag="press", state="done").pk,
        "card_id": other_card(account.member).pk,
        "other": alike(account.member).second.number,
        "pair_id": alike(account.member).pk,
        "merge_id": merged(account.member, by=owner_of(merchant)).pk,
        "field_id": coffee.pk,
        "export_id": exported(by=owner_of(merchant)).pk,
        "import_id": looked("name,email\nJan Lis,jan@x\n", by=owner_of(merchant)).pk,
        "figure": "active-members",
        "level": "silver",
        "version": 1,
        "show": "live",
        "language": merchant.language,
        "page": f"p/{merchant.slug}/",
        "key_id": ApiKey.objects.get(merchant=merchant).pk,
    }
    return program, arguments, people


def owner_of(merchant: Merchant) -> Staff:
    return merchant.staff.filter(role=Role.OWNER).latest("pk")


def alike(member: Member) -> Duplicate:
    """Somebody who may be the same person as a member."""
    other = member.merchant.members.filter(pk__gt=member.pk, merged_into=None).first()
    other = other or factories.member(merchant=member.merchant, name="Ania Kowalczyk")
    return Duplicate.objects.get_or_create(
        merchant=member.merchant, first=member, second=other, defaults={"reasons": ["person"]}
    )[0]


def merged(member: Member, *, by: Staff) -> Merge:
    """A card that was merged into a member's."""
    other = factories.member(merchant=member.merchant, name="Anna K.")
    return together.merge(other, into=member, by=by, now=NOW)


def other_card(member: Member) -> CardNumber:
    """A card of somebody who was merged into a member."""
    return CardNumber.objects.create(
        merchant=member.merchant,
        number=f"{member.number}9",
        member=member,
        works=True,
        reason=CardNumber.Reason.MERGED,
    )


def build() -> World:
    """Make both shops; `arguments` are of the first one's things, `strange` of the second one's."""
    program, arguments, people = shop_full_of_things()
    _, strange, strangers = shop_full_of_things()
    former = factories.staff(merchant=program.merchant, role=Role.OWNER, is_active=False)
    people |= {
        "anonymous": None,
        "stranger": strangers[OWNER],
        "other member": strangers[MEMBER],
        "former": former.user,
    }
    return World(program, people, arguments, strange)

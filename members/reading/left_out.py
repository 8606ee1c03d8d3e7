"""The members behind accounts that a batch left out, for the jobs page of the ground."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse

from members.models import Account


def members_of(account_ids: Collection[int], merchant_id: int) -> dict[int, tuple[str, str]]:
    """Who holds each of some accounts of a shop: a name or card number, and the address of the member's page."""
    own = Account.objects.filter(pk__in=account_ids, program__merchant=merchant_id)
    return {
        account.pk: (
            str(account.member),
            reverse("dashboard-member-show", args=[account.member.merchant.slug, account.member.number]),
        )
        for account in own.select_related("member__merchant")
    }

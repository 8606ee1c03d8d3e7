"""Members who sign in to the portal, for tests of its pages."""

from typing import Any

from django.test import Client
from django.urls import reverse

from members.models import Account
from members.tests import factories


def holder(terms_document: dict[str, Any] | None = None, **fields: Any) -> Account:
    """An account whose member signs in."""
    user = factories.user(email=fields.pop("email", ""))
    program = factories.shop(terms_document=terms_document)
    return factories.account(program=program, user=user, email=user.email, **fields)


def page(client: Client, account: Account, name: str = "portal-home", *args: Any, query: str = "") -> str:
    """Open a page of the portal as the account's holder."""
    client.force_login(account.member.user)
    answer = client.get(reverse(name, args=[account.member.merchant.slug, *args]) + query)
    assert answer.status_code == 200, answer
    return answer.content.decode()

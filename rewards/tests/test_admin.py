"""Tests of the operator's lists of members and rewards; every name finishes "it ..."."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from loyalty_site.models import User
from members.tests import factories
from rewards import redeeming
from rewards.tests.factories import reward

pytestmark = pytest.mark.django_db
OURS = [model for model in admin.site._registry if model._meta.app_label in ("members", "rewards")]


@pytest.fixture
def operator():
    client = Client()
    client.force_login(
        User.objects.create_superuser("operator@example.com"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    return client


@pytest.fixture
def account():
    account = factories.account(program=factories.shop())
    factories.order(account, "200.00")
    factories.adjustment(account, 5)
    redeeming.redeem(account=account, reward=reward(program=account.program), reference="r", now=factories.NOW)
    return account


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_it_lists_and_shows_every_kind_of_row(operator, account, model):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    assert operator.get(reverse(f"{name}_changelist"), {"q": "BL"}).status_code == 200
    for row in model.objects.all()[:1]:
        assert operator.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_it_adds_and_deletes_nothing(operator, account, model):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    assert operator.get(reverse(f"{name}_add")).status_code == 403
    for row in model.objects.all()[:1]:
        assert operator.post(reverse(f"{name}_delete", args=[row.pk])).status_code == 403

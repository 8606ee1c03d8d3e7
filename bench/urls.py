"""The site's addresses, and the floor of the API: an earn in one statement behind the same server and middleware."""

import orjson
from django.http import HttpRequest, HttpResponse
from django.urls import path

from loyalty_site.sql import rows
from loyalty_site.urls import urlpatterns as site

EARN = """
WITH account AS (
    UPDATE members_account SET balance = balance + %(points)s, earned = earned + %(points)s,
        order_count = order_count + 1, last_order_at = now(), last_activity_at = now()
    WHERE id = %(account)s RETURNING id, program_id, balance
), entry AS (
    INSERT INTO members_ledgerentry (account_id, program_id, kind, points, balance_after, reference, occurred_at,
                                     reason, explain)
    SELECT id, program_id, 'earn', %(points)s, balance, %(reference)s, now(), '', '{}' FROM account
    RETURNING id, account_id, program_id, points, balance_after
), lot AS (
    INSERT INTO members_pointslot (entry_id, account_id, program_id, points, remaining, available_at, expires_at)
    SELECT id, account_id, program_id, points, points, now(), now() + interval '1 year' FROM entry
)
SELECT balance_after FROM entry
"""


def floor(request: HttpRequest) -> HttpResponse:
    balance = rows(EARN, orjson.loads(request.body))[0][0]
    return HttpResponse(orjson.dumps({"balance": balance}), content_type="application/json", status=201)


urlpatterns = [path("api/v1/floor", floor), *site]

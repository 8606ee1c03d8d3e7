"""What must hold whatever happened: the statements that prove a shop's books, row by row."""

from __future__ import annotations

from datetime import datetime

from loyalty_site.sql import rows
from members import audit
from members.books import of as books_of
from members.models import Account, PointsLot
from programs.models import Merchant

# Each lists what is wrong. A name finishes the sentence "it has …".
FAULTS = {
    "a balance_after that is not the sum of the entries up to it": """
SELECT * FROM (
    SELECT entry.id, balance_after, sum(points) OVER (PARTITION BY account_id ORDER BY entry.id) AS total
    FROM members_ledgerentry entry JOIN programs_program program ON program.id = entry.program_id
    WHERE program.merchant_id = %(merchant)s
) AS history WHERE balance_after <> total
""",
    "an order without exactly one entry in each account of its member": """
SELECT bought.id, account.id, count(entry.id) FROM members_order bought
JOIN members_account account ON account.member_id = bought.member_id
LEFT JOIN members_ledgerentry entry ON entry.order_id = bought.id AND entry.account_id = account.id
          AND entry.kind = 'earn'
WHERE bought.merchant_id = %(merchant)s GROUP BY bought.id, account.id HAVING count(entry.id) <> 1
""",
    "an order whose refunds do not add up": """
SELECT bought.id, bought.amount, bought.refunded, coalesce(sum(refund.amount), 0) FROM members_order bought
LEFT JOIN members_refund refund ON refund.order_id = bought.id WHERE bought.merchant_id = %(merchant)s
GROUP BY bought.id HAVING bought.refunded <> coalesce(sum(refund.amount), 0) OR bought.refunded > bought.amount
""",
    "a refund without exactly one entry in each account of its member": """
SELECT refund.id, account.id, count(entry.id) FROM members_refund refund
JOIN members_order bought ON bought.id = refund.order_id
JOIN members_account account ON account.member_id = bought.member_id
LEFT JOIN members_ledgerentry entry ON entry.account_id = account.id AND entry.kind = 'clawback'
          AND entry.reference = 'refund:' || refund.source || ':' || refund.reference
WHERE refund.merchant_id = %(merchant)s GROUP BY refund.id, account.id HAVING count(entry.id) <> 1
""",
    "a redemption that was not paid once, or not given back once": """
SELECT redemption.id, redemption.state, sum(entry.points), count(*) FROM rewards_redemption redemption
JOIN members_ledgerentry entry ON entry.program_id = redemption.program_id
     AND entry.reference IN ('redeem:' || redemption.reference, 'restore:' || redemption.reference)
WHERE redemption.merchant_id = %(merchant)s GROUP BY redemption.id
HAVING (sum(entry.points), count(*)) <> CASE WHEN redemption.state IN ('cancelled', 'lapsed')
       THEN (0::numeric, 2::bigint) ELSE (-redemption.points::numeric, 1::bigint) END
""",
    "a member who had a reward more often than its limit": """
SELECT redemption.reward_id, redemption.account_id, count(*) FROM rewards_redemption redemption
JOIN rewards_reward reward ON reward.id = redemption.reward_id AND reward.limit_per = 'lifetime'
WHERE reward.merchant_id = %(merchant)s AND redemption.state IN ('open', 'used')
GROUP BY redemption.reward_id, redemption.account_id, reward.limit_times HAVING count(*) > reward.limit_times
""",
    "an adjustment whose entry is not its own": """
SELECT adjustment.id FROM members_adjustment adjustment LEFT JOIN members_ledgerentry entry
ON entry.id = adjustment.entry_id AND entry.account_id = adjustment.account_id
WHERE adjustment.merchant_id = %(merchant)s AND (adjustment.state = 'posted') <> (entry.points IS NOT NULL)
OR entry.points <> adjustment.points
""",
    "counters that drifted from the entries": """
SELECT account.id, account.earned, account.redeemed, posted.* FROM members_account account
JOIN programs_program program ON program.id = account.program_id, LATERAL (
    SELECT coalesce(sum(points) FILTER (WHERE kind = 'earn'), 0) AS earned,
           coalesce(-sum(points) FILTER (WHERE kind IN ('redeem', 'restore')), 0) AS redeemed
    FROM members_ledgerentry WHERE account_id = account.id
) AS posted WHERE program.merchant_id = %(merchant)s
AND (account.earned, account.redeemed) <> (posted.earned, posted.redeemed)
""",
    "order counters that drifted from the orders": """
SELECT account.id, account.order_count, account.order_total, bought.* FROM members_account account
JOIN programs_program program ON program.id = account.program_id, LATERAL (
    SELECT count(*) FILTER (WHERE refunded < amount OR amount = 0) AS orders,
           coalesce(sum(amount - refunded), 0) AS money
    FROM members_order WHERE member_id = account.member_id
) AS bought WHERE program.merchant_id = %(merchant)s
AND (account.order_count, account.order_total) <> (bought.orders, bought.money)
""",
    "tier changes that are no chain, or do not lead to the tier": """
SELECT * FROM (
    SELECT account.id, account.tier_code, step.to_code, lead(step.from_code, 1, account.tier_code) OVER own AS follows
    FROM members_account account JOIN programs_program program ON program.id = account.program_id
    JOIN members_tierchange step ON step.account_id = account.id WHERE program.merchant_id = %(merchant)s
    WINDOW own AS (PARTITION BY account.id ORDER BY step.id)
) AS chain WHERE to_code <> follows
""",
    "more than one gift of a kind for an account, or a birthday twice in a year": """
SELECT account_id, split_part(reference, ':', 1) AS event, split_part(reference, ':', 2) AS period, count(*)
FROM members_ledgerentry entry JOIN programs_program program ON program.id = entry.program_id
WHERE program.merchant_id = %(merchant)s
AND reference ~ '^(gift|birthday|anniversary|sign_up):' GROUP BY 1, 2, 3
HAVING count(*) FILTER (WHERE kind = 'earn') - count(*) FILTER (WHERE kind = 'clawback') > 1
""",
}


def assert_sound(merchant: Merchant, *, now: datetime) -> None:
    """Fail with the rows that are wrong. `now` is not before any instant at which something was posted."""
    wrong = {name: found for name, statement in FAULTS.items() if (found := rows(statement, {"merchant": merchant.pk}))}
    assert wrong == {}
    audited = audit.work(merchant.pk, None, 0, 2**62, now)
    assert audited["unbalanced"] == 0, audited
    for account in Account.objects.filter(program__merchant=merchant, debt__gt=0):
        assert not PointsLot.objects.filter(account=account).spendable(now).exists(), "who owes has nothing to spend"
    for program in merchant.programs.all():
        books = books_of(program)
        assert books.outstanding == books.explained == sum(program.accounts.values_list("balance", flat=True))

"""The statements that find whose points are due; what posts them stands in `members/ledger_batch_sql.py`."""

DUE_RANGES = """
SELECT min(account_id), max(account_id) FROM (
    SELECT account_id, (sum(lots) OVER (ORDER BY account_id) - lots)::bigint / %(size)s AS chunk FROM (
        SELECT lot.account_id, count(*) AS lots FROM members_pointslot lot
        JOIN programs_program program ON program.id = lot.program_id
        WHERE program.merchant_id = %(merchant)s AND lot.remaining > 0 AND lot.expires_at <= %(until)s
        GROUP BY lot.account_id
    ) AS due
) AS numbered GROUP BY chunk ORDER BY chunk
"""

DUE_ACCOUNTS = """
SELECT DISTINCT lot.account_id FROM members_pointslot lot
JOIN programs_program program ON program.id = lot.program_id
WHERE program.merchant_id = %(merchant)s AND lot.remaining > 0 AND lot.expires_at <= %(now)s
AND lot.account_id BETWEEN %(first)s AND %(last)s ORDER BY lot.account_id
"""

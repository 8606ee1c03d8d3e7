"""The statements that find whose points are due; what posts them stands in `members/ledger_batch_sql.py`."""

# Lots that end by their own date, and those of a program whose points have ended with it. The latter are looked for
# as long as a night may be missing (`since`): what comes in later ends at once.
DUE_LOTS = """
    SELECT lot.account_id FROM members_pointslot lot JOIN programs_program program ON program.id = lot.program_id
    WHERE program.merchant_id = %(merchant)s AND lot.remaining > 0 AND lot.expires_at <= %(until)s {among}
    UNION ALL
    SELECT lot.account_id FROM programs_program program
    JOIN members_account account ON account.program_id = program.id
    JOIN members_pointslot lot ON lot.account_id = account.id AND lot.remaining > 0
    WHERE program.merchant_id = %(merchant)s AND program.points_end_at BETWEEN %(since)s AND %(until)s
    AND lot.available_at < program.points_end_at {among}
"""

DUE_RANGES = f"""
SELECT min(account_id), max(account_id) FROM (
    SELECT account_id, (sum(lots) OVER (ORDER BY account_id) - lots)::bigint / %(size)s AS chunk FROM (
        SELECT account_id, count(*) AS lots FROM ({DUE_LOTS.format(among="")}) AS ended GROUP BY account_id
    ) AS due
) AS numbered GROUP BY chunk ORDER BY chunk
"""

AMONG = "AND lot.account_id BETWEEN %(first)s AND %(last)s"
DUE_ACCOUNTS = f"SELECT DISTINCT account_id FROM ({DUE_LOTS.format(among=AMONG)}) AS ended ORDER BY account_id"

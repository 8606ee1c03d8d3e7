"""The statements of `reports/rollup.py`. Local days come in as instants: the calendar of the program decides them."""

TOUCHED = """
WITH program AS (SELECT id FROM programs_program WHERE merchant_id = %(merchant)s)
SELECT DISTINCT (happened_at AT TIME ZONE 'UTC')::date FROM (
    SELECT placed_at AS happened_at FROM members_order
    WHERE merchant_id = %(merchant)s AND recorded_at >= %(since)s
    UNION ALL
    SELECT refunded_at FROM members_refund
    WHERE merchant_id = %(merchant)s AND recorded_at >= %(since)s AND order_id IS NOT NULL
    UNION ALL
    SELECT refund.refunded_at FROM members_order came_late JOIN members_refund refund ON refund.order_id = came_late.id
    WHERE came_late.merchant_id = %(merchant)s AND came_late.recorded_at >= %(since)s
    UNION ALL
    SELECT occurred_at FROM members_ledgerentry WHERE posted_at >= %(since)s AND program_id IN (SELECT id FROM program)
) AS late
"""

FILL_DAYS = """
INSERT INTO reports_dailykpi AS kept (
    merchant_id, day, order_count, sales, refunds, points_earned, points_redeemed, points_expired,
    points_clawed_back, points_adjusted, points_moved, points_outstanding
)
SELECT %(merchant)s, span.day, bought.order_count, bought.sales, returned.refunds, moved.earned, moved.redeemed,
       moved.expired, moved.clawed_back, moved.adjusted, moved.moved, 0
FROM unnest(%(days)s::date[], %(starts)s::timestamptz[], %(ends)s::timestamptz[]) AS span (day, starts_at, ends_at)
CROSS JOIN LATERAL (
    SELECT count(*) AS order_count, coalesce(sum(amount), 0) AS sales FROM members_order
    WHERE merchant_id = %(merchant)s AND placed_at >= span.starts_at AND placed_at < span.ends_at
) AS bought
CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount), 0) AS refunds FROM members_refund
    WHERE merchant_id = %(merchant)s AND order_id IS NOT NULL
    AND refunded_at >= span.starts_at AND refunded_at < span.ends_at
) AS returned
CROSS JOIN LATERAL (
    SELECT coalesce(sum(points) FILTER (WHERE kind = 'earn'), 0) AS earned,
           coalesce(-sum(points) FILTER (WHERE kind IN ('redeem', 'restore')), 0) AS redeemed,
           coalesce(-sum(points) FILTER (WHERE kind = 'expire'), 0) AS expired,
           coalesce(-sum(points) FILTER (WHERE kind = 'clawback'), 0) AS clawed_back,
           coalesce(sum(points) FILTER (WHERE kind = 'adjust'), 0) AS adjusted,
           coalesce(sum(points) FILTER (WHERE kind IN ('transfer', 'forfeit')), 0) AS moved
    FROM members_ledgerentry
    WHERE program_id = ANY(ARRAY(SELECT id FROM programs_program WHERE merchant_id = %(merchant)s))
    AND occurred_at BETWEEN span.starts_at AND span.ends_at
    AND CASE WHEN kind = 'expire' THEN occurred_at > span.starts_at ELSE occurred_at < span.ends_at END
) AS moved
ON CONFLICT (merchant_id, day) DO UPDATE SET (
    order_count, sales, refunds, points_earned, points_redeemed, points_expired,
    points_clawed_back, points_adjusted, points_moved
) = (
    EXCLUDED.order_count, EXCLUDED.sales, EXCLUDED.refunds, EXCLUDED.points_earned, EXCLUDED.points_redeemed,
    EXCLUDED.points_expired, EXCLUDED.points_clawed_back, EXCLUDED.points_adjusted, EXCLUDED.points_moved
) WHERE (
    kept.order_count, kept.sales, kept.refunds, kept.points_earned, kept.points_redeemed,
    kept.points_expired, kept.points_clawed_back, kept.points_adjusted, kept.points_moved
) IS DISTINCT FROM (
    EXCLUDED.order_count, EXCLUDED.sales, EXCLUDED.refunds, EXCLUDED.points_earned, EXCLUDED.points_redeemed,
    EXCLUDED.points_expired, EXCLUDED.points_clawed_back, EXCLUDED.points_adjusted, EXCLUDED.points_moved
)
RETURNING kept.day
"""

CARRY_OUTSTANDING = """
WITH before AS (
    SELECT points_outstanding AS points FROM reports_dailykpi
    WHERE merchant_id = %(merchant)s AND day < %(first)s ORDER BY day DESC LIMIT 1
), run AS (
    SELECT id, coalesce((SELECT points FROM before), 0) + sum(
        points_earned + points_adjusted + points_moved - points_redeemed - points_expired - points_clawed_back
    ) OVER (ORDER BY day) AS points
    FROM reports_dailykpi WHERE merchant_id = %(merchant)s AND day >= %(first)s
)
UPDATE reports_dailykpi AS kept SET points_outstanding = run.points
FROM run WHERE kept.id = run.id AND kept.points_outstanding <> run.points
"""

# A member who bought on a day is active over N weeks from that day until the weeks are over or the next purchase
# takes over, so one pass over purchases counts the active members of every day at once. Who bought in both of two
# neighbouring windows follows from the window twice as long: both = this + previous - either. Days are numbered
# from 1 at the start of `starts`.
FILL_WINDOWS = """
WITH visit AS (
    SELECT day, lead(day) OVER (PARTITION BY member_id ORDER BY day) AS next_day FROM (
        SELECT DISTINCT member_id, width_bucket(placed_at, %(starts)s::timestamptz[]) AS day FROM members_order
        WHERE merchant_id = %(merchant)s AND placed_at >= (%(starts)s::timestamptz[])[1] AND placed_at < %(until)s
    ) AS member_day
), visits AS (
    SELECT day, next_day, count(*) AS members FROM visit GROUP BY day, next_day
), span AS (
    SELECT weeks, day AS from_day, least(day + 7 * weeks, next_day) AS to_day, members
    FROM visits, unnest(%(all_weeks)s::int[]) AS weeks
), step AS (
    SELECT weeks, day, sum(members) AS change FROM (
        SELECT weeks, from_day AS day, members FROM span UNION ALL SELECT weeks, to_day, -members FROM span
    ) AS ends GROUP BY weeks, day
), active AS (
    SELECT weeks, day, sum(coalesce(step.change, 0)) OVER (PARTITION BY weeks ORDER BY day) AS members
    FROM unnest(%(all_weeks)s::int[]) AS weeks
    CROSS JOIN generate_series(1, cardinality(%(starts)s::timestamptz[])) AS day
    LEFT JOIN step USING (weeks, day)
)
INSERT INTO reports_windowkpi AS kept (merchant_id, weeks, day, active_count, previous_count, returned_count)
SELECT %(merchant)s, active.weeks, %(base)s::date + active.day - 1,
       active.members, previous.members, active.members + previous.members - either.members
FROM active
JOIN active AS previous ON previous.weeks = active.weeks AND previous.day = active.day - 7 * active.weeks
JOIN active AS either ON either.weeks = 2 * active.weeks AND either.day = active.day
WHERE active.weeks = ANY(%(weeks)s::int[]) AND active.day >= %(first)s
ON CONFLICT (merchant_id, weeks, day) DO UPDATE SET (active_count, previous_count, returned_count) = (
    EXCLUDED.active_count, EXCLUDED.previous_count, EXCLUDED.returned_count
) WHERE (kept.active_count, kept.previous_count, kept.returned_count) IS DISTINCT FROM (
    EXCLUDED.active_count, EXCLUDED.previous_count, EXCLUDED.returned_count
)
"""

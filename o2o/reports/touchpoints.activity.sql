-- What happened at each touchpoint in the period: counted scans, visitors, visits, and visitors who ordered after.
WITH visits AS (
    SELECT scan, sum(starts) OVER (ORDER BY visitor_id, store_id, scanned_at, scan) AS visit
    FROM (
        -- include visits: visits.scans
    )
),
calls AS MATERIALIZED (
    SELECT scans.touchpoint_id, count(DISTINCT visits.visit) AS visits
    FROM visits
    CROSS JOIN scans -- each looked up by its id, never the other way round
    WHERE scans.id = visits.scan AND scans.scanned_at >= :since AND scans.scanned_at < :until
    GROUP BY scans.touchpoint_id
),
touches AS MATERIALIZED (
    SELECT conversion, scan, touchpoint_id
    FROM (
        -- include placed: attribution/journeys.placed
    )
    WHERE conversion IN (SELECT conversion FROM (
        -- include legs: attribution/journeys.legs_orders
    ) WHERE delta > 0)
),
sales AS MATERIALIZED (
    SELECT touchpoint_id, count(DISTINCT conversion) AS orders FROM touches GROUP BY touchpoint_id
),
activity AS MATERIALIZED (
    SELECT
        scans.touchpoint_id,
        count(*) AS scans,
        count(DISTINCT scans.visitor_id) AS visitors,
        count(DISTINCT CASE WHEN scans.id IN (SELECT scan FROM touches) THEN scans.visitor_id END) AS buyers
    FROM scans
    WHERE scans.verdict = 'human' AND scans.scanned_at >= :since AND scans.scanned_at < :until
    GROUP BY scans.touchpoint_id
)
SELECT
    touchpoints.code,
    touchpoints.kind,
    touchpoints.subject_id,
    coalesce(people.name, products.name, places.name, '') AS name,
    coalesce(touchpoints.store_id, '') AS store_id,
    coalesce(touchpoints.campaign_id, '') AS campaign_id,
    touchpoints.carrier,
    touchpoints.label,
    coalesce(activity.scans, 0) AS scans,
    coalesce(activity.visitors, 0) AS visitors,
    coalesce(calls.visits, 0) AS visits,
    coalesce(sales.orders, 0) AS orders,
    coalesce(activity.buyers, 0) AS buyers
FROM touchpoints
LEFT JOIN activity ON activity.touchpoint_id = touchpoints.id
LEFT JOIN calls ON calls.touchpoint_id = touchpoints.id
LEFT JOIN sales ON sales.touchpoint_id = touchpoints.id
LEFT JOIN people ON touchpoints.kind = 'person' AND people.person_id = touchpoints.subject_id
LEFT JOIN products ON touchpoints.kind = 'product' AND products.sku = touchpoints.subject_id
LEFT JOIN places ON touchpoints.kind = 'place' AND places.place_id = touchpoints.subject_id
ORDER BY activity.scans DESC, touchpoints.id

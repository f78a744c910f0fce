-- How many conversions of the period carry an id, by which of them they lead to counted scans, and to scans in their
-- window. Those with a touch lead to scans; whether the others do is looked up.
WITH identities AS (
    -- include identities: attribution/journeys.identities
),
customer_scans AS (
    -- include customer_scans: attribution/journeys.customer_scans
),
placed AS (
    -- include placed: attribution/journeys.placed
),
touched AS (
    SELECT conversion FROM placed WHERE position = 1
),
asked AS MATERIALIZED (
    SELECT
        identities.with_id, identities.said, identities.customer, identities.visitor_id, identities.scan,
        touched.conversion AS touched
    FROM identities
    LEFT JOIN touched ON touched.conversion = identities.conversion
    WHERE identities.at >= :since AND identities.at < :until
),
joined AS (
    SELECT said
    FROM asked
    WHERE touched IS NOT NULL
    UNION ALL
    SELECT said
    FROM asked
    WHERE touched IS NULL AND (
        customer IN (SELECT customer FROM customer_scans)
        OR visitor_id IN (
            SELECT visitor_id FROM scans
            WHERE verdict = 'human' AND visitor_id IN (SELECT visitor_id FROM asked WHERE touched IS NULL)
        )
        OR scan IN (
            SELECT id FROM scans WHERE verdict = 'human' AND id IN (SELECT scan FROM asked WHERE touched IS NULL)
        )
    )
),
counted AS (
    SELECT
        count(CASE said WHEN 'scan_id' THEN 1 END) AS by_scan,
        count(CASE said WHEN 'customer' THEN 1 END) AS by_customer,
        count(CASE said WHEN 'visitor' THEN 1 END) AS by_visitor
    FROM joined
)
SELECT
    carried.conversions, carried.with_id, counted.by_scan, counted.by_customer, counted.by_visitor, carried.touched
FROM (
    SELECT count(*) AS conversions, coalesce(sum(with_id), 0) AS with_id, count(touched) AS touched FROM asked
) AS carried
CROSS JOIN counted

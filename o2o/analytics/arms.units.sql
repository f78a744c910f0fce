-- How many visitors of each arm of an A/B test have so many conversions, so much money and so many scans before.
-- A visitor is of the arm of the first scan; a conversion is of who last scanned before it, :within ms at most.
WITH identities AS (
    -- include identities: attribution/journeys.identities
),
links AS (
    -- include links: attribution/journeys.links
),
legs AS (
    -- include legs: attribution/journeys.legs_orders
),
arm_scans AS MATERIALIZED (
    -- include arm_scans: analytics/arms.scans_of_rules
),
units AS (
    -- bare columns beside min() are of the row that is least
    SELECT unit, arm, min(scanned_at) AS first_at FROM arm_scans GROUP BY unit
),
payers AS (
    SELECT conversion, at, visitor_id AS unit FROM identities WHERE visitor_id IS NOT NULL
    UNION
    SELECT conversion, at, -scan FROM identities WHERE scan IS NOT NULL
    UNION
    SELECT identities.conversion, identities.at, links.visitor_id
    FROM identities
    JOIN links ON links.customer = identities.customer
    WHERE links.visitor_id IS NOT NULL AND links.customers <= :shared
),
joined AS (
    SELECT payers.conversion, arm_scans.unit, max(arm_scans.scanned_at) AS scanned_at
    FROM payers
    JOIN arm_scans ON arm_scans.unit = payers.unit
        AND arm_scans.scanned_at <= payers.at AND arm_scans.scanned_at > payers.at - :within
    GROUP BY payers.conversion
),
earned AS (
    SELECT conversion, sum(delta) AS conversions, sum(sign * amount) AS amount FROM legs GROUP BY conversion
),
brought AS (
    SELECT joined.unit, sum(earned.conversions) AS conversions, sum(earned.amount) AS amount
    FROM joined
    JOIN earned ON earned.conversion = joined.conversion
    GROUP BY joined.unit
),
known AS (
    SELECT units.unit, count(*) AS scans
    FROM units
    JOIN scans ON scans.visitor_id = units.unit AND scans.scanned_at < :first AND scans.scanned_at >= :before
    WHERE scans.verdict = 'human'
    GROUP BY units.unit
)
SELECT
    units.arm,
    coalesce(brought.conversions, 0) AS conversions,
    coalesce(brought.amount, 0) AS amount,
    coalesce(known.scans, 0) AS past,
    count(*) AS units
FROM units
LEFT JOIN brought ON brought.unit = units.unit
LEFT JOIN known ON known.unit = units.unit
GROUP BY 1, 2, 3, 4

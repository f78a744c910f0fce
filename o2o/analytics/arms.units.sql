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
    SELECT unit, arm
    FROM (SELECT unit, arm, row_number() OVER (PARTITION BY unit ORDER BY scanned_at, id) AS place FROM arm_scans)
    WHERE place = 1
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
    SELECT conversion, unit
    FROM (
        SELECT
            payers.conversion,
            arm_scans.unit,
            row_number() OVER (
                PARTITION BY payers.conversion ORDER BY arm_scans.scanned_at DESC, arm_scans.id DESC
            ) AS place
        FROM payers
        JOIN arm_scans ON arm_scans.unit = payers.unit
            AND arm_scans.scanned_at <= payers.at AND arm_scans.scanned_at > payers.at - :within
    )
    WHERE place = 1
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

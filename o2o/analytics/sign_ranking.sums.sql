-- What each key brought and how often it was scanned, and the squares of both by owner.
WITH parts AS (
    SELECT
        credits.key,
        owners.owner,
        CAST(credits.delta * credits.weight AS REAL) / credits.total AS credit,
        CAST(credits.money AS REAL) AS money,
        0.0 AS scans
    FROM (
        -- include credits: attribution/models.split_evenly
    ) AS credits
    JOIN (
        -- include owners: attribution/journeys.owners
    ) AS owners ON owners.conversion = credits.conversion
    UNION ALL
    SELECT key, conversion, 0.0, 0.0, 1.0
    FROM (
        -- include scanned: attribution/journeys.keyed
    ) AS scanned
),
cells AS (
    SELECT
        key,
        owner,
        sum(CAST(credit AS REAL)) AS credit,
        sum(CAST(money AS REAL)) AS money,
        sum(CAST(scans AS REAL)) AS scans
    FROM parts
    GROUP BY key, owner
)
SELECT
    key,
    count(*) AS owners,
    sum(CAST(credit AS REAL)) AS credit,
    sum(CAST(money AS REAL)) AS money,
    sum(CAST(scans AS REAL)) AS scans,
    sum(CAST(credit AS REAL) * credit) AS credit_squares,
    sum(CAST(money AS REAL) * money) AS money_squares,
    sum(CAST(scans AS REAL) * scans) AS scan_squares,
    sum(CAST(credit AS REAL) * scans) AS credit_scans,
    sum(CAST(money AS REAL) * scans) AS money_scans
FROM cells
GROUP BY key

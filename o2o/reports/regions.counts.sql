-- Counted scans of the period by where their networks are, "country|region|city" and perhaps a position, :depth deep.
WITH texts AS MATERIALIZED (
    SELECT DISTINCT region FROM scans
    WHERE verdict = 'human' AND scanned_at >= :since AND scanned_at < :until
),
parts (region, country, rest) AS (
    SELECT region, substr(region, 1, instr(region || '|', '|') - 1), substr(region || '|||', instr(region || '|', '|') + 1)
    FROM texts
),
places AS MATERIALIZED (
    SELECT
        region AS text,
        country,
        CASE WHEN :depth > 1 THEN substr(rest, 1, instr(rest, '|') - 1) ELSE '' END AS region,
        CASE WHEN :depth > 2 THEN
            substr(substr(rest, instr(rest, '|') + 1), 1, instr(substr(rest, instr(rest, '|') + 1), '|') - 1)
        ELSE '' END AS city
    FROM parts
)
SELECT
    places.country,
    places.region,
    places.city,
    count(*) AS scans,
    count(DISTINCT scans.visitor_id) AS visitors,
    sum(scans.note = 'remote') AS remote
FROM scans
INNER JOIN places ON places.text = scans.region
WHERE scans.verdict = 'human' AND scans.scanned_at >= :since AND scans.scanned_at < :until
GROUP BY places.country, places.region, places.city
ORDER BY scans DESC, places.country, places.region, places.city

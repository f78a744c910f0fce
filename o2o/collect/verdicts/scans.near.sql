-- Which of the visitors in :spans (visitor, since, until) have two scans no more than :near ms apart, as far as one of
-- them lies in the span. What is beyond the visitor's allowance is not compared.
WITH asked AS (
    SELECT
        json_extract(value, '$[0]') AS visitor_id,
        json_extract(value, '$[1]') - :near AS since,
        json_extract(value, '$[2]') + :near AS until
    FROM json_each(:spans)
),
series AS (
    SELECT
        scans.visitor_id,
        scans.scanned_at,
        lag(scans.scanned_at) OVER (PARTITION BY scans.visitor_id ORDER BY scans.scanned_at) AS before
    FROM asked
    CROSS JOIN scans INDEXED BY scans_by_series
        ON scans.visitor_id = asked.visitor_id
        AND scans.scanned_at BETWEEN asked.since AND asked.until
        AND scans.signals & 8 = 0
)
SELECT DISTINCT visitor_id FROM series WHERE scanned_at - before <= :near

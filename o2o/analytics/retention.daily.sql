-- How many counted scans are of visitors who are other ones tomorrow, as nothing tells them again (16: a cookie, 32: named).
SELECT
    count(*) AS scans,
    sum(CASE WHEN source <> 'csv' AND (signals & 48) = 0 THEN 1 ELSE 0 END) AS daily
FROM scans
WHERE verdict = 'human' AND visitor_id IS NOT NULL

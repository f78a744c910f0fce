-- When anybody last did anything.
SELECT CASE WHEN acts.at > scans.at THEN acts.at ELSE scans.at END AS at
FROM (SELECT coalesce(max(scanned_at), 0) AS at FROM scans WHERE verdict = 'human') AS scans
CROSS JOIN (
    SELECT coalesce(max(at), 0) AS at
    FROM (
        -- include acts: analytics/people.acts
    ) AS acts
) AS acts

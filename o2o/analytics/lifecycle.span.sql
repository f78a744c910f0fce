-- From when to when something that counts happened.
SELECT min(at) AS first_at, max(at) AS last_at
FROM (
    SELECT scanned_at AS at FROM scans WHERE verdict = 'human' AND visitor_id IS NOT NULL AND scanned_at < :until AND :scans = 1
    UNION ALL
    SELECT at
    FROM (
        -- include acts: analytics/people.acts
    ) AS acts
    WHERE act = 'order' AND at < :until AND :orders = 1
) AS times

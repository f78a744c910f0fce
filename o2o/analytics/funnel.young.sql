-- How many units scanned so late that their next steps may still come, and when something last happened.
WITH last_act AS (
    SELECT CASE WHEN acts.at > scans.at THEN acts.at ELSE scans.at END AS at
    FROM (SELECT coalesce(max(scanned_at), 0) AS at FROM scans WHERE verdict = 'human') AS scans
    CROSS JOIN (
        SELECT coalesce(max(at), 0) AS at
        FROM (
            -- include acts: analytics/people.acts
        ) AS acts
    ) AS acts
)
SELECT count(*) AS young
FROM (
    -- include firsts: analytics/funnel.firsts_in_all
) AS firsts
CROSS JOIN last_act
WHERE firsts.at > last_act.at - :window

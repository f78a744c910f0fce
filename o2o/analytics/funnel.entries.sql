-- Who scanned what, and when: the first step.
SELECT conversion AS unit, key, scanned_at AS at
FROM (
    -- include keyed: attribution/journeys.keyed
) AS keyed

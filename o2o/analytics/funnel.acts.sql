-- Who did one of two acts, and when.
SELECT unit, at
FROM (
    -- include acts: analytics/people.acts
) AS acts
WHERE act IN (:act, :or_act)

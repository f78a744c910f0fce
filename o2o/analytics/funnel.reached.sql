-- When units reached a step: by an act at most :window after they had reached the step before it, and at least :later.
SELECT DISTINCT before.unit, before.key, acts.at
FROM (
    -- include before: analytics/funnel.entries
) AS before
JOIN (
    -- include acts: analytics/people.acts
) AS acts ON acts.unit = before.unit AND acts.at >= before.at + :later AND acts.at <= before.at + :window
WHERE acts.act IN (:act, :or_act)

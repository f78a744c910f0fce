-- Who did a step at least :times in the period, whatever came first, of those who did the step before it.
SELECT before.unit, before.key, min(acts.at) AS at
FROM (
    -- include before: analytics/funnel.firsts
) AS before
JOIN (
    -- include acts: analytics/people.acts
) AS acts ON acts.unit = before.unit
WHERE acts.act IN (:act, :or_act) AND acts.at >= :since AND acts.at < :until
GROUP BY before.unit, before.key
HAVING count(*) >= :times

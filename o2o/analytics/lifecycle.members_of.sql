-- The members in a stage who weren't in it, nor in :or_stage, before; all of them where :slipped is 0; the dearest first.
SELECT members.customer, staged.days, staged.last, staged.amount, staged.orders, staged.stage_before
FROM (
    -- include staged: analytics/lifecycle.staged
) AS staged
JOIN (
    -- include members: analytics/people.members
) AS members ON members.unit = staged.unit
WHERE staged.stage = :stage AND (:slipped = 0 OR staged.stage_before NOT IN (:stage, :or_stage))
ORDER BY staged.amount DESC, members.customer
LIMIT :most

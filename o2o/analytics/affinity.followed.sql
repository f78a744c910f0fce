-- Who bought what within :window after scanning what, each once.
SELECT DISTINCT scanned.unit, scanned.item AS one, bought.item AS other
FROM (
    -- include scanned: analytics/affinity.scanned
) AS scanned
JOIN (
    -- include bought: analytics/affinity.bought
) AS bought ON bought.unit = scanned.unit
WHERE bought.at >= scanned.at AND bought.at <= scanned.at + :window

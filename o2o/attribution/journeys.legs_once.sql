-- What visits and registrations of a period do to conversions: each adds itself; no money, no refunds.
SELECT conversion, 0 AS part, 1 AS sign, 0 AS amount, 1 AS delta
FROM (
    -- include conversions: attribution/journeys.conversions_registrations
) AS conversions
WHERE at >= :since AND at < :until

-- Who each journey that led to nothing is by, as a number that is the same for who converted, too (journeys.owners).
SELECT conversion, min(owner) AS owner
FROM (
    -- include idle_touches: attribution/models.idle_touches
) AS idle
GROUP BY conversion

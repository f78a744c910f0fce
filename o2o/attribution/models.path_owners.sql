-- Who each journey that converted is by.
SELECT conversion, owner
FROM (
    -- include owners: attribution/journeys.owners
) AS owners

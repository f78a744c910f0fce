-- The numbers and the names of members.
SELECT unit, customer
FROM (
    -- include members: analytics/people.members
) AS members

-- The unit and the local day of each counted scan in one number; when on that day it was and which it was in another, so
-- that of two in the same millisecond the one that was imported first is the first; and of what it was.
SELECT unit_day, time * :scans + scan AS moment, mark
FROM (
    -- include days: analytics/unit_days.scans
) AS days

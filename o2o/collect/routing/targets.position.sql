-- How far the file has been changed, of what a server reads.
SELECT
    (SELECT version FROM serving) AS version,
    coalesce((SELECT max(id) FROM touchpoints), 0) AS touchpoint,
    coalesce((SELECT max(id) FROM touchpoint_changes), 0) AS change

-- From when to when there are counted scans, and the largest number of a touchpoint.
SELECT scans.first_at, scans.last_at, marks.last_mark
FROM (SELECT min(scanned_at) AS first_at, max(scanned_at) AS last_at FROM scans WHERE verdict = 'human') AS scans
CROSS JOIN (SELECT coalesce(max(id), 0) AS last_mark FROM touchpoints) AS marks

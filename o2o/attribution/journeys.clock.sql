-- How far local clocks are ahead of UTC, by zone ('': the chain's own) and from when until when; here all show UTC.
SELECT DISTINCT timezone AS zone, 0 AS since, 4611686018427387904 AS until, 0 AS shift FROM stores
UNION
SELECT '', 0, 4611686018427387904, 0

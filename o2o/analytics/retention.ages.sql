-- After how many days it is asked who came back; here after one.
SELECT 1 AS age

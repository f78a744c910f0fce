-- How far local clocks are ahead of UTC at scanned_at; here not at all.
SELECT 0

-- What counters at the door counted in a period.
SELECT store_id, counted_from AS start, counted_to AS end, count
FROM traffic
WHERE counted_from < :until AND counted_to > :since

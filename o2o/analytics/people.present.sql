-- What there is in the shop besides scans and orders.
SELECT
    (SELECT count(*) FROM page_views WHERE event = 'view') AS views,
    (SELECT count(*) FROM page_views WHERE event = 'registration') AS registrations,
    (SELECT count(*) FROM redemptions) AS redemptions

-- What each key of a level is called and, for a touchpoint, what it stands for today.
WITH subjects AS (
    SELECT 'person' AS kind, person_id AS subject_id, name, store_id, '' AS carrier FROM people
    UNION ALL
    SELECT 'product', sku, name, NULL, '' FROM products
    UNION ALL
    SELECT 'place', place_id, name, store_id, carrier FROM places
)
SELECT kind, subject_id AS key, name, subject_id, store_id, NULL AS campaign_id, carrier
FROM subjects
WHERE kind = :by
UNION ALL
SELECT '', store_id, name, '', store_id, NULL, '' FROM stores WHERE :by = 'store'
UNION ALL
SELECT '', campaign_id, name, '', NULL, campaign_id, '' FROM campaigns WHERE :by = 'campaign'
UNION ALL
SELECT
    touchpoints.kind, touchpoints.code, subjects.name, touchpoints.subject_id, touchpoints.store_id,
    touchpoints.campaign_id, touchpoints.carrier
FROM touchpoints
LEFT JOIN subjects ON subjects.kind = touchpoints.kind AND subjects.subject_id = touchpoints.subject_id
WHERE :by = 'touchpoint'

-- The touchpoints in use (those of campaigns that are over aren't), where each is found, and since when it stands for what it does.
WITH spots AS (
    SELECT store_id, sku, min(valid_from) AS valid_from, aisle, bay
    FROM assortment
    WHERE valid_from <= :now AND (valid_to IS NULL OR valid_to > :now)
    GROUP BY store_id, sku
)
SELECT
    touchpoints.id,
    touchpoints.code,
    touchpoints.kind,
    touchpoints.subject_id,
    coalesce(people.name, products.name, places.name, '') AS name,
    coalesce(touchpoints.store_id, '') AS store_id,
    coalesce(stores.name, '') AS store_name,
    coalesce(stores.timezone, '') AS timezone,
    coalesce(nullif(places.zone, ''), nullif(trim(spots.aisle || ' ' || spots.bay), ''), '') AS zone,
    coalesce(places.walk_order, aisles.walk_order) AS walk_order,
    touchpoints.carrier,
    touchpoints.label,
    max(touchpoints.minted_at, period.valid_from) AS starts_at
FROM touchpoints
JOIN touchpoint_periods AS period ON period.touchpoint_id = touchpoints.id AND period.valid_to IS NULL
LEFT JOIN stores ON stores.store_id = touchpoints.store_id
LEFT JOIN campaigns ON campaigns.campaign_id = touchpoints.campaign_id
LEFT JOIN people ON touchpoints.kind = 'person' AND people.person_id = touchpoints.subject_id
LEFT JOIN products ON touchpoints.kind = 'product' AND products.sku = touchpoints.subject_id
LEFT JOIN places ON touchpoints.kind = 'place' AND places.place_id = touchpoints.subject_id
LEFT JOIN spots
    ON touchpoints.kind = 'product' AND spots.store_id = touchpoints.store_id AND spots.sku = touchpoints.subject_id
LEFT JOIN aisles ON aisles.store_id = spots.store_id AND aisles.aisle = spots.aisle
WHERE (touchpoints.retired_at IS NULL OR touchpoints.retired_at > :now)
    AND (campaigns.ends_at IS NULL OR campaigns.ends_at > :now)
    AND (stores.retired_at IS NULL OR stores.retired_at > :now)
ORDER BY touchpoints.id

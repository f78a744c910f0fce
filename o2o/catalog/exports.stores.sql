SELECT store_id, name, city, timezone, gln, latitude, longitude, hours, extra, retired_at
FROM stores
WHERE retired_at IS NULL OR retired_at > :at OR :retired
ORDER BY store_id

SELECT aisles.store_id, aisle, walk_order, aisles.name, stores.retired_at
FROM aisles
JOIN stores ON stores.store_id = aisles.store_id
WHERE stores.retired_at IS NULL OR stores.retired_at > :at OR :retired
ORDER BY aisles.store_id, walk_order, aisle

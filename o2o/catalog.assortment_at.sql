-- What a store carries at an instant, where, and at which price: its own pair of prices, else the chain's.
SELECT
    product.sku,
    product.name,
    product.gtin,
    product.spec,
    product.unit,
    product.origin,
    product.category,
    coalesce(item.price, product.price) AS price,
    CASE WHEN item.price IS NULL THEN coalesce(item.member_price, product.member_price)
        ELSE item.member_price END AS member_price,
    item.aisle,
    item.bay,
    item.shelf
FROM assortment AS item
JOIN products AS product USING (sku)
WHERE item.store_id = :store_id AND item.valid_from <= :at AND (item.valid_to IS NULL OR item.valid_to > :at)
ORDER BY item.aisle, item.bay, item.shelf, product.sku

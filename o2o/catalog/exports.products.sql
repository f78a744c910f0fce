SELECT
    sku, name, gtin, spec, unit, origin, category, price, member_price,
    pack_quantity, cost_price, net_content, net_unit, extra, retired_at
FROM products
WHERE retired_at IS NULL OR retired_at > :at OR :retired
ORDER BY sku

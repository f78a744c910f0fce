-- The department of each product.
SELECT sku, category FROM products

-- Products of the :categories (JSON list) and of those below them: 食品/乳品 lies below 食品; / > \ | › » or - separate.
SELECT sku
FROM products
JOIN json_each(:categories)
WHERE substr(category, 1, length(value)) = value
    AND instr('/>\|›»-', substr(ltrim(substr(category, length(value) + 1)), 1, 1)) > 0

-- Who bought what, and when: products, or (:bought) departments.
SELECT
    coalesce(members.unit, owners.unit, identities.visitor_id) AS unit,
    CASE :bought WHEN 'department' THEN products.category ELSE order_lines.sku END AS item,
    identities.at
FROM (
    -- include identities: attribution/journeys.identities
) AS identities
JOIN order_lines ON order_lines.order_row = identities.conversion
LEFT JOIN products ON products.sku = order_lines.sku
LEFT JOIN (
    -- include members: analytics/people.members
) AS members ON members.customer = coalesce(identities.customer, identities.own)
LEFT JOIN (
    -- include visitors_of: analytics/people.owners
) AS owners ON owners.visitor_id = identities.visitor_id
WHERE identities.at >= :since AND identities.at < :until + :window
    AND coalesce(members.unit, identities.visitor_id) IS NOT NULL
    AND coalesce(CASE :bought WHEN 'department' THEN products.category ELSE order_lines.sku END, '') <> ''

-- Whose scans each conversion may be credited to: those of a customer (of all visitors that are his alone or of a few),
-- else of a visitor, and the one scan that it names where no visitor stands for it. Without a customer of its own it has
-- the only customer of its visitor. A visitor of more than :shared customers joins nothing but the one scan, a card of
-- too many orders a day nothing; own is the customer whom a conversion names, unless it is such a card. since is how
-- early a scan may be; :every asks for conversions of other periods, too.
WITH links AS (
    -- include links: attribution/journeys.links
),
busy AS (
    -- include busy: attribution/journeys.busy
),
conversions AS (
    -- include conversions: attribution/journeys.conversions_orders
),
legs AS (
    -- include legs: attribution/journeys.legs_orders
),
owners AS MATERIALIZED (
    SELECT visitor, min(customer) AS customer, max(customers) AS customers
    FROM links
    GROUP BY visitor
),
named AS (
    SELECT
        conversions.conversion,
        conversions.at,
        conversions.sku,
        CASE
            WHEN coalesce(conversions.scan_id, conversions.customer, conversions.visitor) IS NULL THEN 0
            ELSE 1
        END AS with_id,
        scans.id AS scan,
        CASE WHEN scans.id IS NOT NULL AND scans.visitor_id IS NULL THEN 1 ELSE 0 END AS anonymous,
        CASE WHEN owners.customers > :shared THEN 1 ELSE 0 END AS shared,
        coalesce(clickers.visitor, conversions.visitor) AS visitor,
        CASE WHEN busy.customer IS NULL THEN conversions.customer END AS own,
        CASE WHEN owners.customers = 1 THEN owners.customer END AS sole
    FROM conversions
    LEFT JOIN busy ON busy.customer = conversions.customer
    LEFT JOIN scans ON scans.scan_id = conversions.scan_id AND scans.scan_id IS NOT NULL
    LEFT JOIN visitors AS clickers ON clickers.id = scans.visitor_id
    LEFT JOIN owners ON owners.visitor = coalesce(clickers.visitor, conversions.visitor)
    WHERE :every = 1 OR conversions.conversion IN (SELECT conversion FROM legs)
)
SELECT
    named.conversion,
    named.at,
    named.at - :window AS since,
    named.sku,
    named.with_id,
    CASE
        WHEN named.scan IS NOT NULL THEN 'scan_id'
        WHEN named.own IS NOT NULL THEN 'customer'
        ELSE 'visitor'
    END AS said,
    named.own,
    CASE WHEN named.scan IS NULL OR named.shared = 0 THEN coalesce(named.own, named.sole) END AS customer,
    CASE WHEN named.own IS NULL AND named.sole IS NULL AND named.shared = 0 THEN visitors.id END AS visitor_id,
    CASE WHEN named.shared = 1 OR named.anonymous = 1 THEN named.scan END AS scan
FROM named
LEFT JOIN visitors ON visitors.visitor = named.visitor

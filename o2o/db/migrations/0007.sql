-- Attribution: what else is worth crediting, and what a report was made from.

-- Redeemed coupons (核销) as coupon systems tell; serial: the coupon's own number, once redeemed in one store.
CREATE TABLE redemptions (
    id INTEGER PRIMARY KEY,
    serial TEXT NOT NULL UNIQUE,
    redeemed_at INTEGER NOT NULL,
    store_id TEXT REFERENCES stores,
    customer TEXT,
    visitor TEXT,
    scan_id TEXT,
    order_id TEXT NOT NULL DEFAULT '',
    value INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX redemptions_by_time ON redemptions (redeemed_at);

CREATE INDEX redemptions_by_customer ON redemptions (customer) WHERE customer IS NOT NULL;

-- Who is to be forgotten, and whose journeys late scans touch, is looked up by visitor and by click id.
CREATE INDEX redemptions_by_visitor ON redemptions (visitor) WHERE visitor IS NOT NULL;

CREATE INDEX redemptions_by_scan ON redemptions (scan_id) WHERE scan_id IS NOT NULL;

CREATE INDEX orders_by_visitor ON orders (visitor) WHERE visitor IS NOT NULL;

CREATE INDEX orders_by_scan ON orders (scan_id) WHERE scan_id IS NOT NULL;

-- What was taken in or taken back, as a chain: chain is the digest of the chain before it and of this batch.
CREATE TABLE batches (
    id INTEGER PRIMARY KEY,
    taken_at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    file TEXT NOT NULL DEFAULT '',
    content_rows INTEGER NOT NULL,
    content BLOB NOT NULL,
    chain BLOB NOT NULL
) STRICT;

-- Reports that are gone on with: a later run finds what is new or has changed, and reopens what that touches.
-- scans … change: how far the file was filled; watched: changes of scans up to this one are logged (all, during a run);
-- facts: the sums that the report was made from, compressed JSON.
CREATE TABLE kept_reports (
    question BLOB PRIMARY KEY,
    kept_at INTEGER NOT NULL,
    watched INTEGER NOT NULL,
    scans INTEGER NOT NULL,
    orders INTEGER NOT NULL,
    redemptions INTEGER NOT NULL,
    page_views INTEGER NOT NULL,
    change INTEGER NOT NULL,
    facts BLOB
) STRICT;

-- Rows as they were before they changed (JSON), while reports are kept; name '*': what no report can be gone on after.
CREATE TABLE row_changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    changed_row INTEGER NOT NULL DEFAULT 0,
    before TEXT NOT NULL
) STRICT;

CREATE INDEX row_changes_by_name ON row_changes (name);

CREATE TRIGGER scans_update_kept AFTER UPDATE ON scans
WHEN old.id <= (SELECT max(watched) FROM kept_reports)
BEGIN
    INSERT INTO row_changes (name, changed_row, before) VALUES ('scans', old.id, json_object(
        'id', old.id, 'scanned_at', old.scanned_at, 'code', old.code, 'touchpoint_id', old.touchpoint_id,
        'visitor_id', old.visitor_id, 'verdict', old.verdict, 'reason', old.reason, 'note', old.note,
        'scan_id', old.scan_id, 'source', old.source, 'signals', old.signals, 'region', old.region
    ));
END;

CREATE TRIGGER orders_update_kept AFTER UPDATE ON orders
WHEN EXISTS (SELECT 1 FROM kept_reports)
BEGIN
    INSERT INTO row_changes (name, changed_row, before) VALUES ('orders', old.id, json_object(
        'id', old.id, 'order_id', old.order_id, 'store_id', old.store_id, 'ordered_at', old.ordered_at,
        'customer', old.customer, 'visitor', old.visitor, 'scan_id', old.scan_id, 'amount', old.amount,
        'refund_of', old.refund_of, 'channel', old.channel
    ));
END;

CREATE TRIGGER redemptions_update_kept AFTER UPDATE ON redemptions
WHEN EXISTS (SELECT 1 FROM kept_reports)
BEGIN
    INSERT INTO row_changes (name, changed_row, before) VALUES ('redemptions', old.id, json_object(
        'id', old.id, 'serial', old.serial, 'redeemed_at', old.redeemed_at, 'store_id', old.store_id,
        'customer', old.customer, 'visitor', old.visitor, 'scan_id', old.scan_id, 'order_id', old.order_id,
        'value', old.value
    ));
END;

CREATE TRIGGER page_views_update_kept AFTER UPDATE ON page_views
WHEN EXISTS (SELECT 1 FROM kept_reports)
BEGIN
    INSERT INTO row_changes (name, changed_row, before) VALUES ('page_views', old.id, json_object(
        'id', old.id, 'viewed_at', old.viewed_at, 'event', old.event, 'page', old.page, 'visitor_id', old.visitor_id,
        'customer', old.customer, 'scan_id', old.scan_id
    ));
END;

CREATE TRIGGER visitor_customers_insert_kept AFTER INSERT ON visitor_customers
WHEN EXISTS (SELECT 1 FROM kept_reports)
BEGIN
    INSERT INTO row_changes (name, changed_row, before)
    VALUES ('visitor_customers', new.visitor_id, json_object('visitor_id', new.visitor_id, 'customer', new.customer));
END;

CREATE TRIGGER visitor_customers_update_kept AFTER UPDATE ON visitor_customers
WHEN old.source <> new.source AND EXISTS (SELECT 1 FROM kept_reports)
BEGIN INSERT INTO row_changes (name, before) VALUES ('*', 'a link of a visitor to a customer has changed'); END;

CREATE TRIGGER visitor_customers_delete_kept AFTER DELETE ON visitor_customers
WHEN EXISTS (SELECT 1 FROM kept_reports)
BEGIN INSERT INTO row_changes (name, before) VALUES ('*', 'a visitor or a customer was forgotten'); END;

CREATE TRIGGER visitors_update_kept AFTER UPDATE ON visitors
WHEN EXISTS (SELECT 1 FROM kept_reports)
BEGIN INSERT INTO row_changes (name, before) VALUES ('*', 'a visitor was forgotten'); END;

CREATE TRIGGER scans_delete_kept AFTER DELETE ON scans
WHEN EXISTS (SELECT 1 FROM kept_reports)
BEGIN INSERT INTO row_changes (name, before) VALUES ('*', 'scans were imported anew'); END;

CREATE TRIGGER orders_delete_kept AFTER DELETE ON orders
WHEN EXISTS (SELECT 1 FROM kept_reports)
BEGIN INSERT INTO row_changes (name, before) VALUES ('*', 'an order was deleted'); END;

CREATE TRIGGER redemptions_delete_kept AFTER DELETE ON redemptions
WHEN EXISTS (SELECT 1 FROM kept_reports)
BEGIN INSERT INTO row_changes (name, before) VALUES ('*', 'a redemption was deleted'); END;

CREATE TRIGGER page_views_delete_kept AFTER DELETE ON page_views
WHEN EXISTS (SELECT 1 FROM kept_reports)
BEGIN INSERT INTO row_changes (name, before) VALUES ('*', 'a page view was deleted'); END;

CREATE TRIGGER order_lines_insert_kept AFTER INSERT ON order_lines
WHEN new.order_row <= (SELECT max(orders) FROM kept_reports)
BEGIN INSERT INTO row_changes (name, before) VALUES ('lines', 'lines of earlier orders were imported'); END;

CREATE TRIGGER order_lines_delete_kept AFTER DELETE ON order_lines
WHEN old.order_row <= (SELECT max(orders) FROM kept_reports)
BEGIN INSERT INTO row_changes (name, before) VALUES ('lines', 'lines of earlier orders were imported'); END;

CREATE TRIGGER touchpoint_periods_insert_kept AFTER INSERT ON touchpoint_periods
WHEN EXISTS (SELECT 1 FROM kept_reports) AND EXISTS (
    SELECT 1 FROM touchpoint_periods WHERE touchpoint_id = new.touchpoint_id AND valid_from <> new.valid_from
)
BEGIN INSERT INTO row_changes (name, before) VALUES ('*', 'a touchpoint was moved'); END;

CREATE TRIGGER touchpoint_periods_update_kept
AFTER UPDATE OF subject_id, store_id, campaign_id, carrier, valid_from, valid_to ON touchpoint_periods
WHEN EXISTS (SELECT 1 FROM kept_reports)
BEGIN INSERT INTO row_changes (name, before) VALUES ('*', 'a touchpoint was moved'); END;

CREATE TRIGGER touchpoint_periods_delete_kept AFTER DELETE ON touchpoint_periods
WHEN EXISTS (SELECT 1 FROM kept_reports)
BEGIN INSERT INTO row_changes (name, before) VALUES ('*', 'a touchpoint was moved'); END;

CREATE TRIGGER stores_update_kept AFTER UPDATE OF city, timezone ON stores
WHEN (old.city <> new.city OR old.timezone <> new.timezone) AND EXISTS (SELECT 1 FROM kept_reports)
BEGIN INSERT INTO row_changes (name, before) VALUES ('*', 'a store has another city or time zone'); END;

CREATE TRIGGER products_update_kept AFTER UPDATE OF category ON products
WHEN old.category <> new.category AND EXISTS (SELECT 1 FROM kept_reports)
BEGIN INSERT INTO row_changes (name, before) VALUES ('*', 'a product has another category'); END;

CREATE TRIGGER places_update_kept AFTER UPDATE OF zone ON places
WHEN old.zone <> new.zone AND EXISTS (SELECT 1 FROM kept_reports)
BEGIN INSERT INTO row_changes (name, before) VALUES ('*', 'a place has another zone'); END;

CREATE TRIGGER people_update_kept AFTER UPDATE OF role ON people
WHEN old.role <> new.role AND EXISTS (SELECT 1 FROM kept_reports)
BEGIN INSERT INTO row_changes (name, before) VALUES ('*', 'a person has another role'); END;

CREATE TRIGGER assignments_insert_kept AFTER INSERT ON assignments
WHEN EXISTS (SELECT 1 FROM kept_reports) AND EXISTS (
    SELECT 1 FROM assignments
    WHERE kind = new.kind AND subject_id = new.subject_id AND valid_from <> new.valid_from
)
BEGIN INSERT INTO row_changes (name, before) VALUES ('*', 'a person or a place has moved'); END;

CREATE TRIGGER assignments_update_kept AFTER UPDATE OF valid_from, valid_to, zone, role ON assignments
WHEN EXISTS (SELECT 1 FROM kept_reports)
BEGIN INSERT INTO row_changes (name, before) VALUES ('*', 'a person or a place has moved'); END;

CREATE TRIGGER assignments_delete_kept AFTER DELETE ON assignments
WHEN EXISTS (SELECT 1 FROM kept_reports)
BEGIN INSERT INTO row_changes (name, before) VALUES ('*', 'a person or a place has moved'); END;

-- Which orders and coupons belong to one, and which scans of a visitor are beyond his allowance.
CREATE INDEX orders_by_sale ON orders (refund_of, coalesce(store_id, '')) WHERE refund_of IS NOT NULL;

CREATE INDEX redemptions_by_order ON redemptions (order_id, coalesce(store_id, '')) WHERE order_id <> '';

CREATE INDEX page_views_by_scan ON page_views (scan_id) WHERE scan_id IS NOT NULL;

CREATE INDEX scans_flooding ON scans (visitor_id) WHERE signals & 8 <> 0;

CREATE INDEX orders_paying_back ON orders (ordered_at) WHERE amount < 0;

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

-- The catalogue remembers: each import is a unit that can be told and undone, and what holds for a while has dates.

-- One table taken in: a file, or a sheet of one. whole: the file was said to be complete.
CREATE TABLE imports (
    id INTEGER PRIMARY KEY,
    imported_at INTEGER NOT NULL,
    file TEXT NOT NULL,
    sheet TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL,
    whole INTEGER NOT NULL DEFAULT 0 CHECK (whole IN (0, 1)),
    new INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    retired INTEGER NOT NULL DEFAULT 0,
    rejected INTEGER NOT NULL DEFAULT 0,
    undone_at INTEGER
) STRICT;

-- A row of a table (kind) as it was before an import changed or removed it: JSON of its key and of all its columns.
-- A row that an import added is known by its import_id alone.
CREATE TABLE catalog_changes (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    import_id INTEGER NOT NULL REFERENCES imports,
    before TEXT NOT NULL,
    PRIMARY KEY (import_id, kind, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX catalog_changes_by_row ON catalog_changes (kind, key);

-- How the tables of one source are read, kept by name: header row, sheet, and what its columns mean (JSON).
CREATE TABLE import_mappings (
    name TEXT PRIMARY KEY,
    mapping TEXT NOT NULL
) STRICT;

-- extra: columns that only the merchant has (JSON object of texts); import_id: the import that wrote the row last.
-- gln, gsrn, giai, gcn: keys of GS1 for stores and places, people, fixtures, coupons.
ALTER TABLE stores ADD COLUMN gln TEXT NOT NULL DEFAULT '';
ALTER TABLE stores ADD COLUMN extra TEXT NOT NULL DEFAULT '{}';
ALTER TABLE stores ADD COLUMN retired_at INTEGER;
ALTER TABLE stores ADD COLUMN import_id INTEGER;

ALTER TABLE people ADD COLUMN gsrn TEXT NOT NULL DEFAULT '';
ALTER TABLE people ADD COLUMN extra TEXT NOT NULL DEFAULT '{}';
ALTER TABLE people ADD COLUMN retired_at INTEGER;
ALTER TABLE people ADD COLUMN import_id INTEGER;

-- price, member_price, gtin: as the master said them last; what holds on a day is in prices, each barcode in barcodes.
ALTER TABLE products ADD COLUMN cost_price INTEGER;
ALTER TABLE products ADD COLUMN net_content REAL;
ALTER TABLE products ADD COLUMN net_unit TEXT NOT NULL DEFAULT '';
ALTER TABLE products ADD COLUMN pack_quantity TEXT NOT NULL DEFAULT '';
ALTER TABLE products ADD COLUMN extra TEXT NOT NULL DEFAULT '{}';
ALTER TABLE products ADD COLUMN retired_at INTEGER;
ALTER TABLE products ADD COLUMN import_id INTEGER;

-- walk_order: the place's turn on the customers' way through the store.
ALTER TABLE places ADD COLUMN walk_order INTEGER;
ALTER TABLE places ADD COLUMN gln TEXT NOT NULL DEFAULT '';
ALTER TABLE places ADD COLUMN giai TEXT NOT NULL DEFAULT '';
ALTER TABLE places ADD COLUMN extra TEXT NOT NULL DEFAULT '{}';
ALTER TABLE places ADD COLUMN retired_at INTEGER;
ALTER TABLE places ADD COLUMN import_id INTEGER;

-- What a campaign is to reach: goal says what is counted (visits, orders: a number; revenue: minor units).
ALTER TABLE campaigns ADD COLUMN goal TEXT NOT NULL DEFAULT '';
ALTER TABLE campaigns ADD COLUMN target INTEGER;
ALTER TABLE campaigns ADD COLUMN gcn TEXT NOT NULL DEFAULT '';
ALTER TABLE campaigns ADD COLUMN extra TEXT NOT NULL DEFAULT '{}';
ALTER TABLE campaigns ADD COLUMN retired_at INTEGER;
ALTER TABLE campaigns ADD COLUMN import_id INTEGER;

-- Each barcode of a product as given, in the order of its cell; number: the same for all its spellings ('' for none);
-- form: what kind of number it is (ean13, isbn13, in_store, plu, …).
CREATE TABLE barcodes (
    sku TEXT NOT NULL REFERENCES products,
    barcode TEXT NOT NULL,
    number TEXT NOT NULL,
    position INTEGER NOT NULL,
    pack_quantity INTEGER NOT NULL DEFAULT 1 CHECK (pack_quantity > 0),
    form TEXT NOT NULL,
    import_id INTEGER,
    PRIMARY KEY (sku, barcode)
) STRICT, WITHOUT ROWID;

CREATE INDEX barcodes_by_number ON barcodes (number);

-- Prices of the chain (store_id '') and of stores with their days: what the master said since when, and price lists.
-- An empty amount says nothing. Which of several holds: see prices.in_force.sql.
CREATE TABLE prices (
    sku TEXT NOT NULL REFERENCES products,
    store_id TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('master', 'list')),
    price INTEGER,
    member_price INTEGER,
    promo_price INTEGER,
    valid_to INTEGER CHECK (valid_to > valid_from),
    import_id INTEGER,
    PRIMARY KEY (sku, store_id, valid_from, source)
) STRICT, WITHOUT ROWID;

INSERT INTO prices (sku, store_id, valid_from, source, price, member_price)
SELECT sku, '', 0, 'master', price, member_price
FROM products
WHERE price IS NOT NULL OR member_price IS NOT NULL;

CREATE VIEW v_prices AS
SELECT
    prices.sku,
    product.name,
    nullif(prices.store_id, '') AS store_id,
    coalesce(store.name, '*') AS store,
    prices.source,
    prices.price,
    prices.member_price,
    prices.promo_price,
    strftime('%Y-%m-%d %H:%M', prices.valid_from / 1000, 'unixepoch') AS from_utc,
    strftime('%Y-%m-%d %H:%M', prices.valid_to / 1000, 'unixepoch') AS until_utc
FROM prices
JOIN products AS product USING (sku)
LEFT JOIN stores AS store ON store.store_id = prices.store_id;

-- What a store carries, where (a product may lie in two spots: label tells them apart), and at which price from when.
ALTER TABLE assortment RENAME TO assortment_before;

CREATE TABLE assortment (
    store_id TEXT NOT NULL REFERENCES stores,
    sku TEXT NOT NULL REFERENCES products,
    label TEXT NOT NULL DEFAULT '',
    valid_from INTEGER NOT NULL,
    valid_to INTEGER CHECK (valid_to > valid_from),
    price INTEGER,
    member_price INTEGER,
    aisle TEXT NOT NULL DEFAULT '',
    bay TEXT NOT NULL DEFAULT '',
    shelf TEXT NOT NULL DEFAULT '',
    position TEXT NOT NULL DEFAULT '',
    import_id INTEGER,
    PRIMARY KEY (store_id, sku, label, valid_from)
) STRICT, WITHOUT ROWID;

INSERT INTO assortment (store_id, sku, valid_from, valid_to, price, member_price, aisle, bay, shelf)
SELECT store_id, sku, valid_from, valid_to, price, member_price, aisle, bay, shelf
FROM assortment_before;

DROP TABLE assortment_before;

-- The order in which customers walk through a store.
CREATE TABLE aisles (
    store_id TEXT NOT NULL REFERENCES stores,
    aisle TEXT NOT NULL,
    walk_order INTEGER NOT NULL,
    name TEXT NOT NULL DEFAULT '',
    import_id INTEGER,
    PRIMARY KEY (store_id, aisle)
) STRICT, WITHOUT ROWID;

-- What a person or place was over time; the columns of people and places are its last row.
-- A person between two rows, or after the last, isn't there; a seasonal place neither.
ALTER TABLE assignments RENAME TO assignments_before;

CREATE TABLE assignments (
    kind TEXT NOT NULL CHECK (kind IN ('person', 'place')),
    subject_id TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    valid_to INTEGER CHECK (valid_to > valid_from),
    store_id TEXT REFERENCES stores,
    name TEXT NOT NULL,
    role TEXT NOT NULL DEFAULT '',
    zone TEXT NOT NULL DEFAULT '',
    import_id INTEGER,
    PRIMARY KEY (kind, subject_id, valid_from)
) STRICT, WITHOUT ROWID;

INSERT INTO assignments (kind, subject_id, valid_from, valid_to, store_id, name, role, zone)
SELECT
    before.kind, before.subject_id, before.valid_from, before.valid_to, before.store_id,
    coalesce(people.name, places.name, before.subject_id), coalesce(people.role, ''), coalesce(places.zone, '')
FROM assignments_before AS before
LEFT JOIN people ON before.kind = 'person' AND people.person_id = before.subject_id
LEFT JOIN places ON before.kind = 'place' AND places.place_id = before.subject_id;

DROP TABLE assignments_before;

-- Lots of a product for its page and its Digital Link; days are calendar days (ISO 8601), not instants.
CREATE TABLE lots (
    sku TEXT NOT NULL REFERENCES products,
    lot TEXT NOT NULL,
    produced TEXT,
    expires TEXT,
    origin TEXT NOT NULL DEFAULT '',
    certificate_url TEXT NOT NULL DEFAULT '',
    extra TEXT NOT NULL DEFAULT '{}',
    import_id INTEGER,
    PRIMARY KEY (sku, lot)
) STRICT, WITHOUT ROWID;

-- The import that retired a touchpoint (its person left), so that undoing it brings the touchpoint back.
ALTER TABLE touchpoints ADD COLUMN retired_by INTEGER;

-- Of those that are retired or will be: whether one alike is still in use is asked for each subject of a minting.
CREATE INDEX touchpoints_ending ON touchpoints (kind, subject_id) WHERE retired_at IS NOT NULL;

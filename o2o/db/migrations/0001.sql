-- The words of the design as tables. Times are milliseconds UTC, money is minor units,
-- ids that the merchant owns are text kept as given. valid_to IS NULL: still so.

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE stores (
    store_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    city TEXT NOT NULL DEFAULT '',
    timezone TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE people (
    person_id TEXT PRIMARY KEY,
    store_id TEXT REFERENCES stores,
    name TEXT NOT NULL,
    role TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE products (
    sku TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    gtin TEXT NOT NULL DEFAULT '',
    spec TEXT NOT NULL DEFAULT '',
    unit TEXT NOT NULL DEFAULT '',
    origin TEXT NOT NULL DEFAULT '',
    category TEXT NOT NULL DEFAULT '',
    price INTEGER,
    member_price INTEGER
) STRICT;

CREATE TABLE places (
    place_id TEXT PRIMARY KEY,
    store_id TEXT REFERENCES stores,
    name TEXT NOT NULL,
    carrier TEXT NOT NULL,
    zone TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE campaigns (
    campaign_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    starts_at INTEGER,
    ends_at INTEGER,
    cost INTEGER
) STRICT;

-- The store of a person or place over time; people.store_id and places.store_id are its last row.
CREATE TABLE assignments (
    kind TEXT NOT NULL CHECK (kind IN ('person', 'place')),
    subject_id TEXT NOT NULL,
    store_id TEXT REFERENCES stores,
    valid_from INTEGER NOT NULL,
    valid_to INTEGER CHECK (valid_to > valid_from),
    PRIMARY KEY (kind, subject_id, valid_from)
) STRICT, WITHOUT ROWID;

-- What a store carries, where, and at which price from when.
CREATE TABLE assortment (
    store_id TEXT NOT NULL REFERENCES stores,
    sku TEXT NOT NULL REFERENCES products,
    price INTEGER,
    member_price INTEGER,
    aisle TEXT NOT NULL DEFAULT '',
    bay TEXT NOT NULL DEFAULT '',
    shelf TEXT NOT NULL DEFAULT '',
    valid_from INTEGER NOT NULL,
    valid_to INTEGER CHECK (valid_to > valid_from),
    PRIMARY KEY (store_id, sku, valid_from)
) STRICT, WITHOUT ROWID;

-- A mark as it stands today; a row is never deleted, so that no code is ever used again.
CREATE TABLE touchpoints (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('person', 'product', 'place')),
    subject_id TEXT NOT NULL,
    store_id TEXT REFERENCES stores,
    campaign_id TEXT REFERENCES campaigns,
    carrier TEXT NOT NULL,
    label TEXT NOT NULL DEFAULT '',
    minted_at INTEGER NOT NULL,
    retired_at INTEGER
) STRICT;

CREATE UNIQUE INDEX touchpoints_live ON touchpoints (
    kind, subject_id, coalesce(store_id, ''), coalesce(campaign_id, ''), carrier, label
) WHERE retired_at IS NULL;

-- What a touchpoint stands for over time; the columns of touchpoints are its last row.
CREATE TABLE touchpoint_periods (
    touchpoint_id INTEGER NOT NULL REFERENCES touchpoints,
    subject_id TEXT NOT NULL,
    store_id TEXT REFERENCES stores,
    campaign_id TEXT REFERENCES campaigns,
    carrier TEXT NOT NULL,
    label TEXT NOT NULL DEFAULT '',
    valid_from INTEGER NOT NULL,
    valid_to INTEGER CHECK (valid_to > valid_from),
    PRIMARY KEY (touchpoint_id, valid_from)
) STRICT, WITHOUT ROWID;

-- Where a scan is sent: the code's own, else its kind's, else the default, else our own page.
CREATE TABLE destinations (
    scope TEXT NOT NULL CHECK (scope IN ('code', 'kind', 'default')),
    key TEXT NOT NULL,
    url TEXT NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE print_jobs (
    id INTEGER PRIMARY KEY,
    printed_at INTEGER NOT NULL,
    command TEXT NOT NULL,
    template TEXT NOT NULL,
    file_name TEXT NOT NULL,
    pages INTEGER NOT NULL,
    sample INTEGER NOT NULL CHECK (sample IN (0, 1))
) STRICT;

-- What each cell of each page of a job shows: its code, its texts as printed, where it lies (mm, from the top left).
CREATE TABLE print_cells (
    job_id INTEGER NOT NULL REFERENCES print_jobs,
    page INTEGER NOT NULL,
    cell INTEGER NOT NULL,
    touchpoint_id INTEGER NOT NULL REFERENCES touchpoints,
    template TEXT NOT NULL,
    url TEXT NOT NULL,
    ean TEXT NOT NULL DEFAULT '',
    texts TEXT NOT NULL,
    x REAL NOT NULL,
    y REAL NOT NULL,
    width REAL NOT NULL,
    height REAL NOT NULL,
    PRIMARY KEY (job_id, page, cell)
) STRICT, WITHOUT ROWID;

CREATE INDEX print_cells_by_touchpoint ON print_cells (touchpoint_id);

CREATE TABLE visitors (
    id INTEGER PRIMARY KEY,
    visitor TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE user_agents (
    id INTEGER PRIMARY KEY,
    user_agent TEXT NOT NULL UNIQUE
) STRICT;

-- One row for each kept hit; id is the order in which hits were taken and breaks ties in time.
CREATE TABLE scans (
    id INTEGER PRIMARY KEY,
    scanned_at INTEGER NOT NULL,
    code TEXT NOT NULL,
    touchpoint_id INTEGER REFERENCES touchpoints,
    visitor_id INTEGER REFERENCES visitors,
    verdict TEXT NOT NULL CHECK (
        verdict IN ('human', 'preview', 'bot', 'duplicate', 'staff_test', 'impossible', 'orphan')
    ),
    reason TEXT NOT NULL DEFAULT '',
    scan_id TEXT,
    import_key BLOB,
    source TEXT NOT NULL,
    user_agent_id INTEGER REFERENCES user_agents
) STRICT;

CREATE INDEX scans_by_visitor ON scans (visitor_id, scanned_at, touchpoint_id) WHERE verdict = 'human';

CREATE INDEX scans_by_touchpoint ON scans (touchpoint_id, visitor_id, scanned_at);

-- Only scans that have one: full of NULLs, an index would look useless to the planner once the file is analyzed.
CREATE UNIQUE INDEX scans_by_scan_id ON scans (scan_id) WHERE scan_id IS NOT NULL;

CREATE UNIQUE INDEX scans_by_import_key ON scans (import_key) WHERE import_key IS NOT NULL;

CREATE INDEX scans_by_time ON scans (scanned_at);

-- How far each segment file of the recorder has been drained into scans.
CREATE TABLE segments (
    name TEXT PRIMARY KEY,
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    order_id TEXT NOT NULL,
    store_id TEXT REFERENCES stores,
    ordered_at INTEGER NOT NULL,
    customer TEXT,
    visitor TEXT,
    scan_id TEXT,
    amount INTEGER NOT NULL,
    refund_of TEXT,
    channel TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE UNIQUE INDEX orders_by_identity ON orders (coalesce(store_id, ''), order_id);

CREATE INDEX orders_by_customer ON orders (customer) WHERE customer IS NOT NULL;

CREATE INDEX orders_by_time ON orders (ordered_at);

CREATE TABLE order_lines (
    order_row INTEGER NOT NULL REFERENCES orders ON DELETE CASCADE,
    line INTEGER NOT NULL,
    sku TEXT NOT NULL,
    quantity REAL NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (order_row, line)
) STRICT, WITHOUT ROWID;

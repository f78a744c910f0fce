"""Stores: their time zones."""

from zoneinfo import ZoneInfo

from o2o.config import load_settings
from o2o.db import Database
from o2o.times import parse_zone


def kept_stores(db: Database, at: int) -> list[str]:
    """Return the stores that are not retired at a time, in the order of their ids."""
    query = "SELECT store_id FROM stores WHERE retired_at IS NULL OR retired_at > ? ORDER BY store_id"
    return [store_id for (store_id,) in db.conn.execute(query, [at])]


def store_zones(db: Database) -> dict[str, ZoneInfo]:
    """Return the time zone of each store: its own, else the chain's."""
    chain = load_settings(db).timezone
    return {key: parse_zone(zone or chain) for key, zone in db.conn.execute("SELECT store_id, timezone FROM stores")}

"""Stores: their time zones."""

from zoneinfo import ZoneInfo

from o2o.config import load_settings
from o2o.db import Database
from o2o.times import parse_zone


def store_zones(db: Database) -> dict[str, ZoneInfo]:
    """Return the time zone of each store: its own, else the chain's."""
    chain = load_settings(db).timezone
    return {key: parse_zone(zone or chain) for key, zone in db.conn.execute("SELECT store_id, timezone FROM stores")}

"""What a report was made from: the question, the settings that matter, the data and the programs, by one digest."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import blake2b
from typing import Any

import o2o
from o2o.attribution.engines import Engine
from o2o.attribution.models import Model
from o2o.attribution.question import Question
from o2o.batches import Chain, last_chain
from o2o.collect.verdicts.geo import open_geo
from o2o.config import Settings, load_settings
from o2o.db import Database, shop_folder
from o2o.errors import O2OError

_SETTINGS = (
    "currency", "timezone", "duplicate_seconds", "impossible_codes", "impossible_seconds", "visit_gap_minutes",
    "shared_visitor_customers", "customer_orders_a_day", "no_customer", "visitor_mode", "visitor_days", "do_not_track",
    "staff_days", "staff_minutes", "flood_per_minute", "placing_days", "bots", "distant_km", "distant_minutes",
    "remote_km",
)  # fmt: skip
"""What changes numbers; looks and addresses don't."""

_TABLES = ("scans", "orders", "order_lines", "redemptions", "page_views", "touchpoint_changes", "imports")


@dataclass(frozen=True, slots=True)
class DataState:
    """How far data goes: the newest row of each table, the chain of batches, the file's schema, the date of regions."""

    newest: Mapping[str, int]
    chain: Chain
    schema: int
    regions_on: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a report was made from; ``newest`` is the number of the newest row of each table, ``schema`` the file's.

    Two runs with one ``digest`` asked the same of the same data by the same programs.
    """

    question: Mapping[str, Any]
    settings: Mapping[str, Any]
    newest: Mapping[str, int]
    chain: Chain
    engine: str
    engine_version: str
    schema: int
    o2o: str = o2o.__version__

    @property
    def digest(self) -> str:
        """What tells equal runs, whenever they were made."""
        facts = json.dumps(asdict(self), sort_keys=True, default=str)
        return blake2b(facts.encode(), digest_size=16).hexdigest()


def make_manifest(
    state: DataState, settings: Settings, question: Question, engine: Engine, orders: Mapping[Model, int] | None = None
) -> Manifest:
    """Return what a report is made from; ``orders`` are those that the data chose for chains, by model."""
    return Manifest(
        question=asdict(question) | ({"orders": dict(orders)} if orders else {}),
        settings={name: getattr(settings, name) for name in _SETTINGS},
        newest=state.newest,
        chain=state.chain,
        engine=engine.name,
        engine_version=engine.version,
        schema=state.schema,
    )


def read_state(db: Database) -> DataState:
    """Return the state of a file, read in no time however much data there is."""
    return DataState(
        newest={table: _newest(db, table) for table in _TABLES},
        chain=last_chain(db),
        schema=db.conn.execute("PRAGMA user_version").fetchone()[0],
        regions_on=date_regions(db),
    )


def date_regions(db: Database) -> str:
    """Return the day on which the database of regions was made, nothing without one."""
    name = load_settings(db).geo_file
    with suppress(O2OError):  # regions are in the file already; their database may be gone
        return open_geo(shop_folder(db) / name).made_on.isoformat() if name else ""
    return ""


def _newest(db: Database, table: str) -> int:
    key = "order_row" if table == "order_lines" else "id"
    return int(db.conn.execute(f"SELECT coalesce(max({key}), 0) FROM {table}").fetchone()[0])

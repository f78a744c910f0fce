"""Tags that hang in a store though what they are for is gone, to be taken down."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from sqlite3 import Row
from typing import Any

from o2o.db import Database, writing
from o2o.printing.selection.queue import natural_key
from o2o.printing.selection.selections import Selection


@dataclass(frozen=True, slots=True)
class TakeDown:
    """A tag that hangs in a store though what it is for is gone."""

    touchpoint_id: int
    store_id: str
    sku: str
    name: str
    position: str
    reason: str
    printed: str
    file: str
    page: int


def keep_take_down(db: Database, take_down: Iterable[TakeDown], now: int) -> None:
    """Remember which tags were put on a list, so that they are not put on the next."""
    rows_of = [(one.store_id, one.touchpoint_id, now) for one in take_down]
    with writing(db):
        db.conn.executemany("INSERT OR REPLACE INTO take_downs VALUES (?, ?, ?)", rows_of)


def find_take_down(selection: Selection, parameters: Mapping[str, Any]) -> Iterator[TakeDown]:
    """Yield the tags to take down as one walks by; none where only some products were chosen."""
    choice = selection.choice
    if choice.shows_products or choice.subject_ids or choice.campaign_id:
        return
    found = selection.records.queue.take_all("printing/jobs/take_down.tags", **parameters)
    found.row_factory = Row
    for row in sorted(found, key=lambda row: [*map(natural_key, (*_way(row), row["sku"]))]):
        yield TakeDown(
            row["touchpoint_id"], choice.store_id or "", row["sku"], row["name"],
            "-".join(filter(None, _way(row))), row["reason"], row["day"], row["file_name"], row["page"],
        )  # fmt: skip


def _way(row: Row) -> tuple[str, ...]:
    return row["aisle"] or "", row["bay"] or "", row["shelf"] or "", row["position"] or ""

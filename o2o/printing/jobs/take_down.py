"""Tags that hang in a store though what they are for is gone, to be taken down."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Row
from typing import Any

from o2o.db import Database, writing
from o2o.printing.jobs.take_down_sheet import write_sheet
from o2o.printing.selection.queue import natural_key
from o2o.printing.selection.selections import Selection
from o2o.text_files import guard_formula, remove_file, write_csv

_COLUMNS = ("store", "sku", "name", "position", "reason", "printed", "file", "page")


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


def write_take_down(out: Path, take_down: Sequence[TakeDown]) -> tuple[Path, ...]:
    """List the tags to take down in OUT.take-down.csv and .pdf; without any the lists of an earlier run are removed."""
    table, sheet = (out.with_name(f"{out.name}.take-down.{kind}") for kind in ("csv", "pdf"))
    if not take_down:
        remove_file(table)
        remove_file(sheet)
        return ()
    write_csv(table, _COLUMNS, map(_cells_of, take_down))
    write_sheet(sheet, take_down)
    return table, sheet


def _cells_of(one: TakeDown) -> list[str]:
    texts = (one.store_id, one.sku, one.name, one.position)
    return [*map(guard_formula, texts), one.reason, one.printed, guard_formula(one.file), str(one.page)]


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

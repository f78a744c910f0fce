"""What has changed since tags were last printed: those to print anew, and those of what is gone, to take down."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from sqlite3 import Row

from o2o.collector import without_collector
from o2o.db import Database, reading, rows, spill
from o2o.errors import NotFoundError
from o2o.printing.jobs.comparison import LAST_PRINTED, Change, Comparison, read_details
from o2o.printing.jobs.order import PrintOrder
from o2o.printing.jobs.take_down import TakeDown, find_take_down
from o2o.printing.selection.faces import Reason
from o2o.printing.selection.records import Record
from o2o.printing.selection.selections import Selection

LAST = "last"
"""Stands for the last job of the store."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The tags of a store that are to be printed anew, how many for which reason; and those to take down."""

    selection: Selection
    reasons: Counter[Reason]
    unchanged: int
    take_down: tuple[TakeDown, ...]

    @property
    def store_id(self) -> str:
        """Whose tags they are."""
        return self.selection.choice.store_id or ""

    @property
    def is_any(self) -> bool:
        """Tell whether there is anything to print, or to refuse."""
        return bool(self.selection.records or self.selection.problems)

    def __iter__(self) -> Iterator[tuple[Record, Change]]:
        """Yield each tag to print with what has changed."""
        queue = self.selection.records.queue
        found = queue.db.conn.execute(
            "SELECT number, sku, reason, details FROM temp.print_changes WHERE store_id = ? ORDER BY number",
            [self.store_id],
        )
        told = (Change(number, sku, Reason(why), read_details(details)) for number, sku, why, details in found)
        yield from zip(self.selection.records, told, strict=True)


@without_collector()
def find_changes(db: Database, selection: Selection, order: PrintOrder, since: str = LAST) -> Changes:
    """Return which tags of a selection differ from those last printed for its store; ``since`` is a job, or ``last``.

    Raises NotFoundError when nothing was printed.
    """
    base = find_base(db, selection.choice.store_id or "", since)
    spill(db)
    with reading(db):
        comparison = Comparison(db, selection, order)
        unchanged = comparison.run()
        parameters = {**comparison.parameters, "last": LAST_PRINTED, "base": base["printed_at"]}
        take_down = tuple(find_take_down(selection, parameters))
        hidden = tuple(_remark_hidden(selection, base))
    kept = selection.records.keep(
        "number IN (SELECT number FROM temp.print_changes WHERE store_id = :of)", of=selection.choice.store_id
    )
    remarks = (*selection.remarks, *comparison.remarks(), *hidden)
    narrowed = replace(selection, records=kept, remarks=remarks)
    return Changes(narrowed, comparison.reasons, unchanged, take_down)


def _remark_hidden(selection: Selection, base: Row) -> Iterator[str]:
    """Yield how many prices of the chain have come since a job and change nothing, for the store has its own."""
    store_id, records = selection.choice.store_id, selection.records
    asked = {"store_id": store_id, "at": records.at, "base": base["printed_at"]}
    count, first = records.queue.take_all("printing/jobs/changes.hidden", **asked).fetchone()
    if count:
        yield (
            f"{count:,} price(s) of the chain imported since job {base['id']}, such as that of {first}, change nothing "
            f"here: store {store_id!r} has its own; name the store in the price list, or empty its price in the "
            "assortment"
        )


def find_base(db: Database, store_id: str, since: str) -> Row:
    """Return the job that changes are counted from; raises NotFoundError for one that is none of the store's tags."""
    of_store = "SELECT * FROM print_jobs WHERE store_id = :store_id AND NOT sample AND command LIKE 'tags %'"
    one = "" if since == LAST else " AND id = CAST(:since AS INTEGER)"
    if since != LAST and not since.isdecimal():
        raise NotFoundError("print job", since, "write its number, or last; 'o2o print jobs' lists them")
    found = next(rows(db, f"{of_store}{one} ORDER BY id DESC LIMIT 1", store_id=store_id, since=since), None)
    if found is None:
        advice = f"print all tags of store {store_id!r} first; 'o2o print jobs list' shows what was printed"
        raise NotFoundError("job of tags", since, advice)
    return found

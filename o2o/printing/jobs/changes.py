"""What has changed since tags were last printed: those to print anew, and those of what is gone, to take down.

Every tag of the store is laid out and held against the last one that was printed of it, in whichever job. A tag that
shows the day it is for is laid out for the day of that job, so that the day alone makes no other tag.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from functools import partial
from pathlib import Path
from sqlite3 import Row
from typing import Any

from o2o.collector import without_collector
from o2o.db import Database, load_query, reading, rows, spill, writing
from o2o.errors import NotFoundError
from o2o.mini_program_codes import find_picture
from o2o.printing.jobs.order import PrintOrder
from o2o.printing.jobs.printing import symbols_of
from o2o.printing.layout.composer import Composer
from o2o.printing.paper.pages import choose_paper
from o2o.printing.selection.dropping import Dropper
from o2o.printing.selection.faces import Difference, Faces, Reason, compare_values
from o2o.printing.selection.queue import natural_key
from o2o.printing.selection.records import Record
from o2o.printing.selection.selections import Selection
from o2o.printing.template.boxes import Template
from o2o.subjects import DEFAULT_CARRIERS, Kind
from o2o.text_files import guard_formula, remove_file, write_csv

LAST = "last"
"""Stands for the last job of the store."""

_BATCH = 2400
_LAST = "SELECT * FROM temp.print_last"
_TAKE_DOWN = ("store", "sku", "name", "position", "reason", "printed", "file", "page")


@dataclass(frozen=True, slots=True)
class Change:
    """A tag that is no longer as it was printed: why, and what each field said and says."""

    number: int
    sku: str
    reason: Reason
    details: tuple[Difference, ...] = ()


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
        told = (Change(number, sku, Reason(why), _read_details(details)) for number, sku, why, details in found)
        yield from zip(self.selection.records, told, strict=True)


@without_collector()
def find_changes(db: Database, selection: Selection, order: PrintOrder, since: str = LAST) -> Changes:
    """Return which tags of a selection differ from those last printed for its store; ``since`` is a job, or ``last``.

    Raises NotFoundError when nothing was printed.
    """
    base = find_base(db, selection.choice.store_id or "", since)
    spill(db)
    with reading(db):
        comparison = _Comparison(db, selection, order)
        unchanged = comparison.run()
        take_down = tuple(_find_take_down(selection, {**comparison.parameters, "base": base["printed_at"]}))
    kept = selection.records.keep(
        "number IN (SELECT number FROM temp.print_changes WHERE store_id = :of)", of=selection.choice.store_id
    )
    remarks = (*selection.remarks, *comparison.remarks())
    narrowed = replace(selection, records=kept, remarks=remarks)
    return Changes(narrowed, comparison.reasons, unchanged, take_down)


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


def keep_take_down(db: Database, take_down: Iterable[TakeDown], now: int) -> None:
    """Remember which tags were put on a list, so that they are not put on the next."""
    rows_of = [(one.store_id, one.touchpoint_id, now) for one in take_down]
    with writing(db):
        db.conn.executemany("INSERT OR REPLACE INTO take_downs VALUES (?, ?, ?)", rows_of)


def write_take_down(out: Path, take_down: Sequence[TakeDown]) -> Path | None:
    """List the tags to take down in OUT.take-down.csv; without any the list of an earlier run is removed."""
    path = out.with_name(f"{out.name}.take-down.csv")
    if not take_down:
        remove_file(path)
        return None
    write_csv(path, _TAKE_DOWN, map(_cells_of, take_down))
    return path


def _cells_of(one: TakeDown) -> list[str]:
    texts = (one.store_id, one.sku, one.name, one.position)
    return [*map(guard_formula, texts), one.reason, one.printed, guard_formula(one.file), str(one.page)]


def _find_take_down(selection: Selection, parameters: Mapping[str, Any]) -> Iterator[TakeDown]:
    """Yield the tags to take down as one walks by; none where only some products were chosen."""
    choice = selection.choice
    if choice.shows_products or choice.subject_ids or choice.campaign_id:
        return
    found = selection.records.queue.take_all("printing/jobs/changes.take_down", last=_LAST, **parameters)
    found.row_factory = Row
    for row in sorted(found, key=lambda row: [*map(natural_key, (*_way(row), row["sku"]))]):
        yield TakeDown(
            row["touchpoint_id"], choice.store_id or "", row["sku"], row["name"],
            "-".join(filter(None, _way(row))), row["reason"], row["day"], row["file_name"], row["page"],
        )  # fmt: skip


def _way(row: Row) -> tuple[str, ...]:
    return row["aisle"] or "", row["bay"] or "", row["shelf"] or "", row["position"] or ""


def _only(values: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
    return {name: values[name] for name in names}


def _write_details(change: Change) -> str:
    return json.dumps([astuple(one) for one in change.details], ensure_ascii=False)


def _read_details(text: str) -> tuple[Difference, ...]:
    return tuple(Difference(*one) for one in json.loads(text))


class _Comparison:
    """Holds every tag of a selection against the last one printed, and keeps those that differ in a table."""

    def __init__(self, db: Database, selection: Selection, order: PrintOrder) -> None:
        self.reasons: Counter[Reason] = Counter()
        self._db, self._records, self._order = db, selection.records, order
        self._store_id = selection.choice.store_id
        self._words = selection.choice.words
        self._composers: dict[Path, tuple[Composer, ...]] = {}
        self._dated: dict[Path, bool] = {}
        self._dropper = Dropper()
        self._faces = Faces()
        self._others: Counter[str] = Counter()
        self.parameters: dict[str, Any] = {
            "store_id": self._store_id,
            "carrier": selection.choice.carrier or DEFAULT_CARRIERS[Kind.PRODUCT],
            "assorted": selection.records.queue.select("count(spot) > 0").fetchone()[0],
        }
        self._prepare()

    def _prepare(self) -> None:
        run = self._db.conn.execute
        run("DROP TABLE IF EXISTS temp.print_last")
        run(f"CREATE TEMP TABLE print_last AS {load_query('printing/jobs/changes.last')}", self.parameters)
        run("CREATE INDEX temp.print_last_by_subject ON print_last (subject_id, label, campaign_id)")
        run(
            "CREATE TEMP TABLE IF NOT EXISTS print_changes (number INTEGER PRIMARY KEY, store_id, sku, reason, details)"
        )
        run("DELETE FROM temp.print_changes WHERE store_id = ?", [self._store_id])

    def run(self) -> int:
        """Compare all tags; return how many are as they hang."""
        unchanged = 0
        for start in range(0, len(self._records), _BATCH):
            numbers = range(start, min(start + _BATCH, len(self._records)))
            changes = list(self._compare(numbers))
            self.reasons.update(change.reason for change in changes if change)
            unchanged += changes.count(None)
            self._keep(change for change in changes if change)
        return unchanged

    def _keep(self, changes: Iterable[Change]) -> None:
        first = self._records.queue.start
        kept = ((first + one.number, self._store_id, one.sku, one.reason, _write_details(one)) for one in changes)
        self._db.conn.executemany("INSERT INTO temp.print_changes VALUES (?, ?, ?, ?, ?)", kept)

    def _compare(self, numbers: Sequence[int]) -> Iterator[Change | None]:
        """Yield the change of each tag, or None; nothing of what the store no longer carries."""
        printed = self._printed(numbers)
        batch = self._records.take(numbers, shown_only=True)
        if self._order.drop_missing:
            batch = list(map(self._dropper.drop, batch))
        for number, record, symbol in zip(numbers, batch, symbols_of(batch), strict=True):
            cells = printed[record.touchpoint_id]
            if cells[0]["gone"]:
                continue
            if cells[0]["job_id"] is None:
                yield Change(number, record.subject_id, Reason.NEW)
                continue
            values = record.values
            if self._shows_day(record.template):
                values = {**values, "date": cells[0]["day"]}
            find = partial(find_picture, self._db, record.touchpoint_id)
            sides = [one.lay_out(values, symbol, find) for one in self._composers_of(record.template)]
            faces = {(values["url"] if side.has_qr else "", side.ean, tuple(side.texts)) for side in sides}
            yield self._judge(number, record, faces, cells)

    def _judge(
        self, number: int, record: Record, faces: set[tuple[str, str, tuple[str, ...]]], cells: Sequence[Row]
    ) -> Change | None:
        if record.template.name != cells[0]["template"]:
            return self._judge_other(number, record, cells[0])
        if faces == {(cell["url"], cell["ean"], tuple(json.loads(cell["texts"]))) for cell in cells}:
            return None
        before = json.loads(cells[0]["face"])
        details = compare_values(before, self._faces.of(record)) if before else ()
        if {face[0] for face in faces} != {cell["url"] for cell in cells}:
            details = (*details, Difference("url", cells[0]["url"], record.values["url"]))
        return Change(number, record.subject_id, details[0].reason if details else Reason.TEMPLATE, details)

    def _judge_other(self, number: int, record: Record, cell: Row) -> Change | None:
        """Compare with a tag on another template by what both show."""
        self._others[cell["template"]] += 1
        before, after = json.loads(cell["face"]), self._faces.of(record)
        shared = before.keys() & after.keys()
        details = compare_values(_only(before, shared), _only(after, shared))
        if cell["url"] and cell["url"] != record.values["url"]:
            details = (*details, Difference("url", cell["url"], record.values["url"]))
        return Change(number, record.subject_id, details[0].reason, details) if details else None

    def _printed(self, numbers: Sequence[int]) -> dict[int, list[Row]]:
        """Return the cells last printed for each touchpoint, each face once; one without a job if none was."""
        found = self._records.queue.take("printing/jobs/changes.faces", numbers, last=_LAST, **self.parameters)
        found.row_factory = Row
        printed: dict[int, list[Row]] = {}
        for cell in found:
            printed.setdefault(cell["touchpoint_id"], []).append(cell)
        return printed

    def _shows_day(self, template: Template) -> bool:
        """Tell whether a template shows the day that its prints are for."""
        if template.path not in self._dated:
            self._dated[template.path] = "date" in template.fields and "date" not in self._words
        return self._dated[template.path]

    def _composers_of(self, template: Template) -> tuple[Composer, ...]:
        if template.path not in self._composers:
            paper = choose_paper(self._db, template, self._order.paper)
            sides = (False, True)[: paper.sides]
            self._composers[template.path] = tuple(Composer(template, paper.dpi, back=back) for back in sides)
        return self._composers[template.path]

    def remarks(self) -> Iterator[str]:
        """Yield how many tags changed for which reason, and which were compared by what both templates show."""
        if self.reasons:
            told = ", ".join(f"{count:,} {reason}" for reason, count in self.reasons.most_common())
            yield f"{self.reasons.total():,} tag(s) changed: {told}"
        for template, count in self._others.items():
            yield (
                f"{count:,} tag(s) were last printed on template {template!r}, another one: compared by what both "
                "show; print all to hang up the new one everywhere"
            )

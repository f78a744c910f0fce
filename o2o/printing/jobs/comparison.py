"""Every tag of a store as it would be printed, held against the last one that was, in whichever job.

A tag is as it hangs where its values, its code and the look of its template are the same. Where values differ it is
laid out, for what the template does not show of them makes no other tag. A tag that shows the day it is for is laid out
for the day of that job, so that the day alone makes no other tag.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import partial
from pathlib import Path
from sqlite3 import Row
from typing import Any, NamedTuple

from o2o.db import Database, load_query
from o2o.mini_program_codes import find_picture
from o2o.printing.jobs.composers import Composers
from o2o.printing.jobs.order import PrintOrder
from o2o.printing.jobs.printing import symbols_of
from o2o.printing.selection.dropping import Dropper
from o2o.printing.selection.faces import Difference, Faces, Reason, compare_values
from o2o.printing.selection.records import Record
from o2o.printing.selection.selections import Selection
from o2o.printing.template.boxes import Template
from o2o.subjects import DEFAULT_CARRIERS, Kind

_BATCH = 2400
LAST_PRINTED = "SELECT * FROM temp.print_last"
"""The tags that were printed last, once a comparison has prepared them."""


@dataclass(frozen=True, slots=True)
class Change:
    """A tag that is no longer as it was printed: why, and what each field said and says."""

    number: int
    sku: str
    reason: Reason
    details: tuple[Difference, ...] = ()


class _Hung(NamedTuple):
    """A cell of the tag last printed, or nothing where none was."""

    job_id: int | None
    template: str
    url: str
    face: str


_DOUBTFUL = Change(0, "", Reason.TEMPLATE)
"""Stands for the change of a tag of which only its texts tell whether there is any."""


class Comparison:
    """Holds every tag of a selection against the last one printed, and keeps those that differ in a table."""

    def __init__(self, db: Database, selection: Selection, order: PrintOrder) -> None:
        self.reasons: Counter[Reason] = Counter()
        self._db, self._records, self._order = db, selection.records, order
        self._store_id = selection.choice.store_id
        self._words = selection.choice.words
        self._composers = Composers(db, order.paper)
        self._dated: dict[Path, bool] = {}
        self._dropper = Dropper()
        self._faces = Faces()
        self._others: Counter[str] = Counter()
        self._looks: dict[int, dict[str, str]] = {}
        self.parameters: dict[str, Any] = {
            "store_id": self._store_id,
            "carrier": selection.choice.carrier or DEFAULT_CARRIERS[Kind.PRODUCT],
            "assorted": selection.records.queue.select("count(spot) > 0").fetchone()[0],
        }
        self._prepare()

    def _prepare(self) -> None:
        run = self._db.conn.execute
        run("DROP TABLE IF EXISTS temp.print_last")
        run(f"CREATE TEMP TABLE print_last AS {load_query('printing/jobs/comparison.last')}", self.parameters)
        run("CREATE INDEX temp.print_last_by_subject ON print_last (subject_id, label, campaign_id)")
        found = run("SELECT id, options ->> '$.looks' FROM print_jobs WHERE id IN (SELECT job_id FROM temp.print_last)")
        self._looks = {job_id: json.loads(looks or "{}") for job_id, looks in found}
        run(
            "CREATE TEMP TABLE IF NOT EXISTS print_changes (number INTEGER PRIMARY KEY, store_id, sku, reason, details)"
        )
        run("DELETE FROM temp.print_changes WHERE store_id = ?", [self._store_id])

    def run(self) -> int:
        """Compare all tags; return how many are as they hang."""
        unchanged = 0
        doubtful: list[tuple[int, Record]] = []
        for start in range(0, len(self._records), _BATCH):
            numbers = range(start, min(start + _BATCH, len(self._records)))
            unchanged += self._keep(self._compare(numbers, doubtful))
            if len(doubtful) >= _BATCH or numbers.stop == len(self._records):
                unchanged += self._keep(self._compare_texts(doubtful))
                doubtful.clear()
        return unchanged

    def _keep(self, changes: Iterable[Change | None]) -> int:
        """Keep changes in the table, and return how many tags have none."""
        changes = list(changes)
        found = [change for change in changes if change]
        self.reasons.update(change.reason for change in found)
        first = self._records.queue.start
        kept = ((first + one.number, self._store_id, one.sku, one.reason, _write_details(one)) for one in found)
        self._db.conn.executemany("INSERT INTO temp.print_changes VALUES (?, ?, ?, ?, ?)", kept)
        return len(changes) - len(found)

    def _compare(self, numbers: Sequence[int], doubtful: list[tuple[int, Record]]) -> Iterator[Change | None]:
        """Yield the change of each tag, or None; nothing of what the store no longer carries.

        Those of which only their texts can tell are added to the ``doubtful``.
        """
        batch = self._records.take(numbers, shown_only=True)
        if self._order.drop_missing:
            batch = list(map(self._dropper.drop, batch))
        hung = self._records.queue.take(
            "printing/jobs/comparison.hung", numbers, last=LAST_PRINTED, **self.parameters
        ).fetchall()
        for number, record, (_, gone, *cell) in zip(numbers, batch, hung, strict=True):
            if not gone:
                change = self._judge_values(number, record, _Hung(*cell))
                if change is _DOUBTFUL:
                    doubtful.append((number, record))
                else:
                    yield change

    def _judge_values(self, number: int, record: Record, hung: "_Hung") -> Change | None:
        """Compare a tag by its values and the look of its template; _DOUBTFUL where these don't tell."""
        if hung.job_id is None:
            return Change(number, record.subject_id, Reason.NEW)
        if hung.template != record.template.name:
            return self._judge_other(number, record, hung)
        look = self._looks[hung.job_id].get(hung.template)
        if look and look != self._records.look_of(record.template):
            details = self._differences(record, hung)
            return Change(number, record.subject_id, details[0].reason if details else Reason.TEMPLATE, details)
        same = look and hung.face == self._faces.write(record) and hung.url in ("", record.values["url"])
        return None if same else _DOUBTFUL

    def _compare_texts(self, doubtful: Sequence[tuple[int, Record]]) -> Iterator[Change | None]:
        """Yield the change of each of these tags by what it shows once it is laid out."""
        printed = self._printed([number for number, _ in doubtful]) if doubtful else {}
        symbols = symbols_of([record for _, record in doubtful])
        for (number, record), symbol in zip(doubtful, symbols, strict=True):
            cells, values = printed[record.touchpoint_id], record.values
            if self._shows_day(record.template):
                values = {**values, "date": cells[0]["day"]}
            find = partial(find_picture, self._db, record.touchpoint_id)
            sides = [one.lay_out(values, symbol, find) for one in self._composers.of(record.template)]
            faces = {(values["url"] if side.has_qr else "", side.ean, tuple(side.texts)) for side in sides}
            yield self._judge_texts(number, record, faces, cells)

    def _judge_texts(
        self, number: int, record: Record, faces: set[tuple[str, str, tuple[str, ...]]], cells: Sequence[Row]
    ) -> Change | None:
        before = json.loads(cells[0]["face"])
        details = compare_values(before, self._faces.of(record)) if before else ()
        if faces == {(cell["url"], cell["ean"], tuple(json.loads(cell["texts"]))) for cell in cells}:
            details = tuple(one for one in details if one.field in self._faces.pictures_of(record))
            return Change(number, record.subject_id, details[0].reason, details) if details else None
        if {face[0] for face in faces} != {cell["url"] for cell in cells}:
            details = (*details, Difference("url", cells[0]["url"], record.values["url"]))
        return Change(number, record.subject_id, details[0].reason if details else Reason.TEMPLATE, details)

    def _judge_other(self, number: int, record: Record, hung: "_Hung") -> Change | None:
        """Compare with a tag on another template by what both show."""
        self._others[hung.template] += 1
        details = self._differences(record, hung, shared_only=True)
        return Change(number, record.subject_id, details[0].reason, details) if details else None

    def _differences(self, record: Record, hung: "_Hung", *, shared_only: bool = False) -> tuple[Difference, ...]:
        before, after = json.loads(hung.face), self._faces.of(record)
        names = before.keys() & after.keys() if shared_only else before.keys() | after.keys()
        details = compare_values(_only(before, names), _only(after, names)) if before else ()
        if hung.url and hung.url != record.values["url"]:
            details = (*details, Difference("url", hung.url, record.values["url"]))
        return details

    def _printed(self, numbers: Sequence[int]) -> dict[int, list[Row]]:
        """Return the cells last printed for each touchpoint, each face once; one without a job if none was."""
        found = self._records.queue.take(
            "printing/jobs/comparison.faces", numbers, last=LAST_PRINTED, **self.parameters
        )
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


def _only(values: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
    return {name: values[name] for name in names if name in values}


def _write_details(change: Change) -> str:
    return json.dumps([astuple(one) for one in change.details], ensure_ascii=False)


def read_details(text: str) -> tuple[Difference, ...]:
    """Return the details of a change out of the table that keeps it."""
    return tuple(Difference(*one) for one in json.loads(text))

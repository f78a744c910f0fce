"""What a job has printed and left out so far, in temporary tables on disk until the job is done.

So a million cells need no more memory than a thousand, and nobody waits for the file while it is printed.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from sqlite3 import Row
from typing import Any

from o2o.db import Database, load_query, rows, spill
from o2o.errors import O2OError
from o2o.printing.selection.choice import PrintProblem
from o2o.printing.selection.faces import compare_values
from o2o.problems import keep_list
from o2o.subjects import Kind
from o2o.text_files import guard_formula

_BATCH = 1000
_SHOWN = 100
_LISTED = 20
_MADE = """
SELECT
    c0 AS page, c1 AS cell, c2 AS touchpoint_id, c3 AS template, c4 AS url, c5 AS ean, c6 AS texts,
    c7 AS x, c8 AS y, c9 AS width, c10 AS height, c11 AS face
FROM temp.print_cells_made
"""
_PROBLEMS = ("kind", "id", "name", "reason", "advice", "box", "text")


class Manifest:
    """The cells of a job under way: the rows of print_cells but their job."""

    def __init__(self, db: Database) -> None:
        self._staged = _Staged(db, "print_cells_made", 12)

    def __len__(self) -> int:
        return len(self._staged)

    def add(self, cell: Sequence[Any]) -> None:
        """Keep what a cell shows."""
        self._staged.add(cell)

    def settle(self) -> Database:
        """Write what is still waiting, and return the database that has all cells in a temporary table."""
        self._staged.flush()
        return self._staged.db

    def move(self, job_id: int) -> None:
        """Put all cells into the file, as those of a job."""
        self._staged.flush()
        self._staged.db.conn.execute(f"INSERT INTO print_cells SELECT ?, * FROM {self._staged.table}", [job_id])


@dataclass(frozen=True, slots=True)
class Again:
    """A job that is printed again: all of it, or these pages and subjects of it, if any are named."""

    job_id: int
    pages: tuple[int, ...] = ()
    subject_ids: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Tell whether all of it is printed, and comes out as it was."""
        return not (self.pages or self.subject_ids)

    @property
    def parameters(self) -> dict[str, Any]:
        """What queries of the cells that are printed again ask for."""
        return {
            "job_id": self.job_id,
            "pages": json.dumps(self.pages) if self.pages else None,
            "ids": json.dumps(self.subject_ids) if self.subject_ids else None,
        }

    def check(self, manifest: Manifest) -> None:
        """Raise ChangedSinceError unless the cells show what they showed, all of it in the same places."""
        db = manifest.settle()
        name = "printing/jobs/manifest.moved" if self.whole else "printing/jobs/manifest.different"
        query = load_query(name, made=_MADE)
        differing = list(rows(db, query, **self.parameters))
        if differing:
            raise ChangedSinceError(self.job_id, list(map(_tell, differing)))


class ChangedSinceError(O2OError):
    """A job that can't be printed again as it was, since what it shows has changed."""

    def __init__(self, job_id: int, differences: Sequence[str]) -> None:
        listed = "".join(f"\n  {one}" for one in differences[:_LISTED])
        more = f"\n  and {len(differences) - _LISTED:,} more" if len(differences) > _LISTED else ""
        super().__init__(
            f"nothing was printed: {len(differences):,} cell(s) of job {job_id} would not show what they showed; "
            f"print them with --as-it-is-now{listed}{more}"
        )


def _tell(row: Row) -> str:
    """Return how a cell differs from the one that was printed."""
    subject = f"{row['kind']} {row['subject_id']}"
    if row["after"] is None:
        return f"{subject} is no longer printed"
    if row["before"] is None:
        return f"{subject} comes into a place where it was not"
    details = compare_values(json.loads(row["before"]), json.loads(row["after"]))
    told = "; ".join(f"{one.field}: {one.before or '–'} → {one.after or '–'}" for one in details)
    return f"{subject} {told or 'has another code, other texts of the template, or another place'}"


class Problems:
    """The problems of a job under way: how many, the first of them, and all of them in a list beside its file."""

    def __init__(self, db: Database) -> None:
        self._staged = _Staged(db, "print_problems", len(_PROBLEMS))

    def __len__(self) -> int:
        return len(self._staged)

    def add(self, problem: PrintProblem) -> None:
        """Keep a problem."""
        self._staged.add(astuple(problem))

    @property
    def first(self) -> tuple[PrintProblem, ...]:
        """The first of them."""
        return tuple(PrintProblem(Kind(kind), *texts) for kind, *texts in self._staged.rows(_SHOWN))

    def list_beside(self, out: Path) -> Path | None:
        """Write them into OUT.problems.csv, or remove that of an earlier job if there is none."""
        rows = (
            [kind, *map(guard_formula, (id_, name, box, text)), reason, advice]
            for kind, id_, name, reason, advice, box, text in self._staged.rows(-1)
        )
        return keep_list(out, ["kind", "id", "name", "box", "text", "reason", "advice"], rows if len(self) else ())


class _Staged:
    """Rows of a temporary table, written in batches."""

    def __init__(self, db: Database, name: str, columns: int) -> None:
        spill(db)
        self.db = db
        self.table = f"temp.{name}"
        db.conn.execute(f"DROP TABLE IF EXISTS {self.table}")
        db.conn.execute(f"CREATE TABLE {self.table} ({', '.join(f'c{number}' for number in range(columns))})")
        self._insert = f"INSERT INTO {self.table} VALUES ({', '.join('?' * columns)})"
        self._waiting: list[Sequence[Any]] = []
        self._written = 0

    def __len__(self) -> int:
        return self._written + len(self._waiting)

    def add(self, row: Sequence[Any]) -> None:
        self._waiting.append(row)
        if len(self._waiting) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        if self._waiting:
            self.db.conn.executemany(self._insert, self._waiting)
            self._written += len(self._waiting)
            self._waiting.clear()

    def rows(self, most: int) -> Iterator[tuple[Any, ...]]:
        self.flush()
        return self.db.conn.execute(f"SELECT * FROM {self.table} ORDER BY rowid LIMIT ?", [most])

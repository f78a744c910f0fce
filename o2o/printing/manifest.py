"""What a job has printed and left out so far, in temporary tables on disk until the job is done.

So a million cells need no more memory than a thousand, and nobody waits for the file while it is printed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

from o2o.db import Database, spill
from o2o.printing.records import PrintProblem
from o2o.problems import keep_list
from o2o.subjects import Kind
from o2o.text_files import guard_formula

_BATCH = 1000
_SHOWN = 100
_PROBLEMS = ("kind", "id", "name", "reason", "advice", "box", "text")


class Manifest:
    """The cells of a job under way: the rows of print_cells but their job."""

    def __init__(self, db: Database) -> None:
        self._staged = _Staged(db, "print_cells_made", 11)

    def __len__(self) -> int:
        return len(self._staged)

    def add(self, cell: Sequence[Any]) -> None:
        """Keep what a cell shows."""
        self._staged.add(cell)

    def move(self, job_id: int) -> None:
        """Put all cells into the file, as those of a job."""
        self._staged.flush()
        self._staged.db.conn.execute(f"INSERT INTO print_cells SELECT ?, * FROM {self._staged.table}", [job_id])


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

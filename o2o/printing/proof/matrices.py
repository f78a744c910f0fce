"""Reads back the symbol of every code of a print job, before any paper: made again from its URL, a pixel a module."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from sqlite3 import Row
from typing import TYPE_CHECKING

from o2o.codes.reader import read_symbol
from o2o.codes.smallest import make_symbols
from o2o.codes.symbol import QUIET_ZONE, Symbol
from o2o.db import Database, load_query, rows
from o2o.errors import NotFoundError, O2OError
from o2o.printing.template.file import find_template

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Progress = Callable[[Sequence[int]], Iterable[int]]

_TOGETHER = 10_000
_LEVEL = "M"


@dataclass(frozen=True, slots=True)
class MatrixProblem:
    """A symbol that doesn't say what its cell's URL is; ``said`` is what it says, nothing when it can't be read."""

    page: int
    cell: int
    code: str
    url: str
    said: str


@dataclass(frozen=True, slots=True)
class MatrixReport:
    """How many symbols of a job were read back, and those that say something else."""

    job_id: int
    codes: int
    problems: tuple[MatrixProblem, ...]


def prove_matrices(db: Database, job_id: int, progress: Progress = iter) -> MatrixReport:
    """Make the symbol of each code of a job as it was printed and read it back; raises NotFoundError for no job."""
    count = db.conn.execute("SELECT count(*) FROM print_cells WHERE job_id = ? AND url <> ''", [job_id]).fetchone()[0]
    if not db.conn.execute("SELECT 1 FROM print_jobs WHERE id = ?", [job_id]).fetchone():
        raise NotFoundError(
            "print job", str(job_id), "name a file that 'o2o print' made, and its shop's file with --db"
        )
    cells = rows(db, load_query("printing/proof/matrices.cells"), job_id=job_id)
    problems: list[MatrixProblem] = []
    for _ in progress(range(0, count, _TOGETHER)):
        problems += _prove(list(islice(cells, _TOGETHER)))
    return MatrixReport(job_id, count, tuple(problems))


def _prove(cells: Sequence[Row]) -> Iterator[MatrixProblem]:
    for cell, symbol in zip(cells, _symbols_of(cells), strict=True):
        said = read_symbol(_picture_of(symbol))
        if said != cell["url"]:
            yield MatrixProblem(cell["page"], cell["cell"], cell["code"], cell["url"], said)


def _symbols_of(cells: Sequence[Row]) -> list[Symbol]:
    """Return the symbol of each cell, at the level of its template or above."""
    levels = [_level_of(cell["template"]) for cell in cells]
    made = {
        level: iter(
            make_symbols(
                [cell["url"] for cell, own in zip(cells, levels, strict=True) if own == level], level=level, raised=True
            )
        )
        for level in dict.fromkeys(levels)
    }
    return [next(made[level]) for level in levels]


@lru_cache(256)
def _level_of(template: str) -> str:
    """Return the level of a template; of one that is here no longer, the one that nearly all have."""
    try:
        return find_template(template).level
    except O2OError:
        return _LEVEL


def _picture_of(symbol: Symbol) -> "NDArray[np.uint8]":
    import numpy as np

    picture = np.full((symbol.size + 2 * QUIET_ZONE,) * 2, 255, np.uint8)
    picture[QUIET_ZONE:-QUIET_ZONE, QUIET_ZONE:-QUIET_ZONE][symbol.matrix] = 0
    return picture

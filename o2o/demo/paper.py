"""Prints the chain's paper and reads its codes back: shoppers know a shop only from its paper."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from o2o.codes.reader import Format
from o2o.config import Settings
from o2o.db import Database
from o2o.demo.chain import FLAGSHIP
from o2o.errors import O2OError
from o2o.printing.jobs.order import PrintOrder
from o2o.printing.jobs.printing import print_selection
from o2o.printing.proof.comparison import prove_pdf
from o2o.printing.proof.pdf_sheet import opened_pdf, opened_sheet
from o2o.printing.selection.choice import Choice
from o2o.printing.selection.selections import Selection, select_badges, select_signage, select_tags

_DPI = 150


class ProofFailedError(O2OError):
    """The demo's own print doesn't read back."""

    def __init__(self, path: Path, problems: int) -> None:
        super().__init__(f"{path}: {problems} code(s) can't be read back; see 'o2o proof {path}'")


def print_shop(db: Database, settings: Settings, out: Path, at: int) -> list[Path]:
    """Print the flagship's shelf tags and all stores' badges and signage as samples, prove them, return the PDFs."""
    jobs = {f"tags-{FLAGSHIP}.pdf": select_tags(db, settings, Choice(FLAGSHIP), at)}
    jobs["badges.pdf"] = select_badges(db, settings, Choice(None), at)
    for (store,) in db.conn.execute("SELECT store_id FROM stores ORDER BY store_id").fetchall():
        jobs[f"signage-{store}.pdf"] = select_signage(db, settings, Choice(store), at)
    return [_print_one(db, settings, selection, out / name, at) for name, selection in jobs.items()]


def _print_one(db: Database, settings: Settings, selection: Selection, path: Path, at: int) -> Path:
    print_selection(db, settings, selection, PrintOrder(path, "o2o demo", sample=True), at)
    problems = prove_pdf(db, path).problems
    if problems:
        raise ProofFailedError(path, len(problems))
    return path


def read_paper(paths: Iterable[Path]) -> list[str]:
    """Return what the QR codes on these PDFs say, in the order of the pages."""
    return [text for path in paths for text in _read_pdf(path)]


def _read_pdf(path: Path) -> Iterator[str]:
    with opened_pdf(path) as document:
        for index in range(len(document)):
            with opened_sheet(document, index) as sheet:
                yield from (reading.text for reading in sheet.look(_DPI).codes(Format.QR))

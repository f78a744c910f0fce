"""Reading back every code of printed sheets, beside zxing-cpp let loose on each whole page."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import zxingcpp

from benchmarks.measure import Contest
from benchmarks.printing import REACHABLE, STORE, make_store, print_tags
from o2o import times
from o2o.codes.smallest import make_symbols
from o2o.codes.symbol import Symbol
from o2o.db import Database
from o2o.printing.proof.comparison import prove_pdf
from o2o.printing.proof.matrices import prove_matrices
from o2o.printing.selection.choice import Choice
from o2o.printing.selection.selections import select_tags

SIZE = 10
"""Sheets of 24 tags, each with a QR and an EAN-13."""

_DPI = 200


@contextmanager
def contest(folder: Path, size: int) -> Iterator[tuple[Contest, ...]]:
    """Print sheets once and read them again and again; read all symbols of the job without them."""
    db = make_store(folder, size * 24)
    sheets = folder / "tags.pdf"
    print_tags(db, select_tags(db, REACHABLE, Choice(STORE), times.now()), sheets)

    def ours() -> int:
        report = prove_pdf(db, sheets)
        if report.problems:
            raise RuntimeError(f"the proof failed: {report.problems[0]}")
        return size

    def whole_pages() -> int:
        _read_whole_pages(sheets)
        return size

    found = _read_whole_pages(sheets)
    peer = f"zxing-cpp on whole pages at {_DPI} dpi, finds {found} of {size * 48} codes"
    pages = Contest("proof, read, compared and scored", "pages/s", ours, {peer: whole_pages})
    yield pages, _race_matrices(db, size * 24)
    db.close()


def _race_matrices(db: Database, count: int) -> Contest:
    """Read back each symbol, beside zxing-cpp made to look for it in the same picture."""
    symbols = make_symbols([url for (url,) in db.conn.execute("SELECT url FROM print_cells")], raised=True)

    def ours() -> int:
        report = prove_matrices(db, 1)
        if report.problems:
            raise RuntimeError(f"the proof failed: {report.problems[0]}")
        return count

    def looked_for() -> int:
        return sum(bool(zxingcpp.read_barcodes(_picture(symbol))) for symbol in symbols)

    def _picture(symbol: Symbol) -> Any:
        return np.pad(np.where(symbol.matrix, 0, 255).astype(np.uint8), 4, constant_values=255)

    return Contest(
        "proof of symbols, made again and read",
        "codes/s",
        ours,
        {"zxing-cpp, its own options, reading alone": looked_for},
    )


def _read_whole_pages(path: Path) -> int:
    import pypdfium2

    found = 0
    with pypdfium2.PdfDocument(path) as document:
        for page in document:
            found += len(zxingcpp.read_barcodes(page.render(scale=_DPI / 72, grayscale=True).to_pil()))
    return found

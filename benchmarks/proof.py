"""Reading back every code of printed sheets, beside zxing-cpp let loose on each whole page."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import Contest
from benchmarks.printing import REACHABLE, STORE, make_store, print_tags
from o2o import times
from o2o.printing.proof import prove_pdf
from o2o.printing.records import Choice, select_tags

SIZE = 10
"""Sheets of 24 tags, each with a QR and an EAN-13."""

_DPI = 200


@contextmanager
def contest(folder: Path, size: int) -> Iterator[Contest]:
    """Print sheets once and read them again and again."""
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
    yield Contest("proof, read and compared", "pages/s", ours, {peer: whole_pages})
    db.close()


def _read_whole_pages(path: Path) -> int:
    import pypdfium2
    import zxingcpp

    found = 0
    with pypdfium2.PdfDocument(path) as document:
        for page in document:
            found += len(zxingcpp.read_barcodes(page.render(scale=_DPI / 72, grayscale=True).to_pil()))
    return found

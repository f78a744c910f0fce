"""Which writer fills a file, by the suffix of its name."""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from o2o.errors import OutputError
from o2o.printing.drawing.writer import Writer
from o2o.printing.pdf.writer import PdfWriter
from o2o.printing.raster.writer import PngWriter
from o2o.printing.thermal.tspl import TsplWriter
from o2o.printing.thermal.zpl import ZplWriter

Begin = Callable[[BinaryIO, Path, str, str, str], Writer]
"""Begins a file: the file open for writing, its path, its title, the language of its texts, how codes are drawn."""


def _begin_pdf(file: BinaryIO, _out: Path, title: str, language: str, qr: str) -> Writer:
    return PdfWriter(file, title, language, qr=qr)


def _begin_pictures(file: BinaryIO, out: Path, _title: str, _language: str, _qr: str) -> Writer:
    return PngWriter(file, out)


def _begin_zpl(file: BinaryIO, _out: Path, _title: str, _language: str, _qr: str) -> Writer:
    return ZplWriter(file)


def _begin_tspl(file: BinaryIO, _out: Path, _title: str, _language: str, _qr: str) -> Writer:
    return TsplWriter(file)


WRITERS: dict[str, Begin] = {
    ".pdf": _begin_pdf,
    ".png": _begin_pictures,
    ".zip": _begin_pictures,
    ".zpl": _begin_zpl,
    ".tspl": _begin_tspl,
}

_OF_PRINTERS = (".prn",)
"""What printer's programs call any language; the suffix before it says which: tags.zpl.prn."""


def find_writer(out: Path) -> Begin:
    """Return what begins a file of this name; raises OutputError when there is no writer for its suffix."""
    name = Path(out.stem) if out.suffix.lower() in _OF_PRINTERS else out
    begin = WRITERS.get(name.suffix.lower())
    if begin is None:
        what = f"nothing is written as {out.suffix!r}" if out.suffix else "its name has no suffix"
        raise OutputError(out, what, f"name a file that ends in {', '.join(WRITERS)}")
    return begin

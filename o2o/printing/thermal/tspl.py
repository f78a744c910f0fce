"""TSPL, the language of TSC's label printers and of most that are made in China (TSC, TSPL/TSPL2 Programming).

Texts are bitmaps, so it does not matter which characters (GB18030 or others) the printer's own fonts have.
"""

from typing import BinaryIO

from o2o.printing.drawing.items import Bars, Matrix
from o2o.printing.drawing.units import MM_PER_INCH
from o2o.printing.raster.dots import Dots
from o2o.printing.thermal.labels import Area, LabelWriter
from o2o.printing.thermal.plain_codes import code128_set, plain_mode, retail_kind

_INVERTED = bytes(range(256))[::-1]
"""A dot that is printed is 0."""

_OR, _XOR = 1, 2
_MOST_CELL = 10
_UNQUOTABLE = frozenset('"\\')


class TsplWriter(LabelWriter):
    """Labels as TSPL."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file, Tspl())


class Tspl:
    """What a printer is told in TSPL."""

    def start(self, width: int, height: int, dpi: int) -> bytes:
        """Begin a label; the gap to the next one is left as the printer is set."""
        mm = MM_PER_INCH / dpi
        return f"SIZE {width * mm:.2f} mm,{height * mm:.2f} mm\r\nDIRECTION 1\r\nREFERENCE 0,0\r\nCLS\r\n".encode()

    def fill(self, area: Area, *, dark: bool) -> bytes:
        """Fill a rectangle."""
        left, top, right, bottom = area
        return b"%s %d,%d,%d,%d\r\n" % (b"BAR" if dark else b"ERASE", left, top, right - left, bottom - top)

    def bitmap(self, x: int, y: int, dots: Dots, *, reverse: bool) -> bytes:
        """Print dots."""
        head = b"BITMAP %d,%d,%d,%d,%d," % (x, y, dots.row_bytes, dots.height, _XOR if reverse else _OR)
        return head + dots.rows.translate(_INVERTED) + b"\r\n"

    def matrix(self, x: int, y: int, module: int, item: Matrix) -> bytes | None:
        """Print a QR symbol of model 2; without it older firmware draws model 1, which few phones read."""
        plain = plain_mode(item.symbol, item.text) if item.text else None
        if not plain or module > _MOST_CELL or _UNQUOTABLE.intersection(item.text) or "!" in item.text:
            return None
        level, mode = plain
        count = f"{len(item.text):04}" if mode == "B" else ""
        return (f'QRCODE {x},{y},{level},{module},M,0,M2,S{item.symbol.mask},"{mode}{count}{item.text}"\r\n').encode()

    def bars(self, x: int, y: int, module: int, item: Bars) -> bytes | None:
        """Print a linear code, its bars as high as the lowest."""
        height = min(bar[2] for bar in item.bars) * module
        kind, text = retail_kind(item), item.text[:-1]
        if not kind and code128_set(item) and not _UNQUOTABLE.intersection(item.text):
            kind, text = "128", item.text
        return f'BARCODE {x},{y},"{kind}",{height},0,0,{module},{module},"{text}"\r\n'.encode() if kind else None

    def end(self, copies: int) -> bytes:
        """End a label and print it so many times."""
        return b"PRINT 1,%d\r\n" % copies

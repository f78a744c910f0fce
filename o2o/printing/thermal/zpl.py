"""ZPL II, the language of Zebra's label printers and many others (Zebra, ZPL II Programming Guide).

Firmware draws a QR symbol lower than its field by the height of ``^BY`` less one, whatever that was last; so it is
always set to one.
"""

from binascii import hexlify
from functools import lru_cache
from typing import BinaryIO

from o2o.printing.drawing.items import Bars, Matrix
from o2o.printing.raster.dots import Dots
from o2o.printing.thermal.labels import Area, LabelWriter
from o2o.printing.thermal.plain_codes import code128_set, plain_mode, retail_kind

_ESCAPES = str.maketrans({character: f"_{ord(character):02X}" for character in "^~_\\"})
_MOST_MAGNIFICATION = 10
_LETTERS = {"EAN13": "E", "UPCA": "U", "EAN8": "8"}
"""Which ^B draws each."""


class ZplWriter(LabelWriter):
    """Labels as ZPL II."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file, Zpl())


class Zpl:
    """What a printer is told in ZPL II."""

    def start(self, width: int, height: int, dpi: int) -> bytes:
        """Begin a label; how the printer finds its edges is left as the printer is set."""
        del dpi
        return b"^XA^LH0,0^PW%d^LL%d" % (width, height)

    def fill(self, area: Area, *, dark: bool) -> bytes:
        """Fill a rectangle."""
        left, top, right, bottom = area
        width, height = right - left, bottom - top
        return b"^FO%d,%d^GB%d,%d,%d,%s^FS" % (
            left, top, width, height, min(width, height), b"B" if dark else b"W"
        )  # fmt: skip

    def bitmap(self, x: int, y: int, dots: Dots, *, reverse: bool) -> bytes:
        """Print dots."""
        return b"^FO%d,%d%s%s" % (x, y, b"^FR" if reverse else b"", _graphic(dots))

    def matrix(self, x: int, y: int, module: int, item: Matrix) -> bytes | None:
        """Print a QR symbol."""
        plain = plain_mode(item.symbol, item.text) if item.text else None
        if not plain or module > _MOST_MAGNIFICATION:
            return None
        level, mode = plain
        count = f"{len(item.text):04}" if mode == "B" else ""
        return (
            f"^BY{module},3,1^FO{x},{y}^BQN,2,{module},{level},{item.symbol.mask}"
            f"^FH^FD{level}M,{mode}{count}{item.text.translate(_ESCAPES)}^FS"
        ).encode()

    def bars(self, x: int, y: int, module: int, item: Bars) -> bytes | None:
        """Print a linear code, its bars as high as the lowest."""
        height = min(bar[2] for bar in item.bars) * module
        head = f"^BY{module},3,{height}^FO{x},{y}"
        if letter := _LETTERS.get(retail_kind(item)):
            return f"{head}^B{letter}N,{height},N,N^FD{item.text[:-1]}^FS".encode()
        code_set = code128_set(item)
        if not code_set or ">" in item.text:
            return None
        sign = {"B": ">:", "C": ">;"}[code_set]
        return f"{head}^BCN,{height},N,N,N^FH^FD{sign}{item.text.translate(_ESCAPES)}^FS".encode()

    def end(self, copies: int) -> bytes:
        """End a label and print it so many times."""
        return b"^PQ%d^XZ\n" % copies


@lru_cache(1 << 11)
def _graphic(dots: Dots) -> bytes:
    """Return a graphic field in hexadecimal; a row that equals the one above is a colon."""
    data, size, step = dots.rows, len(dots.rows), dots.row_bytes
    head = b"^GFA,%d,%d,%d," % (size, size, step)
    if data[:step] != data[step : 2 * step]:
        return head + hexlify(data).upper() + b"^FS"
    rows = [data[place : place + step] for place in range(0, size, step)]
    packed = [b":" if number and row == rows[number - 1] else hexlify(row).upper() for number, row in enumerate(rows)]
    return head + b"".join(packed) + b"^FS"

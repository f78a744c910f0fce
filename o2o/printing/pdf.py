"""Pages of placed things, as PDF operators written straight into reportlab's page streams.

One string for many things is an order of magnitude faster than a call a thing. The unit of each page
is one dot of the printer, so that the edges of codes are whole numbers and stay on its grid.
"""

import io
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from math import cos, hypot, radians, sin
from typing import Any, BinaryIO

from o2o.printing.fonts import BOLD, register_fonts, text_width
from o2o.printing.items import Bars, Bitmap, Figure, Item, Matrix, Panel, Picture, Stroke, Text, Turned
from o2o.printing.look import Block, outline
from o2o.printing.stock import Stock
from o2o.printing.units import MM_PER_INCH
from o2o.printing.writer import Area, PageBoxes

SAMPLE = "样张 SAMPLE"
"""What is written across each page of a sample."""

_SAMPLE_COLOUR = "#E5007D"
_SAMPLE_OPACITY = 0.22
_SAMPLE_TURN = radians(30)
_SAMPLE_LENGTH = 0.24  # of the diagonal of the page
_UNDER = 0.0001  # points; renderers that round the size of a page up would add a dot and stretch the page to it
_INSET = 0.001  # modules; a renderer that paints each dot an edge touches (poppler, in black and white at 300 dpi)
# would else add a dot to every dark run: 13.5 % more black, measured, and none with it
_CUT_FROM, _CUT_TO = 1.0, 5.0  # mm outside of the cells


class PdfWriter:
    """A PDF under way: start a page, place things on it, end it; at last finish the file."""

    def __init__(self, file: BinaryIO, title: str, language: str) -> None:
        from reportlab import rl_config
        from reportlab.pdfgen.canvas import Canvas

        register_fonts()
        self._file = file
        rl_config.useA85 = 0  # images as bytes: as text they are a quarter larger, and slow to write
        # invariant: the same job makes the same bytes; initialFontName: else each page names Helvetica, not embedded
        self._canvas = Canvas(io.BytesIO(), pageCompression=1, invariant=1, initialFontName=BOLD, lang=language)
        self._canvas.setTitle(title)
        self._canvas.setAuthor("o2o")
        self._canvas.setCreator("o2o")
        self._canvas.setViewerPreference("PrintScaling", "None")
        self._encoded = lru_cache(4096)(self._encode)
        self._images: dict[bytes, str] = {}
        self._dots = 1.0
        self._size = (0.0, 0.0)
        self.pages = 0

    def start_page(self, width: float, height: float, dpi: int, boxes: PageBoxes | None = None) -> None:
        """Begin a page of this size in mm; it is rounded to whole dots, so that all four edges are on the grid."""
        self._dots = dpi / MM_PER_INCH
        self._size = (round(width * self._dots), round(height * self._dots))
        unit = 72 / dpi
        self._canvas.setPageSize((self._size[0] * unit - _UNDER, self._size[1] * unit - _UNDER))
        self._canvas.setTrimBox(boxes and self._box_of(boxes.trim))
        self._canvas.setBleedBox(boxes and self._box_of(boxes.bleed))
        self._canvas.addLiteral(f"{unit:.7f} 0 0 {unit:.7f} 0 {self._size[1] * unit:.5f} cm")
        self.pages += 1

    def place(self, items: Iterable[Item], x: float, y: float) -> None:
        """Draw things from a point of the page on, in mm from its top left."""
        self._canvas.addLiteral(f"q 1 0 0 1 {round(x * self._dots)} {round(-y * self._dots)} cm")
        for item in items:
            self._canvas.addLiteral(self._draw(item))
        self._canvas.addLiteral("Q")

    def mark_cuts(self, stock: Stock) -> None:
        """Draw where to cut, outside of the cells."""
        lines = (Stroke(*ends, colour="#808080", width=0.1) for ends in _cut_lines(stock))
        self.place(lines, 0, 0)

    def mark_sample(self, codes: Iterable[Panel]) -> None:
        """Write 样张 SAMPLE across the page, over everything but codes and their quiet zones."""
        width, height = self._size
        holes = " ".join(f"{self._rectangle(code)} re" for code in codes)
        length = _SAMPLE_LENGTH * hypot(width, height)
        size = length / text_width(SAMPLE, BOLD, 1) / self._dots
        mark = self._draw(Text(-length / 2 / self._dots, 0.36 * size, SAMPLE, BOLD, size, _SAMPLE_COLOUR))
        self._canvas.saveState()
        self._canvas.setFillAlpha(_SAMPLE_OPACITY)
        self._canvas.setStrokeAlpha(_SAMPLE_OPACITY)
        # the white outline shows it on dark colours
        self._canvas.addLiteral(f"0 0 {width} {-height} re {holes} W* n 2 Tr 1 G {0.03 * size * self._dots:.1f} w")
        turn = f"{cos(_SAMPLE_TURN):.5f} {sin(_SAMPLE_TURN):.5f} {-sin(_SAMPLE_TURN):.5f} {cos(_SAMPLE_TURN):.5f}"
        for x, y in _scattered(width / length, height / length):
            self._canvas.addLiteral(f"q {turn} {x * length:.1f} {-y * length:.1f} cm {mark} Q")
        self._canvas.restoreState()

    def _box_of(self, area: Area) -> tuple[float, float, float, float]:
        left, top, width, height = (72 / MM_PER_INCH * length for length in area)
        bottom = self._canvas._pagesize[1] - top - height
        return left, bottom, left + width, bottom + height

    def end_page(self) -> None:
        """Close the page and keep it deflated, a tenth of its size, until the file is finished."""
        from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream

        self._canvas.showPage()
        page = self._canvas._doc.Pages.pages[-1]
        deflated = PDFDictionary({"Filter": PDFArray([PDFName("FlateDecode")])})
        page.Contents = PDFStream(deflated, zlib.compress(page.stream.encode("ascii")))
        page.stream = None

    def finish(self, subject: str) -> None:
        """Write the file."""
        self._canvas.setSubject(subject)
        self._file.write(self._canvas.getpdfdata())

    def draw_turned(self, item: Turned) -> str:
        """Return the operators that draw things in a turned frame."""
        cosine, sine = cos(radians(item.degrees)), sin(radians(item.degrees))
        frame = f"{cosine:.6f} {-sine:.6f} {sine:.6f} {cosine:.6f} {self._n(item.x)} {self._n(-item.y)} cm"
        return f"q {frame} {' '.join(map(self._draw, item.items))} Q"

    def _draw(self, item: Item) -> str:
        return _DRAWERS[type(item)](self, item)

    def draw_text(self, item: Text) -> str:
        """Return the operators that draw a text."""
        size = self._n(item.size)
        shown = " ".join(f"{font} {size} Tf <{codes}> Tj" for font, codes in self._encoded(item.text, item.font))
        return f"BT {_colour(item.colour)} {self._n(item.x)} {self._n(-item.y)} Td {shown} ET"

    def draw_panel(self, item: Panel) -> str:
        """Return the operators that draw a panel."""
        path = self._rounded(item) if item.radius else f"{self._rectangle(item)} re"
        stroke = f"{_colour(item.stroke).upper()} {self._n(item.line_width)} w [] 0 d " if item.stroke else ""
        fill = f"{_colour(item.fill)} " if item.fill else ""
        return f"{stroke}{fill}{path} {_PAINT[bool(item.fill), bool(item.stroke)]}"

    def draw_stroke(self, item: Stroke) -> str:
        """Return the operators that draw a stroke."""
        dash = f"[{self._n(item.dash)}] 0 d" if item.dash else "[] 0 d"
        start, end = (self._n(item.x), self._n(-item.y)), (self._n(item.to_x), self._n(-item.to_y))
        style = f"{_colour(item.colour).upper()} {self._n(item.width)} w {dash}"
        return f"{style} {start[0]} {start[1]} m {end[0]} {end[1]} l S"

    def draw_matrix(self, item: Matrix) -> str:
        """Return the operators that draw a QR symbol."""
        return self._draw_modules(item, "".join(_row_operators(item.symbol.rows)))

    def draw_figure(self, item: Figure) -> str:
        """Return the operators that draw blocks, a path for each stretch of one colour."""
        module = round(item.module * self._dots)
        corner = f"{item.x * self._dots + module * _INSET / 2:.4f} {-item.y * self._dots - module * _INSET / 2:.4f}"
        stretches = groupby(item.blocks, key=lambda block: (block.colour, _diameter(block)))
        painted = (_paint(colour, diameter, blocks) for (colour, diameter), blocks in stretches)
        return f"q {module} 0 0 -{module} {corner} cm\n{''.join(painted)}Q"

    def draw_bars(self, item: Bars) -> str:
        """Return the operators that draw a linear code."""
        bars = [f"{x} 0 {width - _INSET:g} {height - _INSET:g} re\n" for x, width, height in item.bars]
        return self._draw_modules(item, "".join(bars))

    def _draw_modules(self, item: Matrix | Bars, rectangles: str) -> str:
        # modules counted downwards; one path, so that abutting rectangles leave no seam
        module = round(item.module * self._dots)
        left, top = round(item.x * self._dots), round(item.y * self._dots)
        corner = f"{left + module * _INSET / 2:.4f} {-top - module * _INSET / 2:.4f}"
        return f"q {_colour(item.colour)} {module} 0 0 -{module} {corner} cm\n{rectangles}f Q"

    def draw_picture(self, item: Picture) -> str:
        """Return the operators that draw a picture."""
        corner = (item.x * self._dots, -(item.y + item.height) * self._dots)
        size = (item.width * self._dots, item.height * self._dots)
        self._canvas.drawImage(str(item.path), *corner, *size, mask="auto")
        return ""

    def draw_bitmap(self, item: Bitmap) -> str:
        """Return the operators that draw an image, which the file keeps once."""
        width, height = item.width * self._dots, item.height * self._dots
        left, bottom = item.x * self._dots, -item.y * self._dots - height
        if name := self._images.get(item.data):
            self._canvas._formsinuse.append(name)
            return f"q {width:.2f} 0 0 {height:.2f} {left:.2f} {bottom:.2f} cm /{self._name_of(name)} Do Q"
        self._add_image(item.data, (left, bottom, width, height))
        return ""

    def _add_image(self, data: bytes, place: tuple[float, float, float, float]) -> None:
        """Draw an image for the first time; reportlab would hash all its pixels again each time."""
        from reportlab.lib.utils import ImageReader

        self._canvas.drawImage(ImageReader(io.BytesIO(data)), *place, mask="auto")
        self._images[data] = self._canvas._formsinuse[-1]

    def _name_of(self, image: str) -> str:
        name: str = self._canvas._doc.getXObjectName(image)
        return name

    def _n(self, length: float) -> str:
        """Return a length in dots, as short as a hundredth of a dot needs."""
        return f"{length * self._dots:.2f}".rstrip("0").rstrip(".")

    def _rectangle(self, area: Panel) -> str:
        return f"{self._n(area.x)} {self._n(-area.y)} {self._n(area.width)} {self._n(-area.height)}"

    def _rounded(self, item: Panel) -> str:
        radius = min(item.radius, item.width / 2, item.height / 2)
        block = Block(item.x, item.y, item.width, item.height, "", radius, (True,) * 4)
        return " ".join(
            " ".join(self._n(-length if place % 2 else length) for place, length in enumerate(points)) + f" {step}"
            for step, points in outline(block)
        )

    def _encode(self, text: str, font_name: str) -> list[tuple[str, str]]:
        from reportlab.pdfbase.pdfmetrics import getFont

        font, document = getFont(font_name), self._canvas._doc
        return [
            (font.getSubsetInternalName(subset, document), codes.hex())
            for subset, codes in font.splitString(text, document)
        ]


_DRAWERS: dict[type[Item], Callable[[PdfWriter, Any], str]] = {
    Text: PdfWriter.draw_text,
    Panel: PdfWriter.draw_panel,
    Stroke: PdfWriter.draw_stroke,
    Matrix: PdfWriter.draw_matrix,
    Figure: PdfWriter.draw_figure,
    Bars: PdfWriter.draw_bars,
    Picture: PdfWriter.draw_picture,
    Bitmap: PdfWriter.draw_bitmap,
    Turned: PdfWriter.draw_turned,
}

_PAINT = {(True, True): "B", (True, False): "f", (False, True): "S", (False, False): "n"}


@lru_cache(256)
def _colour(colour: str) -> str:
    """Return the operator that fills with a colour; black and greys are pure black ink."""
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return f"{red:.3g} g" if red == green == blue else f"{red:.3g} {green:.3g} {blue:.3g} rg"


_TO_DIGITS = bytes.maketrans(b"\0\1", b"01")


def _row_operators(rows: Iterable[tuple[bool, ...]]) -> Iterator[str]:
    """Yield the rectangles of a symbol, looked up by eight modules at a time."""
    for number, row in enumerate(rows):
        digits = bytes(row).translate(_TO_DIGITS)
        for start in range(0, len(row), 8):
            yield _run_operators(number, start, digits[start : start + 8])


@lru_cache(1 << 17)
def _run_operators(row: int, start: int, digits: bytes) -> str:
    runs = re.finditer(b"1+", digits)
    return "".join(
        f"{start + run.start()} {row} {run.end() - run.start() - _INSET:g} {1 - _INSET:g} re\n" for run in runs
    )


def _diameter(block: Block) -> float:
    """Return the diameter of a block that is a circle, else 0."""
    is_circle = block.width == block.height == 2 * block.radius and all(block.corners)
    return block.width if is_circle else 0.0


def _paint(colour: str, diameter: float, blocks: Iterable[Block]) -> str:
    if not diameter:
        return f"{_colour(colour)}\n{''.join(map(_block_operators, blocks))}f\n"
    # a circle is the round end of a line of hardly any length: a tenth of the bytes of four curves
    return f"{_colour(colour).upper()} [] 0 d 1 J {diameter - _INSET:g} w\n{''.join(map(_dot_operators, blocks))}S\n"


def _dot_operators(block: Block) -> str:
    x, y = block.x + (block.width - _INSET) / 2, block.y + (block.height - _INSET) / 2
    return f"{x - _INSET / 2:g} {y:g} m {x + _INSET / 2:g} {y:g} l\n"


@lru_cache(1 << 16)
def _block_operators(block: Block) -> str:
    inside = replace(block, width=block.width - _INSET, height=block.height - _INSET)
    if not any(block.corners):
        return f"{inside.x:g} {inside.y:g} {inside.width:g} {inside.height:g} re\n"
    steps = (f"{' '.join(f'{round(length, 3):g}' for length in points)} {step}" for step, points in outline(inside))
    return f"{' '.join(steps)} h\n"


def _scattered(width: float, height: float) -> Iterator[tuple[float, float]]:
    """Yield the centres of marks of length 1 over an area: rows in turn of them, shifted by half a step."""
    columns, rows = max(1, round(width / 1.3)), max(2, round(height / 0.85))
    for row in range(rows):
        shift = (0.25 if row % 2 else -0.25) if columns > 1 or rows > 2 else 0.0
        for column in range(columns):
            yield (column + 0.5 + shift / 2) * width / columns, (row + 0.5) * height / rows


def _cut_lines(stock: Stock) -> Iterator[tuple[float, float, float, float]]:
    """Yield the ends of short lines beside the sheet's cells, in line with their edges."""
    left, top = stock.origin
    last_x, last_y = stock.corner(stock.cells - 1)
    right, bottom = last_x + stock.cell[0], last_y + stock.cell[1]
    for column in range(stock.grid[0]):
        start = stock.corner(column)[0]
        for x in (start, start + stock.cell[0]):
            yield x, top - _CUT_TO, x, top - _CUT_FROM
            yield x, bottom + _CUT_FROM, x, bottom + _CUT_TO
    for row in range(stock.grid[1]):
        start = stock.corner(row * stock.grid[0])[1]
        for y in (start, start + stock.cell[1]):
            yield left - _CUT_TO, y, left - _CUT_FROM, y
            yield right + _CUT_FROM, y, right + _CUT_TO, y

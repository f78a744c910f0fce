"""Pages of placed things, as PDF operators written straight into the pages of a file.

Once a page is closed it is deflated and written; what stays is what the pages share. The unit of each page is one dot
of the printer, so that the edges of codes are whole numbers and stay on its grid.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from math import cos, radians, sin
from pathlib import Path
from typing import Any, BinaryIO

from o2o.codes.symbol import Symbol
from o2o.printing.drawing.items import Art, Bars, Bitmap, Figure, Item, Matrix, Panel, Picture, Stroke, Text, Turned
from o2o.printing.drawing.look import Block, outline
from o2o.printing.drawing.sample import sample_marks
from o2o.printing.drawing.units import MM_PER_INCH
from o2o.printing.drawing.writer import Area, PageBoxes
from o2o.printing.pdf.art import write_art
from o2o.printing.pdf.codes import INSET, bars_path, symbol_image, symbol_path, symbol_paths
from o2o.printing.pdf.file import PdfFile
from o2o.printing.pdf.fonts import DIGITS, PdfFonts
from o2o.printing.pdf.images import PdfImages
from o2o.printing.pdf.inks import OVERPRINT, PdfInks

_KEPT = 2048
_SAMPLE_OPACITY = 0.22
_SAMPLE_OUTLINE = 0.0015  # of the width of the page
_UNDER = 0.0001  # points; renderers that round the size of a page up would add a dot and stretch the page to it
_DUPLEX = {"": "", "long-edge": "/Duplex/DuplexFlipLongEdge", "short-edge": "/Duplex/DuplexFlipShortEdge"}
_STATES = f"<</Sample<</ca {_SAMPLE_OPACITY}/CA {_SAMPLE_OPACITY}>>/Over<</OP true/op true/OPM 1>>>>"


class PdfWriter:
    """A PDF under way: start a page, place things on it, end it; at last finish the file.

    ``qr`` is how codes are drawn: as ``vector``, or as ``image`` of one bit, which is smaller and no better.
    """

    def __init__(self, file: BinaryIO, title: str, language: str, *, qr: str = "vector") -> None:
        self._file = PdfFile(file)
        self._title = title
        self._language = language
        self._qr = qr
        self.duplex = ""
        self.inks: tuple[str, ...] = ()
        self._fonts = PdfFonts()
        self._images = PdfImages(self._file)
        self._inks = PdfInks()
        self._were_separated = False
        self._shared = {name: self._file.reserve() for name in ("Font", "ExtGState", "ColorSpace")}
        self._is_closed = False
        self._forms: dict[Path, int] = {}
        self._objects: dict[int, None] = {}
        self._content: list[str] = []
        self._awaiting: list[tuple[int, Symbol]] = []
        self._boxes = ""
        self._dots = 1.0
        self._n = _formatter(1.0)
        self._text_frame = lru_cache(1 << 14)(self._frame_text)
        self._code_frame = lru_cache(1 << 10)(self._frame_code)
        self._drawn: dict[int, tuple[Item | tuple[Item, ...], str]] = {}
        self._size = (0.0, 0.0)
        self.pages = 0

    def start_page(self, width: float, height: float, dpi: float, boxes: PageBoxes | None = None) -> None:
        """Begin a page of this size in mm; it is rounded to whole dots, so that all four edges are on the grid."""
        if (dpi / MM_PER_INCH, self._inks.separated) != (self._dots, self._were_separated):
            self._dots, self._were_separated = dpi / MM_PER_INCH, self._inks.separated
            self._n = _formatter(self._dots)
            self._text_frame.cache_clear()
            self._code_frame.cache_clear()
            self._drawn.clear()
        self._size = (round(width * self._dots), round(height * self._dots))
        unit = 72 / dpi
        top = self._size[1] * unit
        self._boxes = f"/MediaBox[0 0 {self._size[0] * unit - _UNDER:.5f} {top - _UNDER:.5f}]"
        if boxes:
            self._boxes += f"/TrimBox[{_corners(boxes.trim, top)}]/BleedBox[{_corners(boxes.bleed, top)}]"
        self._content = [f"{unit:.7f} 0 0 {unit:.7f} 0 {top:.5f} cm"]
        self.pages += 1

    def name_page(self, name: str) -> None:
        """Do nothing: a page of a PDF is no file of its own."""

    def place(self, items: Iterable[Item], x: float, y: float, within: Area | None = None) -> None:
        """Draw things from a point of the page on, in mm from its top left, but nothing outside of ``within``."""
        self._enter(x, y, within)
        for item in items:
            self._content.append(self._draw_or_await(item, self._draw))
        self._content.append("Q")

    def place_parts(self, parts: Iterable[tuple[Item, ...]], x: float, y: float, within: Area | None = None) -> None:
        """Draw parts as ``place`` does things; what was drawn of the very same part is kept."""
        self._enter(x, y, within)
        drawn = self._drawn
        for items in parts:
            kept = drawn.get(id(items))
            if kept:
                self._content.append(kept[1])
            else:
                self._place_part(items)
        self._content.append("Q")

    def _enter(self, x: float, y: float, within: Area | None) -> None:
        clip = f"{self._rectangle(Panel(*within))} re W n " if within else ""
        self._content.append(f"q {clip}1 0 0 1 {round(x * self._dots)} {round(-y * self._dots)} cm")

    def _place_part(self, items: tuple[Item, ...]) -> None:
        """Draw a part; what was drawn is kept of one that other cells may show too."""
        if not _SHARED.issuperset(map(type, items)):
            for item in items:
                self._content.append(self._draw_or_await(item, self._recall))
            return
        operators = "\n".join(map(self._draw, items))
        self._keep(items, operators)
        self._content.append(operators)

    def _draw_or_await(self, item: Item, draw: Callable[[Item], str]) -> str:
        """Return the operators of an item; of a symbol what stands before it, as it is drawn at the end of the page."""
        if type(item) is Matrix and self._qr == "vector":
            self._awaiting.append((len(self._content), item.symbol))
            return self._code_frame(item.x, item.y, item.module, item.colour)
        return draw(item)

    def _draw_awaiting(self) -> None:
        """Draw the symbols of the page, all at once as that is faster, each where it is placed."""
        paths = symbol_paths([symbol for _, symbol in self._awaiting])
        for (place, _), path in zip(self._awaiting, paths, strict=True):
            self._content[place] += f"{path}f Q"
        self._awaiting.clear()

    def _recall(self, item: Item) -> str:
        """Return the operators of an item, from what is kept if this very one was drawn."""
        kept = self._drawn.get(id(item))
        if kept:
            return kept[1]
        operators = self._draw(item)
        if type(item) in _SHARED:
            self._keep(item, operators)
        return operators

    def _keep(self, drawn: Item | tuple[Item, ...], operators: str) -> None:
        if len(self._drawn) == _KEPT:
            self._drawn.clear()
        self._drawn[id(drawn)] = drawn, operators  # itself too, so that nothing else has its number

    def mark_sample(self, codes: Iterable[Panel]) -> None:
        """Write 样张 SAMPLE across the page, over everything but codes and their quiet zones."""
        width, height = self._size
        holes = " ".join(f"{self._rectangle(code)} re" for code in codes)
        marks = list(sample_marks(width / self._dots, height / self._dots))
        # the white outline shows it on dark colours
        outline = f"2 Tr 1 G {_SAMPLE_OUTLINE * width:.1f} w"
        self._content.append(f"q /Sample gs 0 0 {width} {-height} re {holes} W* n {outline}")
        self._content += [self.draw_turned(mark) for mark in marks]
        self._content.append("Q")

    def end_page(self) -> None:
        """Close the page and write it."""
        self._draw_awaiting()
        objects = "".join(f"/X{number} {number} 0 R" for number in self._objects)
        shared = "".join(f"/{name} {number} 0 R" for name, number in self._shared.items())
        resources = f"/Resources<<{shared}{f'/XObject<<{objects}>>' if objects else ''}>>"
        self._file.add_page(self._boxes + resources, "\n".join(self._content).encode("ascii"))
        self._objects.clear()
        self._content = []

    def close(self) -> None:
        """Write what the pages share, once there are no more of them."""
        if not self._is_closed:
            self._file.add(self._fonts.write(self._file), self._shared["Font"])
            self._file.add(_STATES, self._shared["ExtGState"])
            self._file.add(self._inks.write(self._file), self._shared["ColorSpace"])
            self._is_closed = True

    def finish(self, subject: str) -> None:
        """Write where everything lies, after what the pages share."""
        self.close()
        preferences = f"/PrintScaling/None/DisplayDocTitle true{_DUPLEX[self.duplex]}"
        language = f"/Lang({self._language})" if self._language else ""
        catalog = f"{language}/ViewerPreferences<<{preferences}>>"
        self._file.finish(catalog, {"Title": self._title, "Author": "o2o", "Creator": "o2o", "Subject": subject})

    def draw_turned(self, item: Turned) -> str:
        """Return the operators that draw things in a turned frame."""
        cosine, sine = cos(radians(item.degrees)), sin(radians(item.degrees))
        frame = f"{cosine:.6f} {-sine:.6f} {sine:.6f} {cosine:.6f} {self._n(item.x)} {self._n(-item.y)} cm"
        return f"q {frame} {' '.join(map(self._draw, item.items))} Q"

    def _draw(self, item: Item) -> str:
        return _DRAWERS[type(item)](self, item)

    def draw_text(self, item: Text) -> str:
        """Return the operators that draw a text."""
        start, codes, end = self._text_frame(item.x, item.y, item.font, item.size, item.colour)
        shown = "".join(map(codes.__getitem__, item.text))
        if len(shown) == DIGITS * len(item.text):
            return f"{start}<{shown}> Tj {end}"
        return f"{start}{self._fonts.show(item.text, item.font, self._n(item.size))} {end}"

    def _frame_text(
        self, x: float, y: float, font: str, size: float, colour: str
    ) -> tuple[str, Mapping[str, str], str]:
        """Return what stands around a text's codes, alike in all tags for most of their texts, and the codes."""
        name, codes = self._fonts.first_font(font)
        start, end = f"{self._inks.fill(colour)} {self._n(x)} {self._n(-y)} Td {name} {self._n(size)} Tf ", "ET"
        if self._inks.prints_over(colour):
            return f"q {OVERPRINT} BT {start}", codes, f"{end} Q"
        return f"BT {start}", codes, end

    def draw_panel(self, item: Panel) -> str:
        """Return the operators that draw a panel."""
        path = self._rounded(item) if item.radius else f"{self._rectangle(item)} re"
        stroke = f"{self._inks.stroke(item.stroke)} {self._n(item.line_width)} w [] 0 d " if item.stroke else ""
        fill = f"{self._inks.fill(item.fill)} " if item.fill else ""
        return f"{stroke}{fill}{path} {_PAINT[bool(item.fill), bool(item.stroke)]}"

    def draw_stroke(self, item: Stroke) -> str:
        """Return the operators that draw a stroke."""
        dash = f"[{self._n(item.dash)}] 0 d" if item.dash else "[] 0 d"
        start, end = (self._n(item.x), self._n(-item.y)), (self._n(item.to_x), self._n(-item.to_y))
        style = f"{self._inks.stroke(item.colour)} {self._n(item.width)} w {dash}"
        return f"{style} {start[0]} {start[1]} m {end[0]} {end[1]} l S"

    def draw_matrix(self, item: Matrix) -> str:
        """Return the operators that draw a QR symbol."""
        if self._qr == "image":
            return self._draw_symbol_image(item)
        return self._draw_modules(item, symbol_path(item.symbol))

    def _draw_symbol_image(self, item: Matrix) -> str:
        module = round(item.module * self._dots)
        side, inset = item.symbol.size * module, module * INSET
        left, bottom = round(item.x * self._dots), -round(item.y * self._dots) - side
        frame = f"{side - inset:.3f} 0 0 {side - inset:.3f} {left + inset / 2:.4f} {bottom + inset / 2:.4f} cm"
        return f"q {self._code_ink(item.colour)} {frame} {symbol_image(item.symbol)} Q"

    def draw_figure(self, item: Figure) -> str:
        """Return the operators that draw blocks, a path for each stretch of one colour."""
        module = round(item.module * self._dots)
        corner = f"{item.x * self._dots + module * INSET / 2:.4f} {-item.y * self._dots - module * INSET / 2:.4f}"
        stretches = groupby(item.blocks, key=lambda block: (block.colour, _diameter(block)))
        painted = (self._paint(colour, diameter, blocks) for (colour, diameter), blocks in stretches)
        return f"q {module} 0 0 -{module} {corner} cm\n{''.join(painted)}Q"

    def _paint(self, colour: str, diameter: float, blocks: Iterable[Block]) -> str:
        if not diameter:
            return f"{self._inks.fill(colour)}\n{''.join(map(_block_operators, blocks))}f\n"
        # a circle is the round end of a line of hardly any length: a tenth of the bytes of four curves
        stroke = f"{self._inks.stroke(colour)} [] 0 d 1 J {diameter - INSET:g} w"
        return f"{stroke}\n{''.join(map(_dot_operators, blocks))}S\n"

    def draw_bars(self, item: Bars) -> str:
        """Return the operators that draw a linear code."""
        return self._draw_modules(item, bars_path(item.groups))

    def _draw_modules(self, item: Matrix | Bars, rectangles: str) -> str:
        return f"{self._code_frame(item.x, item.y, item.module, item.colour)}{rectangles}f Q"

    def _frame_code(self, x: float, y: float, module: float, colour: str) -> str:
        """Return what stands before the rectangles of a code, alike in all tags."""
        dots = round(module * self._dots)
        left, top = round(x * self._dots), round(y * self._dots)
        corner = f"{left + dots * INSET / 2:.4f} {-top - dots * INSET / 2:.4f}"
        return f"q {self._code_ink(colour)} {dots} 0 0 -{dots} {corner} cm\n"

    def draw_art(self, item: Art) -> str:
        """Return the operators that place a drawing, which the file has once."""
        number = self._forms.get(item.path)
        if number is None:
            number = self._forms[item.path] = write_art(self._file, item.path)
        self._objects[number] = None
        corner = f"{self._n(item.x)} {self._n(-item.y - item.height)}"
        return f"q {self._n(item.width)} 0 0 {self._n(item.height)} {corner} cm /X{number} Do Q"

    def _code_ink(self, colour: str) -> str:
        fill = self._inks.fill(colour)
        return f"{OVERPRINT} {fill}" if self._inks.prints_over(colour) else fill

    def draw_picture(self, item: Picture) -> str:
        """Return the operators that draw a picture."""
        return self._draw_image(item, item.path)

    def draw_bitmap(self, item: Bitmap) -> str:
        """Return the operators that draw an image."""
        return self._draw_image(item, item.data)

    def _draw_image(self, place: Picture | Bitmap, source: Path | bytes) -> str:
        image = self._images.keep(source)
        self._objects[image.number] = None
        width, height = place.width * self._dots, place.height * self._dots
        corner = f"{place.x * self._dots:.2f} {-place.y * self._dots - height:.2f}"
        turn = f" {image.turn} cm" if image.turn else ""
        return f"q {width:.2f} 0 0 {height:.2f} {corner} cm{turn} /X{image.number} Do Q"

    def _rectangle(self, area: Panel) -> str:
        return f"{self._n(area.x)} {self._n(-area.y)} {self._n(area.width)} {self._n(-area.height)}"

    def _rounded(self, item: Panel) -> str:
        radius = min(item.radius, item.width / 2, item.height / 2)
        block = Block(item.x, item.y, item.width, item.height, "", radius, (True,) * 4)
        return " ".join(
            " ".join(self._n(-length if place % 2 else length) for place, length in enumerate(points)) + f" {step}"
            for step, points in outline(block)
        )


_DRAWERS: dict[type[Item], Callable[[PdfWriter, Any], str]] = {
    Text: PdfWriter.draw_text,
    Panel: PdfWriter.draw_panel,
    Stroke: PdfWriter.draw_stroke,
    Matrix: PdfWriter.draw_matrix,
    Figure: PdfWriter.draw_figure,
    Bars: PdfWriter.draw_bars,
    Picture: PdfWriter.draw_picture,
    Bitmap: PdfWriter.draw_bitmap,
    Art: PdfWriter.draw_art,
    Turned: PdfWriter.draw_turned,
}

_SHARED = {Text, Panel, Stroke}
_PAINT = {(True, True): "B", (True, False): "f", (False, True): "S", (False, False): "n"}


@lru_cache(64)
def _formatter(dots: float) -> Callable[[float], str]:
    """Return what writes a length in dots, as short as a hundredth of a dot needs."""

    @lru_cache(1 << 14)
    def write(length: float) -> str:
        return f"{length * dots:.2f}".rstrip("0").rstrip(".")

    return write


def _corners(area: Area, height: float) -> str:
    """Return the left, lower, right and upper edge of an area of a page in points."""
    left, top, width, deep = (72 / MM_PER_INCH * length for length in area)
    return f"{left:.4f} {height - top - deep:.4f} {left + width:.4f} {height - top:.4f}"


def _diameter(block: Block) -> float:
    """Return the diameter of a block that is a circle, else 0."""
    is_circle = block.width == block.height == 2 * block.radius and all(block.corners)
    return block.width if is_circle else 0.0


def _dot_operators(block: Block) -> str:
    x, y = block.x + (block.width - INSET) / 2, block.y + (block.height - INSET) / 2
    return f"{x - INSET / 2:g} {y:g} m {x + INSET / 2:g} {y:g} l\n"


@lru_cache(1 << 16)
def _block_operators(block: Block) -> str:
    inside = replace(block, width=block.width - INSET, height=block.height - INSET)
    if not any(block.corners):
        return f"{inside.x:g} {inside.y:g} {inside.width:g} {inside.height:g} re\n"
    steps = (f"{' '.join(f'{round(length, 3):g}' for length in points)} {step}" for step, points in outline(inside))
    return f"{' '.join(steps)} h\n"

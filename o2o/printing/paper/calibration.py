"""A page on which one measures by how much a printer is off, and what it prints too fine to read."""

from collections.abc import Iterator
from pathlib import Path

from o2o.codes.smallest import make_symbols
from o2o.errors import SettingError
from o2o.printing.drawing.fonts import BOLD, REGULAR, text_width
from o2o.printing.drawing.items import Item, Matrix, Panel, Stroke, Text
from o2o.printing.drawing.units import MM_PER_INCH
from o2o.printing.pdf.writer import PdfWriter
from o2o.text_files import whole_file

SIDE = 100.0
"""The side of the square that is measured."""
CORNER = (50.0, 60.0)
"""Where its top left corner is due."""

MODULES = (0.25, 0.33, 0.4, 0.5, 0.6, 0.75)
"""The sizes of modules in the ladder of codes."""

_LEAST_PAGE = (190.0, 250.0)
_BLACK, _BLUE = "#000000", "#1F5FBF"
_CROSS = 10.0
_WORDS = (
    "用直尺量这四段，精确到 0.1 毫米：",
    "Measure these four with a ruler, to 0.1 mm:",
    "",
    "A  纸的左边到方框左边  left edge of the paper to the square",
    "B  纸的上边到方框上边  top edge of the paper to the square",
    "C  方框的宽  width of the square",
    "D  方框的高  height of the square",
    "",
    "然后输入这四个数  Then enter the four of them:",
)
_TITLE = "打印机校准页  Printer calibration"
_FIRST = "按 100% 打印，不要“适合页面”  Print at 100%, not fitted to the page"
_LADDER = "扫得出的最小一个就是这台打印机能用的最小码  The smallest that a phone reads is the smallest to print"
_GREYS = "每级都应分得开  Each step should differ from the next"


def write_calibration(out: Path, page: tuple[float, float] = (210.0, 297.0), dpi: int = 300) -> None:
    """Write the calibration page as PDF; raises SettingError for a page that has no room for it."""
    if any(side < least for side, least in zip(page, _LEAST_PAGE, strict=True)):
        least = "x".join(f"{side:g}" for side in _LEAST_PAGE)
        raise SettingError("page", f"{page[0]:g}x{page[1]:g}", f"the page takes {least} mm", "choose A4 or Letter")
    with whole_file(out) as file:
        writer = PdfWriter(file, _TITLE, "zh-CN")
        writer.start_page(*page, dpi)
        for items in (_crosses(page), _square(), _measures(), _instructions(dpi), _ladder(dpi), _greys()):
            writer.place(items, 0, 0)
        writer.end_page()
        writer.finish(f"{page[0]:g}x{page[1]:g} mm, {dpi} dpi")


def read_measures(
    left: float, top: float, width: float, height: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return offset and scale of a printer from the four measures A to D of its calibration page."""
    scale = (width / SIDE, height / SIDE)
    offset = (left - scale[0] * CORNER[0], top - scale[1] * CORNER[1])
    return (round(offset[0], 3), round(offset[1], 3)), (round(scale[0], 5), round(scale[1], 5))


def _line(x: float, y: float, to_x: float, to_y: float, colour: str = _BLACK) -> Stroke:
    return Stroke(x, y, to_x, to_y, colour, 0.1)


def _centred(x: float, y: float, text: str, size: float, colour: str = _BLACK) -> Text:
    return Text(x - text_width(text, REGULAR, size) / 2, y, text, REGULAR, size, colour)


def _crosses(page: tuple[float, float]) -> Iterator[Item]:
    for x in (_CROSS, page[0] - _CROSS):
        for y in (_CROSS, page[1] - _CROSS):
            yield _line(x - 5, y, x + 5, y)
            yield _line(x, y - 5, x, y + 5)


def _square() -> Iterator[Item]:
    """Yield the square with a ruler along its top and its left side."""
    x, y = CORNER
    yield Panel(x, y, SIDE, SIDE, stroke=_BLACK, line_width=0.1)
    for mm in range(1, int(SIDE)):
        length = 3.0 if mm % 10 == 0 else 2.0 if mm % 5 == 0 else 1.2
        yield _line(x + mm, y, x + mm, y + length)
        yield _line(x, y + mm, x + length, y + mm)
        if mm % 10 == 0:
            yield _centred(x + mm, y + 5.2, str(mm), 2)
            yield Text(x + 3.6, y + mm + 0.7, str(mm), REGULAR, 2, _BLACK)


def _measures() -> Iterator[Item]:
    """Yield the four lengths that are measured, with their letters."""
    (left, top), middle = CORNER, SIDE * 0.75
    right, bottom = left + SIDE, top + SIDE
    for letter, start, end, y in (("A", 0.0, left, top + middle), ("C", left, right, bottom + 5)):
        yield _line(start, y, end, y, _BLUE)
        yield from (_line(x, y - 1.5, x, y + 1.5, _BLUE) for x in (start, end))
        yield Text((start + end) / 2, y + 5, letter, BOLD, 5, _BLUE)
    for letter, start, end, x in (("B", 0.0, top, left + middle), ("D", top, bottom, right + 5)):
        yield _line(x, start, x, end, _BLUE)
        yield from (_line(x - 1.5, y, x + 1.5, y, _BLUE) for y in (start, end))
        yield Text(x + 1.5, (start + end) / 2, letter, BOLD, 5, _BLUE)


def _instructions(dpi: int) -> Iterator[Item]:
    yield Text(20, 22, _TITLE, BOLD, 5, _BLACK)
    yield Text(20, 29, _FIRST, REGULAR, 3, _BLACK)
    x, y = CORNER[0] + 10, CORNER[1] + 16
    for number, words in enumerate(_WORDS):
        yield Text(x, y + 5 * number, words, REGULAR, 2.8, _BLACK)
    yield Text(x, y + 5 * len(_WORDS) + 1, f"o2o printer add NAME --measured A,B,C,D --dpi {dpi}", BOLD, 3.2, _BLACK)


def _ladder(dpi: int) -> Iterator[Item]:
    """Yield codes of ever larger modules, of whole dots of the printer."""
    x, y = 20.0, CORNER[1] + SIDE + 20
    yield Text(x, y, _LADDER, REGULAR, 2.8, _BLACK)
    for size in MODULES:
        dots = max(1, round(size * dpi / MM_PER_INCH))
        module = dots * MM_PER_INCH / dpi
        text = f"O2O {module:.2f} MM"
        (symbol,) = make_symbols([text])
        width = len(symbol.rows) * module
        yield Matrix(x, y + 4, module, symbol, _BLACK, text)
        yield Text(x, y + width + 8, f"{module:.2f} mm", REGULAR, 2.4, _BLACK)
        yield Text(x, y + width + 11, f"{dots} 点 dots", REGULAR, 2, _BLACK)
        x += max(width, 11) + 14


def _greys() -> Iterator[Item]:
    x, y, width = 20.0, CORNER[1] + SIDE + 60, 15.0
    yield Text(x, y, _GREYS, REGULAR, 2.8, _BLACK)
    for step in range(11):
        level = 255 - round(255 * step / 10)
        yield Panel(x + step * width, y + 3, width, 10, fill=f"#{level:02X}{level:02X}{level:02X}")
        yield _centred(x + (step + 0.5) * width, y + 16.5, f"{10 * step}%", 2.2)
    yield Panel(x, y + 3, 11 * width, 10, stroke=_BLACK, line_width=0.1)

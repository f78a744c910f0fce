"""One code as a picture for other programs: PNG, SVG or PDF, read back before it is handed over."""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from o2o.codes.reader import Format, read_codes
from o2o.codes.symbol import QUIET_ZONE, Symbol, make_symbol
from o2o.errors import O2OError, SettingError
from o2o.printing.fonts import BOLD, font_path, register_fonts, text_width
from o2o.printing.layout import LEAST_QR_MODULE
from o2o.printing.pdf import SAMPLE
from o2o.printing.units import MM_PER_INCH, POINTS
from o2o.text_files import whole_file

if TYPE_CHECKING:
    from PIL.Image import Image

_LARGEST_PIXELS = 8000
_BAND = 0.12  # height of the band under a sample, as a share of the picture's width
_BAND_TEXT = 0.6  # and of its letters, as a share of the band


class UnreadableCodeError(O2OError):
    """A drawn code that does not read back."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text} can't be read back from the picture; raise --size or --dpi")


@dataclass(frozen=True, slots=True)
class PictureOrder:
    """What shall be drawn: the text, the side in mm with the quiet zone, and how fine."""

    text: str
    side: float = 30.0
    dpi: int = 300
    level: str = "M"
    sample: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn code: the file's bytes, its side and the size of a module in mm."""

    data: bytes
    side: float
    module: float


def write_picture(path: Path, order: PictureOrder) -> Picture:
    """Draw a code into a file, whole or not at all; raises when it is too small to read or does not read back."""
    picture = make_picture(order, path.suffix.lower())
    with whole_file(path) as file:
        file.write(picture.data)
    return picture


def make_picture(order: PictureOrder, suffix: str) -> Picture:
    """Return a code drawn in the format of a file suffix, read back."""
    symbol = make_symbol(order.text, level=order.level)
    _check_size(symbol, order)
    side = _whole_pixels(symbol, order) * MM_PER_INCH / order.dpi if suffix == ".png" else order.side
    draw, read = FORMATS[suffix]
    data = draw(symbol, order)
    if read(data) != [order.text]:
        raise UnreadableCodeError(order.text)
    return Picture(data, side, side / _modules(symbol))


def _modules(symbol: Symbol) -> int:
    return symbol.size + 2 * QUIET_ZONE


def _check_size(symbol: Symbol, order: PictureOrder) -> None:
    module = order.side / _modules(symbol)
    if module < LEAST_QR_MODULE:
        least = ceil(LEAST_QR_MODULE * _modules(symbol))
        raise SettingError("size", f"{order.side:g} mm", f"modules of {module:.2f} mm are too small to read",
                           f"use --size {least} or more")  # fmt: skip


def _whole_pixels(symbol: Symbol, order: PictureOrder) -> int:
    """Return the pixels of a side: as many whole ones for each module as come nearest to the size asked for."""
    modules = _modules(symbol)
    per_inch = order.dpi / MM_PER_INCH
    pixels = modules * max(ceil(LEAST_QR_MODULE * per_inch), round(order.side * per_inch / modules))
    if pixels > _LARGEST_PIXELS:
        raise SettingError("dpi", str(order.dpi), f"a picture of {pixels} x {pixels} pixels is too large",
                           "use a lower --dpi, or SVG or PDF")  # fmt: skip
    return pixels


def _runs(image: "Image") -> Iterator[tuple[int, int, int]]:
    """Yield x, y and length of each run of dark pixels in a picture of one bit."""
    for y in range(image.height):
        line = image.crop((0, y, image.width, y + 1)).convert("L").tobytes()
        for run in re.finditer(b"\0+", line):
            yield run.start(), y, len(run[0])


def _draw_modules(symbol: Symbol) -> "Image":
    """Return the code with its quiet zone, a pixel for each module."""
    from PIL import Image

    image = Image.new("1", (_modules(symbol),) * 2, 1)
    for y, row in enumerate(symbol.rows, start=QUIET_ZONE):
        for x, dark in enumerate(row, start=QUIET_ZONE):
            image.putpixel((x, y), not dark)
    return image


def _draw_band(width: int) -> "Image":
    """Return the band below a sample, drawn here so that no viewer needs a Chinese font."""
    from PIL import Image, ImageDraw, ImageFont

    band = Image.new("1", (width, round(width * _BAND)), 1)
    font = ImageFont.truetype(str(font_path(BOLD)), band.height * _BAND_TEXT)
    ImageDraw.Draw(band).text((width / 2, band.height / 2), SAMPLE, 0, font, anchor="mm")
    return band


def _draw_png(symbol: Symbol, order: PictureOrder) -> bytes:
    from PIL import Image

    side = _whole_pixels(symbol, order)
    band = _draw_band(side) if order.sample else None
    image = Image.new("1", (side, side + (band.height if band else 0)), 1)
    image.paste(_draw_modules(symbol).resize((side, side), Image.Resampling.NEAREST))
    if band:
        image.paste(band, (0, side))
    out = io.BytesIO()
    image.save(out, "PNG", dpi=(order.dpi, order.dpi))
    return out.getvalue()


def _draw_svg(symbol: Symbol, order: PictureOrder) -> bytes:
    modules, band = _modules(symbol), _modules(symbol) * _BAND * order.sample
    height = order.side * (modules + band) / modules
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{order.side:g}mm" height="{height:g}mm" '
        f'viewBox="0 0 {modules} {modules + band:g}" shape-rendering="crispEdges">'
        f"<title>{escape(order.text)}</title>"
        f'<rect width="100%" height="100%" fill="#fff"/>'
        f'<path d="{_svg_path(_draw_modules(symbol))}"/>{_svg_mark(modules) if order.sample else ""}</svg>\n'
    ).encode()


def _svg_path(image: "Image") -> str:
    return "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in _runs(image))


def _svg_mark(modules: int) -> str:
    fine = 16  # pixels a module
    move = f"translate(0 {modules}) scale({1 / fine:g})"
    return f'<path transform="{move}" d="{_svg_path(_draw_band(modules * fine))}"/>'


def _draw_pdf(symbol: Symbol, order: PictureOrder) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    register_fonts()
    side, band = order.side * POINTS, order.side * POINTS * _BAND * order.sample
    module = side / _modules(symbol)
    out = io.BytesIO()
    canvas = Canvas(out, (side, side + band), initialFontName=BOLD)
    canvas.setTitle(order.text)
    canvas.setViewerPreference("PrintScaling", "None")
    path = canvas.beginPath()
    for x, y, length in _runs(_draw_modules(symbol)):
        path.rect(x * module, side + band - (y + 1) * module, length * module, module)
    canvas.drawPath(path, stroke=0, fill=1)
    if band:
        size = band * _BAND_TEXT
        canvas.setFont(BOLD, size)
        canvas.drawString((side - text_width(SAMPLE, BOLD, size)) / 2, band * 0.28, SAMPLE)
    canvas.save()
    return out.getvalue()


def _read_png(data: bytes) -> list[str]:
    from PIL import Image

    with Image.open(io.BytesIO(data)) as image:
        return [reading.text for reading in read_codes(image.convert("L"), Format.QR)]


def _read_svg(data: bytes) -> list[str]:
    """Read the path of the code as it was written, four pixels a module."""
    from PIL import Image

    svg = data.decode()
    side = int(re.findall(r'viewBox="0 0 (\d+)', svg)[0])
    [path] = re.findall(r'<path d="([^"]+)"', svg)
    image = Image.new("L", (side, side), 255)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1", path):
        image.paste(0, (int(x), int(y), int(x) + int(length), int(y) + 1))
    return [reading.text for reading in read_codes(image.resize((side * 4, side * 4), 0), Format.QR)]


def _read_pdf(data: bytes) -> list[str]:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    try:
        page = document[0]
        image = page.render(scale=600 / page.get_width(), grayscale=True).to_pil()
        return [reading.text for reading in read_codes(image, Format.QR)]
    finally:
        document.close()


FORMATS: dict[str, tuple[Callable[[Symbol, PictureOrder], bytes], Callable[[bytes], list[str]]]] = {
    ".png": (_draw_png, _read_png),
    ".svg": (_draw_svg, _read_svg),
    ".pdf": (_draw_pdf, _read_pdf),
}
"""How a picture with each file suffix is drawn and read back."""

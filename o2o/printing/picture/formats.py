"""Draws a drawing as PNG, SVG or PDF, and reads the code back from the finished file."""

import io
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from math import ceil, cos, pi, sin
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from o2o.codes.degradations import PIXELS
from o2o.printing.drawing.figures import figures_of
from o2o.printing.drawing.fonts import BOLD, font_path
from o2o.printing.drawing.items import Panel
from o2o.printing.drawing.look import BLACK, WHITE, Block, Drawing, Logo, Words
from o2o.printing.drawing.units import MM_PER_INCH
from o2o.printing.pdf.writer import PdfWriter

if TYPE_CHECKING:
    from PIL.Image import Image

_FINE = 16  # pixels a module, where round shapes are drawn as pixels
_DOTS = 200  # a module, to which the page of a PDF is rounded
_SUBPATH = re.compile(r"M([\d.]+) ([\d.]+)([^M]*)")
_STEP = re.compile(r"([hvaz])([-\d. ]*)")


@dataclass(frozen=True, slots=True)
class Frame:
    """What a drawing is drawn into: its title, the size of a module in mm, and for a PNG in pixels, with its dpi."""

    title: str
    module: float
    pixels: int
    dpi: int


def draw_png(drawing: Drawing, frame: Frame) -> bytes:
    """Return a PNG with whole pixels for each module; of one bit where black and white will do."""
    from PIL import Image

    fine = 1 if _is_sharp(drawing) else ceil(_FINE / frame.pixels)
    image = _draw_pixels(drawing, frame.pixels * fine)
    if fine > 1:
        image = image.reduce(fine)
    if _is_sharp(drawing) and _colours(drawing) <= {BLACK, WHITE}:
        image = image.convert("1", dither=Image.Dither.NONE)
    out = io.BytesIO()
    image.save(out, "PNG", dpi=(frame.dpi, frame.dpi))
    return out.getvalue()


def draw_svg(drawing: Drawing, frame: Frame) -> bytes:
    """Return an SVG: a path for each stretch of one colour, words as paths too, so that no viewer needs a font."""
    body = []
    for colour, parts in groupby(drawing.parts, key=lambda part: getattr(part, "colour", "")):
        for is_block, alike in groupby(parts, key=lambda part: isinstance(part, Block)):
            if is_block:
                path = "".join(_svg_block(block) for block in alike if isinstance(block, Block))
                body.append(f'<path fill="{colour}" d="{path}"/>')
            else:
                body += [_svg_words(part) if isinstance(part, Words) else _svg_logo(part) for part in alike]  # type: ignore[arg-type]
    crisp = ' shape-rendering="crispEdges"' if _is_sharp(drawing) else ""
    width, height = drawing.width * frame.module, drawing.height * frame.module
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" '
        f'viewBox="0 0 {drawing.width:g} {drawing.height:g}"{crisp}>'
        f"<title>{escape(frame.title)}</title>{''.join(body)}</svg>\n"
    ).encode()


def draw_pdf(drawing: Drawing, frame: Frame) -> bytes:
    """Return a PDF page of the drawing's size."""
    out = io.BytesIO()
    writer = PdfWriter(out, frame.title, "")
    area = Panel(0, 0, drawing.width * frame.module, drawing.height * frame.module)
    writer.start_page(area.width, area.height, _DOTS * MM_PER_INCH / frame.module)
    writer.place(figures_of(drawing.parts, area, frame.module), 0, 0)
    writer.end_page()
    writer.finish("")
    return out.getvalue()


def read_png(data: bytes) -> "Image":
    """Return the picture of a PNG in grey."""
    from PIL import Image

    with Image.open(io.BytesIO(data)) as image:
        return image.convert("L")


def read_svg(data: bytes) -> "Image":
    """Return what the paths and pictures of an SVG of ours show, in grey, a few pixels a module."""
    from PIL import Image, ImageDraw

    # edges of polygons are not smoothed, so twice as fine as the trials look
    svg, scale = data.decode(), 2 * PIXELS
    [(width, height)] = re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    image = Image.new("RGB", (round(float(width) * scale), round(float(height) * scale)), WHITE)
    draw = ImageDraw.Draw(image)
    for tag in re.findall(r"<(?:path fill|image)[^>]+>", svg):
        if tag.startswith("<image"):
            _paste_logo(image, _read_logo(tag), scale)
            continue
        [(colour, path)] = re.findall(r'fill="(#\w+)" d="([^"]*)"', tag)
        for start_x, start_y, steps in _SUBPATH.findall(path):
            points = list(_walk(float(start_x), float(start_y), steps))
            # a polygon of PIL includes its right and lower edge
            draw.polygon([(x * scale - 0.5, y * scale - 0.5) for x, y in points], fill=colour)
    return image.convert("L")


def read_pdf(data: bytes) -> "Image":
    """Return the only page of a PDF in grey, as a renderer draws it."""
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    try:
        page = document[0]
        image: Image = page.render(scale=800 / page.get_width(), grayscale=True).to_pil()
        return image
    finally:
        document.close()


FORMATS: dict[str, tuple[Callable[[Drawing, Frame], bytes], Callable[[bytes], "Image"]]] = {
    ".png": (draw_png, read_png),
    ".svg": (draw_svg, read_svg),
    ".pdf": (draw_pdf, read_pdf),
}
"""How a picture with each file suffix is drawn, and looked at again."""


def _is_sharp(drawing: Drawing) -> bool:
    return all(not part.radius for part in drawing.parts if isinstance(part, Block)) and not any(
        isinstance(part, Logo) for part in drawing.parts
    )


def _colours(drawing: Drawing) -> set[str]:
    return {part.colour for part in drawing.parts if not isinstance(part, Logo)}


def _draw_pixels(drawing: Drawing, scale: int) -> "Image":
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (round(drawing.width * scale), round(drawing.height * scale)), WHITE)
    draw = ImageDraw.Draw(image)
    if _is_sharp(drawing):
        draw.fontmode = "1"
    for part in drawing.parts:
        match part:
            case Block():
                _pixel_block(draw, part, scale)
            case Words():
                draw.text(_middle(part, scale), part.text, part.colour, _font(part.size * scale), anchor="mm")
            case Logo():
                _paste_logo(image, part, scale)
    return image


def _pixel_block(draw: Any, block: Block, scale: int) -> None:
    left, top = round(block.x * scale), round(block.y * scale)
    right, bottom = round((block.x + block.width) * scale) - 1, round((block.y + block.height) * scale) - 1
    if block.radius:
        draw.rounded_rectangle(
            (left, top, right, bottom), block.radius * scale, fill=block.colour, corners=block.corners
        )
    else:
        draw.rectangle((left, top, right, bottom), fill=block.colour)


def _middle(part: Words, scale: float) -> tuple[float, float]:
    return (part.x + part.width / 2) * scale, (part.y + part.height / 2) * scale


def _font(pixels: float) -> Any:
    from PIL import ImageFont

    return ImageFont.truetype(str(font_path(BOLD)), pixels)


def _paste_logo(image: "Image", logo: Logo, scale: int) -> None:
    from PIL import Image

    with Image.open(io.BytesIO(logo.data)) as opened:
        picture = opened.convert("RGBA")
    share = logo.side * scale / max(picture.size)
    size = (max(1, round(picture.width * share)), max(1, round(picture.height * share)))
    picture = picture.resize(size, Image.Resampling.LANCZOS)
    left = round((logo.x + logo.side / 2) * scale - size[0] / 2)
    top = round((logo.y + logo.side / 2) * scale - size[1] / 2)
    image.paste(picture, (left, top), picture)


def _svg_block(block: Block) -> str:
    radius = block.radius
    one, two, three, four = (radius if corner else 0.0 for corner in block.corners)
    if not any((one, two, three, four)):
        return f"M{block.x:g} {block.y:g}h{block.width:g}v{block.height:g}h{-block.width:g}z"
    return (
        f"M{block.x + one:g} {block.y:g}h{block.width - one - two:g}{_arc(two, 1, 1)}"
        f"v{block.height - two - three:g}{_arc(three, -1, 1)}h{three + four - block.width:g}{_arc(four, -1, -1)}"
        f"v{four + one - block.height:g}{_arc(one, 1, -1)}z"
    )


def _arc(radius: float, right: int, down: int) -> str:
    return f"a{radius:g} {radius:g} 0 0 1 {right * radius:g} {down * radius:g}" if radius else ""


def _svg_words(words: Words) -> str:
    from PIL import Image, ImageDraw

    size = (round(words.width * _FINE), round(words.height * _FINE))
    image = Image.new("1", size, 1)
    font = _font(words.size * _FINE)
    ImageDraw.Draw(image).text((size[0] / 2, size[1] / 2), words.text, 0, font, anchor="mm")
    path = "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in _pixel_runs(image))
    move = f"translate({words.x:g} {words.y:g}) scale({1 / _FINE:g})"
    return f'<path transform="{move}" fill="{words.colour}" d="{path}"/>'


def _pixel_runs(image: "Image") -> Iterator[tuple[int, int, int]]:
    """Yield x, y and length of each run of dark pixels in a picture of one bit."""
    for y in range(image.height):
        line = image.crop((0, y, image.width, y + 1)).convert("L").tobytes()
        for run in re.finditer(b"\0+", line):
            yield run.start(), y, len(run[0])


def _svg_logo(logo: Logo) -> str:
    data = b64encode(logo.data).decode("ascii")
    return (
        f'<image x="{logo.x:g}" y="{logo.y:g}" width="{logo.side:g}" height="{logo.side:g}" '
        f'href="data:image/png;base64,{data}"/>'
    )


def _read_logo(tag: str) -> Logo:
    x, y, side = (float(re.findall(rf' {name}="([\d.]+)"', tag)[0]) for name in ("x", "y", "width"))
    return Logo(x, y, side, b64decode(re.findall(r'base64,([^"]+)"', tag)[0]))


def _walk(x: float, y: float, steps: str) -> Iterator[tuple[float, float]]:
    """Yield the corners of a path of ours, a quarter circle as a few."""
    yield x, y
    for command, numbers in _STEP.findall(steps):
        values = [float(number) for number in numbers.split()]
        if command == "h":
            x += values[0]
        elif command == "v":
            y += values[0]
        elif command == "a":
            yield from _quarter(x, y, values[-2], values[-1])
            x, y = x + values[-2], y + values[-1]
        yield x, y


def _quarter(x: float, y: float, across: float, down: float) -> Iterator[tuple[float, float]]:
    # clockwise: to the right and down it turns from across to down, to the left and down from down to across
    first_across = across * down > 0
    for step in range(1, 6):
        angle = step * pi / 12
        if first_across:
            yield x + across * sin(angle), y + down * (1 - cos(angle))
        else:
            yield x + across * (1 - cos(angle)), y + down * sin(angle)


def whole_pixels(side: float, modules: int, dpi: int, least: float) -> int:
    """Return the pixels of a module: as many whole ones as come nearest to a side in mm, no fewer than ``least`` mm."""
    per_inch = dpi / MM_PER_INCH
    return max(ceil(least * per_inch), round(side * per_inch / modules))

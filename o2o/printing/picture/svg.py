"""A code as an SVG, of paths alone, and what these show."""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterator
from itertools import groupby
from math import cos, pi, sin
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from o2o.codes.degradations import PIXELS
from o2o.printing.drawing.look import WHITE, Block, Drawing, Logo, Words
from o2o.printing.picture.frame import Frame, is_sharp
from o2o.printing.picture.png import FINE, find_face, paste_logo

if TYPE_CHECKING:
    from PIL.Image import Image

_SUBPATH = re.compile(r"M([\d.]+) ([\d.]+)([^M]*)")
_STEP = re.compile(r"([hvaz])([-\d. ]*)")


def draw_svg(drawing: Drawing, frame: Frame) -> bytes:
    """Return an SVG: a path for each stretch of one colour, words as paths too, so that no viewer needs a font."""
    body = []
    for colour, parts in groupby(drawing.parts, key=lambda part: getattr(part, "colour", "")):
        for is_block, alike in groupby(parts, key=lambda part: isinstance(part, Block)):
            if is_block:
                path = "".join(_draw_block(block) for block in alike if isinstance(block, Block))
                body.append(f'<path fill="{colour}" d="{path}"/>')
            else:
                body += [_draw_words(part) if isinstance(part, Words) else _draw_logo(part) for part in alike]  # type: ignore[arg-type]
    crisp = ' shape-rendering="crispEdges"' if is_sharp(drawing) else ""
    width, height = drawing.width * frame.module, drawing.height * frame.module
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" '
        f'viewBox="0 0 {drawing.width:g} {drawing.height:g}"{crisp}>'
        f"<title>{escape(frame.title)}</title>{''.join(body)}</svg>\n"
    ).encode()


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
            paste_logo(image, _read_logo(tag), scale)
            continue
        [(colour, path)] = re.findall(r'fill="(#\w+)" d="([^"]*)"', tag)
        for start_x, start_y, steps in _SUBPATH.findall(path):
            points = list(_walk(float(start_x), float(start_y), steps))
            # a polygon of PIL includes its right and lower edge
            draw.polygon([(x * scale - 0.5, y * scale - 0.5) for x, y in points], fill=colour)
    return image.convert("L")


def _draw_block(block: Block) -> str:
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


def _draw_words(words: Words) -> str:
    from PIL import Image, ImageDraw

    size = (round(words.width * FINE), round(words.height * FINE))
    image = Image.new("1", size, 1)
    font = find_face(words.size * FINE)
    ImageDraw.Draw(image).text((size[0] / 2, size[1] / 2), words.text, 0, font, anchor="mm")
    path = "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in _pixel_runs(image))
    move = f"translate({words.x:g} {words.y:g}) scale({1 / FINE:g})"
    return f'<path transform="{move}" fill="{words.colour}" d="{path}"/>'


def _pixel_runs(image: "Image") -> Iterator[tuple[int, int, int]]:
    """Yield x, y and length of each run of dark pixels in a picture of one bit."""
    for y in range(image.height):
        line = image.crop((0, y, image.width, y + 1)).convert("L").tobytes()
        for run in re.finditer(b"\0+", line):
            yield run.start(), y, len(run[0])


def _draw_logo(logo: Logo) -> str:
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

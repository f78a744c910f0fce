"""A code as a PNG, in whole pixels."""

import io
from math import ceil
from typing import TYPE_CHECKING, Any

from o2o.printing.drawing.fonts import BOLD, font_path
from o2o.printing.drawing.look import BLACK, WHITE, Block, Drawing, Logo, Words
from o2o.printing.picture.frame import Frame, colours_of, is_sharp
from o2o.printing.raster.masks import draw_block

if TYPE_CHECKING:
    from PIL.Image import Image

FINE = 16
"""Pixels a module, where round shapes and letters are drawn as pixels."""


def draw_png(drawing: Drawing, frame: Frame) -> bytes:
    """Return a PNG with whole pixels for each module; of one bit where black and white will do."""
    from PIL import Image

    fine = 1 if is_sharp(drawing) else ceil(FINE / frame.pixels)
    image = _draw_pixels(drawing, frame.pixels * fine)
    if fine > 1:
        image = image.reduce(fine)
    if is_sharp(drawing) and colours_of(drawing) <= {BLACK, WHITE}:
        image = image.convert("1", dither=Image.Dither.NONE)
    out = io.BytesIO()
    image.save(out, "PNG", dpi=(frame.dpi, frame.dpi))
    return out.getvalue()


def read_png(data: bytes) -> "Image":
    """Return the picture of a PNG in grey."""
    from PIL import Image

    with Image.open(io.BytesIO(data)) as image:
        return image.convert("L")


def _draw_pixels(drawing: Drawing, scale: int) -> "Image":
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (round(drawing.width * scale), round(drawing.height * scale)), WHITE)
    draw = ImageDraw.Draw(image)
    if is_sharp(drawing):
        draw.fontmode = "1"
    for part in drawing.parts:
        match part:
            case Block():
                draw_block(draw, part, scale, part.colour)
            case Words():
                draw.text(_middle(part, scale), part.text, part.colour, find_face(part.size * scale), anchor="mm")
            case Logo():
                paste_logo(image, part, scale)
    return image


def _middle(part: Words, scale: float) -> tuple[float, float]:
    return (part.x + part.width / 2) * scale, (part.y + part.height / 2) * scale


def find_face(pixels: float) -> Any:
    """Return the bold letters of our own font in a size."""
    from PIL import ImageFont

    return ImageFont.truetype(str(font_path(BOLD)), pixels)


def paste_logo(image: "Image", logo: Logo, scale: int) -> None:
    """Lay a logo on a picture whose modules are so many pixels."""
    from PIL import Image

    with Image.open(io.BytesIO(logo.data)) as opened:
        picture = opened.convert("RGBA")
    share = logo.side * scale / max(picture.size)
    size = (max(1, round(picture.width * share)), max(1, round(picture.height * share)))
    picture = picture.resize(size, Image.Resampling.LANCZOS)
    left = round((logo.x + logo.side / 2) * scale - size[0] / 2)
    top = round((logo.y + logo.side / 2) * scale - size[1] / 2)
    image.paste(picture, (left, top), picture)

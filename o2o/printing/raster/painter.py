"""Things as pixels: what a PDF shows as outlines, painted with Pillow on a picture.

Codes, rules and rectangles lie on whole pixels. Letters and round shapes are painted four times as large and
reduced, so that a screen shows them smooth; a panel that has but a few inks gets them crisp.
"""

import io
from collections.abc import Callable, Iterable
from itertools import groupby
from math import ceil, floor, hypot
from pathlib import Path
from typing import TYPE_CHECKING, Any

from o2o.printing.drawing.colours import parse_colour
from o2o.printing.drawing.extents import ABOVE, BELOW, join_extents, turn
from o2o.printing.drawing.fonts import find_chain
from o2o.printing.drawing.inks import nearest_ink
from o2o.printing.drawing.items import Art, Bars, Bitmap, Figure, Item, Matrix, Panel, Picture, Stroke, Text, Turned
from o2o.printing.drawing.writer import Area
from o2o.printing.pdf.art import render_art
from o2o.printing.raster.dots import load_face, text_dots
from o2o.printing.raster.masks import FINE, frame, join_blocks, stipple
from o2o.printing.raster.palette import HALVES, dither

if TYPE_CHECKING:
    from PIL.Image import Image

_CLEAR = (255, 255, 255, 0)
_MARK_OPACITY = 0.22


class Painter:
    """A picture that things are painted on; ``scale`` is pixels a mm, ``inks`` the only ones it may have."""

    def __init__(self, size: tuple[int, int], scale: float, inks: tuple[str, ...] = (), *, clear: bool = False) -> None:
        from PIL import Image

        self.image: Image.Image = Image.new("RGBA", size, _CLEAR if clear else (255, 255, 255, 255))
        self._scale = scale
        self._inks = inks
        self._left = self._top = 0
        self._within = (0, 0, *size)

    def paint(self, items: Iterable[Item], x: float, y: float, within: Area | None = None) -> None:
        """Paint things from a point on, in mm from the top left, but nothing outside of ``within``."""
        self._left, self._top = round(x * self._scale), round(y * self._scale)
        self._within = self._pixels(within) if within else (0, 0, *self.image.size)
        for item in items:
            _PAINTERS[type(item)](self, item)

    def mark(self, items: Iterable[Item], spared: Iterable[Panel]) -> None:
        """Paint things over everything but some areas so that all else can be seen through them."""
        layer = Painter(self.image.size, self._scale, clear=True)
        layer.paint(items, 0, 0)
        for area in spared:
            left, top = round(area.x * self._scale), round(area.y * self._scale)
            right, bottom = round((area.x + area.width) * self._scale), round((area.y + area.height) * self._scale)
            layer.image.paste(_CLEAR, (left, top, right, bottom))
        cover = layer.image.getchannel("A")
        if self._inks:
            for parity, colour in enumerate(("#000000", "#FFFFFF")):
                self._stamp(stipple(cover, parity), 0, 0, colour)
            return
        layer.image.putalpha(cover.point([round(grey * _MARK_OPACITY) for grey in range(256)]))
        self._compose(layer.image, 0, 0)

    def paint_text(self, item: Text) -> None:
        """Paint a text."""
        if self._inks:
            self._paint_dots(item)
        elif item.text:
            self._paint_letters(item)

    def _paint_dots(self, item: Text) -> None:
        from PIL import Image

        dots = text_dots(item.text, item.font, round(item.size * self._scale, 2))
        if dots:
            mask = Image.frombytes("1", (dots.width, dots.height), dots.rows).convert("L")
            self._stamp(mask, self._x(item.x), self._y(item.y) - dots.above, item.colour)

    def _paint_letters(self, item: Text) -> None:
        from PIL import Image, ImageDraw

        chain, size = find_chain(item.font), item.size * self._scale * FINE
        x, y = self._left + item.x * self._scale, self._top + item.y * self._scale
        width = sum(map(chain.widths.__getitem__, item.text)) * item.size * self._scale
        left, top = floor(x - item.size * self._scale / 2), floor(y - ABOVE * item.size * self._scale)
        right, bottom = x + width + item.size * self._scale / 2, y + BELOW * item.size * self._scale
        mask = Image.new("L", ((ceil(right) - left) * FINE, (ceil(bottom) - top) * FINE))
        draw, pen = ImageDraw.Draw(mask), (x - left) * FINE
        for character in item.text:
            face = load_face(str(chain.find(character)[0].path), round(size, 2))
            draw.text((pen, (y - top) * FINE), character, 255, face, anchor="ls")
            pen += chain.widths[character] * size
        self._stamp(mask.reduce(FINE), left, top, item.colour)

    def paint_panel(self, item: Panel) -> None:
        """Paint a rectangle."""
        if item.fill:
            self._paint_block(item, 0, item.fill)
        if item.stroke:
            self._paint_block(item, max(1, round(item.line_width * self._scale)), item.stroke)

    def _paint_block(self, item: Panel, line: int, colour: str) -> None:
        """Paint a rectangle, or with a line its outline alone, half of it outside."""
        out = line // 2
        left, top = self._x(item.x) - out, self._y(item.y) - out
        right, bottom = self._x(item.x + item.width) + line - out, self._y(item.y + item.height) + line - out
        if not line:
            right, bottom = self._x(item.x + item.width), self._y(item.y + item.height)
        size = (right - left, bottom - top)
        radius = min(item.radius * self._scale + out, min(size) / 2) if item.radius else 0.0
        if min(size) > 0:
            self._stamp(frame(size, radius, line), left, top, colour)

    def paint_stroke(self, item: Stroke) -> None:
        """Paint a line, its dashes as long as the gaps."""
        length = hypot(item.to_x - item.x, item.to_y - item.y)
        step = item.dash or length
        at = 0.0
        while at < length - 1e-9:
            shares = at / length, min(at + step, length) / length
            self._paint_dash(item, *(self._between(item, share) for share in shares))
            at += 2 * step

    def _between(self, item: Stroke, share: float) -> tuple[float, float]:
        return item.x + (item.to_x - item.x) * share, item.y + (item.to_y - item.y) * share

    def _paint_dash(self, item: Stroke, start: tuple[float, float], end: tuple[float, float]) -> None:
        thick = max(1, round(item.width * self._scale))
        (left, right), (top, bottom) = sorted((start[0], end[0])), sorted((start[1], end[1]))
        if abs(right - left) < 1e-6 or abs(bottom - top) < 1e-6:
            across, down = right - left > bottom - top, bottom - top >= right - left
            x = self._left + round(left * self._scale - (thick / 2 if down else 0))
            y = self._top + round(top * self._scale - (thick / 2 if across else 0))
            size = (thick if down else self._x(right) - x, thick if across else self._y(bottom) - y)
            if min(size) > 0:
                self._stamp(frame(size, 0, 0), x, y, item.colour)
            return
        self._paint_slant(item, start, end, thick)

    def _paint_slant(self, item: Stroke, start: tuple[float, float], end: tuple[float, float], thick: int) -> None:
        from PIL import Image, ImageDraw

        xs, ys = [self._x(start[0]), self._x(end[0])], [self._y(start[1]), self._y(end[1])]
        left, top = min(xs) - thick, min(ys) - thick
        mask = Image.new("L", ((max(xs) + thick - left) * FINE, (max(ys) + thick - top) * FINE))
        ends = [((x - left) * FINE, (y - top) * FINE) for x, y in zip(xs, ys, strict=True)]
        ImageDraw.Draw(mask).line(ends, 255, thick * FINE)
        self._stamp(mask.reduce(FINE), left, top, item.colour)

    def paint_matrix(self, item: Matrix) -> None:
        """Paint a QR symbol."""
        from PIL import Image

        module, size = round(item.module * self._scale), item.symbol.size
        mask = Image.fromarray(item.symbol.matrix).convert("L")
        mask = mask.resize((size * module, size * module), Image.Resampling.NEAREST)
        self._stamp(mask, self._x(item.x), self._y(item.y), item.colour)

    def paint_bars(self, item: Bars) -> None:
        """Paint a linear code."""
        module = round(item.module * self._scale)
        left, top = self._x(item.x), self._y(item.y)
        for x, width, height in item.bars:
            self._stamp(frame((width * module, height * module), 0, 0), left + x * module, top, item.colour)

    def paint_figure(self, item: Figure) -> None:
        """Paint blocks, those of one colour at once."""
        module = round(item.module * self._scale)
        for colour, stretch in groupby(item.blocks, key=lambda block: block.colour):
            self._stamp(join_blocks(tuple(stretch), module), self._x(item.x), self._y(item.y), colour)

    def paint_picture(self, item: Picture) -> None:
        """Paint a picture of a file."""
        self._paint_image(item.path, item)

    def paint_bitmap(self, item: Bitmap) -> None:
        """Paint a picture."""
        self._paint_image(io.BytesIO(item.data), item)

    def _paint_image(self, source: Path | io.BytesIO, place: Picture | Bitmap) -> None:
        from PIL import Image

        left, top = self._x(place.x), self._y(place.y)
        size = (max(1, self._x(place.x + place.width) - left), max(1, self._y(place.y + place.height) - top))
        with Image.open(source) as opened:
            image = opened.convert("RGBA").resize(size, Image.Resampling.LANCZOS)
        self._compose(dither(image, self._inks) if self._inks else image, left, top)

    def paint_art(self, item: Art) -> None:
        """Paint what a designer drew."""
        left, top = self._x(item.x), self._y(item.y)
        image = render_art(item.path, self._x(item.x + item.width) - left, self._y(item.y + item.height) - top)
        self._compose(dither(image, self._inks) if self._inks else image, left, top)

    def paint_turned(self, item: Turned) -> None:
        """Paint things in a turned frame; quarter turns move whole pixels."""
        from PIL import Image

        if not item.items:
            return
        extent = [side * self._scale for side in join_extents(item.items)]
        left, top, right, bottom = floor(extent[0]) - 1, floor(extent[1]) - 1, ceil(extent[2]) + 1, ceil(extent[3]) + 1
        layer = Painter((right - left, bottom - top), self._scale, self._inks, clear=True)
        layer.paint(item.items, -left / self._scale, -top / self._scale)
        method = Image.Resampling.NEAREST if self._inks else Image.Resampling.BICUBIC
        turned = layer.image.rotate(-item.degrees, method, expand=True)
        x, y = turn((left + right) / 2, (top + bottom) / 2, item.degrees)
        left, top = round(x - turned.width / 2), round(y - turned.height / 2)
        self._compose(turned, self._x(item.x) + left, self._y(item.y) + top)

    def _pixels(self, area: Area) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom of an area of the picture, as far as it is on it."""
        left, top, width, height = area
        right, bottom = round((left + width) * self._scale), round((top + height) * self._scale)
        left, top = round(left * self._scale), round(top * self._scale)
        return max(0, left), max(0, top), min(self.image.width, right), min(self.image.height, bottom)

    def _x(self, length: float) -> int:
        return self._left + round(length * self._scale)

    def _y(self, length: float) -> int:
        return self._top + round(length * self._scale)

    def _stamp(self, mask: "Image", left: int, top: int, colour: str) -> None:
        """Lay a colour over the picture through a mask."""
        from PIL import Image

        if self._inks:
            mask = mask.point(HALVES)
            rgb = nearest_ink(colour, self._inks)
        else:
            rgb = parse_colour(colour).rgb
        patch = Image.new("RGBA", mask.size, rgb)
        patch.putalpha(mask)
        self._compose(patch, left, top)

    def _compose(self, patch: "Image", left: int, top: int) -> None:
        """Lay a picture over this one, as far as it is where it may be."""
        edges = self._within
        box = (max(0, edges[0] - left), max(0, edges[1] - top), edges[2] - left, edges[3] - top)
        right, bottom = min(box[2], patch.width), min(box[3], patch.height)
        if right > box[0] and bottom > box[1]:
            inside = patch.crop((box[0], box[1], right, bottom))
            self.image.alpha_composite(inside, (left + box[0], top + box[1]))


_PAINTERS: dict[type[Item], Callable[[Painter, Any], None]] = {
    Text: Painter.paint_text,
    Panel: Painter.paint_panel,
    Stroke: Painter.paint_stroke,
    Matrix: Painter.paint_matrix,
    Figure: Painter.paint_figure,
    Bars: Painter.paint_bars,
    Picture: Painter.paint_picture,
    Bitmap: Painter.paint_bitmap,
    Art: Painter.paint_art,
    Turned: Painter.paint_turned,
}

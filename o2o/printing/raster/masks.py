"""Shapes as masks of grey: rectangles, round ones, and every fourth dot of another mask."""

from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING, Any

from o2o.printing.drawing.look import Block

if TYPE_CHECKING:
    from PIL.Image import Image

FINE = 4
"""Round shapes are drawn so many times as large, and reduced."""


def stipple(mask: "Image", parity: int) -> "Image":
    """Return every fourth dot of a mask: those of even rows and columns, or of odd ones."""
    import numpy as np
    from PIL import Image

    dots = np.asarray(mask)
    kept = np.zeros_like(dots)
    kept[parity::2, parity::2] = dots[parity::2, parity::2]
    return Image.fromarray(kept)


def frame(size: tuple[int, int], radius: float, line: int) -> "Image":
    """Return the mask of a rectangle, or of its outline where a line has a width."""
    from PIL import Image, ImageDraw

    if not radius:
        mask = Image.new("L", size, 255)
        if line and min(size) > 2 * line:
            mask.paste(0, (line, line, size[0] - line, size[1] - line))
        return mask
    mask = Image.new("L", (size[0] * FINE, size[1] * FINE))
    draw = ImageDraw.Draw(mask)
    _draw_rounded(draw, (0, 0, *mask.size), radius * FINE, 255)
    if line:
        inset = line * FINE
        box = (inset, inset, mask.width - inset, mask.height - inset)
        _draw_rounded(draw, box, max(0, radius - line) * FINE, 0)
    return mask.reduce(FINE)


def _draw_rounded(draw: Any, box: tuple[int, int, int, int], radius: float, fill: int) -> None:
    left, top, right, bottom = box
    if right > left and bottom > top:
        draw.rounded_rectangle((left, top, right - 1, bottom - 1), radius, fill=fill)


def join_blocks(blocks: Sequence[Block], module: int) -> "Image":
    """Return the mask of blocks of modules of so many pixels."""
    from PIL import Image, ImageDraw

    right = max(block.x + block.width for block in blocks)
    bottom = max(block.y + block.height for block in blocks)
    mask = Image.new("L", (ceil(right * module) * FINE, ceil(bottom * module) * FINE))
    draw = ImageDraw.Draw(mask)
    for block in blocks:
        draw_block(draw, block, module * FINE, 255)
    return mask.reduce(FINE)


def draw_block(draw: Any, block: Block, scale: int, fill: int | str) -> None:
    """Draw a block whose modules are so many pixels."""
    left, top = round(block.x * scale), round(block.y * scale)
    right, bottom = round((block.x + block.width) * scale) - 1, round((block.y + block.height) * scale) - 1
    if block.radius and any(block.corners):
        draw.rounded_rectangle((left, top, right, bottom), block.radius * scale, fill=fill, corners=block.corners)
    else:
        draw.rectangle((left, top, right, bottom), fill=fill)

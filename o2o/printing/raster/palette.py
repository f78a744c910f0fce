"""Pictures in the inks of a panel alone."""

from functools import cache
from typing import TYPE_CHECKING

from o2o.printing.drawing.inks import INKS

if TYPE_CHECKING:
    from PIL.Image import Image

HALVES = [0] * 128 + [255] * 128
"""Greys as black or white."""


@cache
def _palette(inks: tuple[str, ...]) -> "Image":
    from PIL import Image

    palette = Image.new("P", (1, 1))
    palette.putpalette([share for ink in inks for share in INKS[ink]])
    return palette


def reduce_to_inks(image: "Image", inks: tuple[str, ...]) -> "Image":
    """Return a picture of nothing but inks as one with these as its palette."""
    from PIL import Image

    return image.convert("RGB").quantize(palette=_palette(inks), dither=Image.Dither.NONE)


def dither(image: "Image", inks: tuple[str, ...]) -> "Image":
    """Return a picture in inks alone, their dots so dense as it is dark."""
    from PIL import Image

    flat = Image.new("RGBA", image.size, (255, 255, 255, 255))
    flat.alpha_composite(image)
    dithered = flat.convert("RGB").quantize(palette=_palette(inks), dither=Image.Dither.FLOYDSTEINBERG).convert("RGBA")
    dithered.putalpha(image.getchannel("A").point(HALVES))
    return dithered

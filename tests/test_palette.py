"""Pictures in the inks of a panel alone."""

import numpy as np
import pytest
from PIL import Image

from o2o.printing.drawing.inks import INKS
from o2o.printing.raster.palette import dither, reduce_to_inks

PANEL = ("black", "white", "red")


def colours(image: Image.Image) -> set[tuple[int, ...]]:
    return {tuple(pixel) for pixel in np.asarray(image.convert("RGB")).reshape(-1, 3).tolist()}


def test_a_picture_is_kept_with_the_inks_as_its_palette() -> None:
    image = Image.new("RGBA", (3, 1))
    for x, ink in enumerate(PANEL):
        image.putpixel((x, 0), (*INKS[ink], 255))
    reduced = reduce_to_inks(image, PANEL)
    assert reduced.mode == "P"
    assert [reduced.convert("RGB").getpixel((x, 0)) for x in range(3)] == [tuple(INKS[ink]) for ink in PANEL]


@pytest.mark.parametrize("grey", [0, 64, 128, 192, 255])
def test_a_grey_becomes_dots_as_dense_as_it_is_dark(grey: int) -> None:
    dithered = dither(Image.new("RGBA", (64, 64), (grey, grey, grey, 255)), ("black", "white"))
    assert colours(dithered) <= {(0, 0, 0), (255, 255, 255)}
    assert np.asarray(dithered.convert("L")).mean() == pytest.approx(grey, abs=6)


def test_what_is_half_clear_is_shown_or_not() -> None:
    image = Image.new("RGBA", (2, 1), (0, 0, 0, 200))
    image.putpixel((1, 0), (0, 0, 0, 20))
    assert [dither(image, PANEL).getpixel((x, 0))[3] for x in range(2)] == [255, 0]

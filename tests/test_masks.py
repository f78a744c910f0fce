"""Masks of shapes: rectangles and their outlines, blocks of modules, and masks of which every fourth dot is kept."""

import numpy as np
import pytest
from PIL import Image

from o2o.printing.drawing.look import Block
from o2o.printing.raster.masks import frame, join_blocks, stipple


@pytest.mark.parametrize(
    ("size", "line", "filled"),
    [((10, 6), 0, 60), ((10, 6), 1, 60 - 8 * 4), ((10, 6), 2, 60 - 6 * 2), ((10, 6), 3, 60), ((10, 6), 9, 60)],
)
def test_a_frame_is_a_rectangle_or_its_outline(size: tuple[int, int], line: int, filled: int) -> None:
    mask = frame(size, 0, line)
    assert mask.size == size
    assert np.count_nonzero(np.asarray(mask) == 255) == filled


@pytest.mark.parametrize("line", [0, 3])
def test_a_round_frame_has_no_corners_and_is_whole_along_its_sides(line: int) -> None:
    greys = np.asarray(frame((40, 30), 8, line))
    assert greys[0, 0] == greys[-1, -1] == 0
    assert greys[15, 0] == greys[0, 20] == greys[-1, 20] == 255
    assert greys[15, 20] == (0 if line else 255)


def test_blocks_lie_where_their_modules_are() -> None:
    blocks = [Block(0, 0, 1, 1, "#000000"), Block(2, 1, 1, 2, "#000000")]
    greys = np.asarray(join_blocks(blocks, 4))
    assert greys.shape == (12, 12)
    modules = greys.reshape(3, 4, 3, 4).mean(axis=(1, 3))
    assert modules.tolist() == [[255, 0, 0], [0, 0, 255], [0, 0, 255]]


def test_of_a_stippled_mask_every_fourth_dot_is_left() -> None:
    mask = Image.new("L", (6, 4), 200)
    even, odd = (np.asarray(stipple(mask, parity)) for parity in (0, 1))
    assert np.count_nonzero(even) == np.count_nonzero(odd) == 6
    assert not (even & odd).any()

"""Lost points: those that qrcode counts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qrcode import util

from o2o.codes.grid import grid_of
from o2o.codes.penalty import lost_points

FINDER_LIKES = [[1, 0, 1, 1, 1, 0, 1, 0, 0, 0, 0], [0, 0, 0, 0, 1, 0, 1, 1, 1, 0, 1]]


def make_modules(version: int, seed: int, share: float) -> np.ndarray:
    """Return modules of which a share is dark, with patterns that lose points strewn in."""
    random = np.random.default_rng(seed)
    side = 17 + 4 * version
    modules = random.random((side, side)) < share
    for _ in range(2 * version):
        row, column, turned = random.integers(side), random.integers(side - 10), random.integers(2)
        view = modules.T if turned else modules
        view[row, column : column + 11] = FINDER_LIKES[random.integers(2)]
        row, column, height, width = random.integers(1, side, 4) % (side - 1, side - 1, 8, 8)
        modules[row : row + height, column : column + width] = random.integers(2)
    return modules


def count(symbols: list[np.ndarray], version: int) -> list[int]:
    grid = grid_of(version)
    return lost_points(grid.pack(np.stack(symbols)).T[None], grid)[0].tolist()


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 14), st.integers(0, 2**32), st.floats(0, 1))
def test_points_are_those_of_qrcode(version: int, seed: int, share: float) -> None:
    symbols = [make_modules(version, seed + number, share) for number in range(2)]
    assert count(symbols, version) == [util.lost_point(symbol.tolist()) for symbol in symbols]


@pytest.mark.parametrize("version", range(15, 41))
def test_points_of_large_symbols_are_those_of_qrcode(version: int) -> None:
    modules = make_modules(version, version, 0.5)
    assert count([modules], version) == [util.lost_point(modules.tolist())]


@pytest.mark.parametrize("version", [1, 3, 4, 11, 12, 40])
@pytest.mark.parametrize("dark", [False, True])
def test_points_of_one_colour_are_those_of_qrcode(version: int, dark: bool) -> None:
    modules = np.full((17 + 4 * version,) * 2, dark)
    assert count([modules], version) == [util.lost_point(modules.tolist())]


@pytest.mark.parametrize("version", [1, 2, 5])
def test_each_share_of_dark_modules_rounds_as_in_qrcode(version: int) -> None:
    side = 17 + 4 * version
    order = np.random.default_rng(1).permutation(side * side).reshape(side, side)
    symbols = [order < dark for dark in range(0, side * side + 1, 7)]
    assert count(symbols, version) == [util.lost_point(symbol.tolist()) for symbol in symbols]

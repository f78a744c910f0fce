"""Symbols in words: nothing is lost, and each window is counted once."""

import numpy as np
import pytest

from o2o.codes.grid import grid_of

VERSIONS = [1, 3, 4, 11, 12, 23, 24, 37, 38, 40]


@pytest.mark.parametrize("version", VERSIONS)
def test_modules_come_back(version: int) -> None:
    grid = grid_of(version)
    modules = np.random.default_rng(version).random((2, grid.side, grid.side)) < 0.5
    for symbol, rows, words in zip(modules, grid.pack_rows(modules), grid.pack(modules), strict=True):
        assert np.array_equal(grid.unpack(rows), symbol)
        assert np.array_equal(grid.rows_of(words), rows)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("length", [1, 2, 5, 6, 11])
def test_each_window_starts_once(version: int, length: int) -> None:
    grid = grid_of(version)
    starts = int(np.bitwise_count(grid.windows(length)).sum())
    rows = int(np.bitwise_count(grid.windows(length, rows_only=True)).sum())
    assert starts == 2 * rows == 2 * grid.side * (grid.side - length + 1)

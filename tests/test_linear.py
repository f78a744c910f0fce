"""Symbols by exclusive or: those that qrcode draws of the same codewords."""

import doctest
from pathlib import Path

import numpy as np
import pytest
from qrcode import base, util

from o2o.codes.grid import grid_of
from o2o.codes.linear import assemble, draw, draw_empty


def draw_by_qrcode(data: list[int], version: int, level: int, mask: int) -> np.ndarray:
    buffer = util.BitBuffer()
    buffer.buffer, buffer.length = data, 8 * len(data)
    return draw(version, level, mask, util.create_bytes(buffer, base.rs_blocks(version, level)))


def draw_by_difference(data: np.ndarray, version: int, level: int, mask: int) -> list[np.ndarray]:
    grid = grid_of(version)
    empty = grid.pack_rows(draw_empty(version, level, mask, blank=False))
    return [grid.unpack(fields ^ empty) for fields in assemble(data, version, level, columns=False)]


@pytest.mark.parametrize("level", [0, 1, 2, 3])
@pytest.mark.parametrize("version", [*range(1, 16), 21, 27])
def test_symbols_are_those_that_qrcode_draws(version: int, level: int) -> None:
    random = np.random.default_rng(version)
    data = random.integers(0, 256, (5, util.BIT_LIMIT_TABLE[level][version] // 8), np.uint8)
    mask = version % 8
    drawn = [draw_by_qrcode(row, version, level, mask) for row in data.tolist()]
    assert np.array_equal(draw_by_difference(data, version, level, mask), drawn)


@pytest.mark.parametrize("version", range(1, 41))
@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_a_bit_in_any_block_of_any_version_changes_what_it_does_in_qrcode(version: int, level: int) -> None:
    random = np.random.default_rng(version)
    size = util.BIT_LIMIT_TABLE[level][version] // 8
    data = np.ones((2, size), np.uint8)
    changed = random.integers(0, size, 12)
    data[1, changed] ^= random.integers(0, 256, 12, np.uint8)
    # a block of zeros alone makes qrcode fail: ones keep it away
    drawn = [draw_by_qrcode(row, version, level, 0) for row in data.tolist()]
    assert np.array_equal(draw_by_difference(data, version, level, 0), drawn)


def test_the_examples_of_the_documentation_are_true() -> None:
    failed, tried = doctest.testfile(str(Path(__file__).parents[1] / "docs" / "codes.md"), module_relative=False)
    assert (failed, tried > 0) == (0, True)

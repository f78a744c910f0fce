"""The lost points by which ``qrcode`` 8.2 chooses a mask (``util.lost_point``), of many symbols at once.

Its loops skip places that can't match; the points are those of ISO/IEC 18004, 7.8.3, counted within the symbol.
Arrays are (mask, word, symbol); see ``o2o.codes.grid`` for what a word holds.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from o2o.codes.grid import Grid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Words = NDArray[np.uint64]
    Points = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Windows:
    """The starts that count, as words (word, 1), and the points of each number of dark modules."""

    no_pair: "Words"  # all bits but the starts of windows of two, whoever owns them
    five: "Words"
    six: "Words"
    eleven: "Words"
    block: "Words"
    module: "Words"
    balance: "Points"


@lru_cache(40)
def _windows_of(grid: Grid) -> _Windows:
    def starts(length: int, *, rows_only: bool = False) -> "Words":
        return grid.windows(length, rows_only=rows_only)[:, None]

    blocks = starts(2, rows_only=True)[: -grid.fields if grid.halved else grid.row_words - grid.fields]
    modules = starts(1, rows_only=True)[: grid.row_words]
    return _Windows(_no_pair(grid), starts(5), starts(6), starts(11), blocks, modules, _balance_points(grid.side))


def _no_pair(grid: Grid) -> "Words":
    pairs = np.ones((grid.side, grid.side), np.bool_)
    pairs[:, -1] = False
    lines = grid.pack_rows(pairs)
    both = np.stack([lines, lines], axis=1 if grid.halved else 0)
    return ~both.ravel().view(np.uint64)[:, None]


def _balance_points(side: int) -> "Points":
    """Return the points of each number of dark modules: ten for every 5 % off a half."""
    # the same floating point steps as qrcode's, so that they round alike
    percent = np.arange(side * side + 1) / float(side * side)
    return (np.abs(percent * 100 - 50) / 5).astype(np.int64) * 10


def lost_points(words: "Words", grid: Grid) -> "Points":
    """Return the lost points (mask, symbol) of symbols given as words of rows and columns."""
    windows = _windows_of(grid)
    changes: Words = np.right_shift(words, 1)
    changes ^= words
    changes |= windows.no_pair
    near: Words = np.right_shift(changes, 1)
    near |= changes  # a change after this module or the next
    points = _run_points(changes, near, windows)
    points += 3 * _count(_blocks(words, changes, grid, windows))
    points += 40 * _count(_finder_likes(words, changes, near, windows))
    return points + windows.balance[_count(words[:, : grid.row_words] & windows.module)]


def _count(words: "Words") -> "Points":
    """Return how many bits each symbol has in all of its words."""
    counts: Points = np.bitwise_count(words).sum(axis=1, dtype=np.uint16).astype(np.int64)
    return counts


def _run_points(changes: "Words", near: "Words", windows: _Windows) -> "Points":
    """Return the points of runs: length - 2 from five modules on, which is 3 x fives - 2 x sixes in them."""
    within_five = near >> 2
    within_five |= near
    within_six = changes >> 4
    within_six |= within_five
    fives = np.bitwise_not(within_five, out=within_five)
    fives &= windows.five
    sixes = np.bitwise_not(within_six, out=within_six)
    sixes &= windows.six
    return 3 * _count(fives) - 2 * _count(sixes)


def _blocks(words: "Words", changes: "Words", grid: Grid, windows: _Windows) -> "Words":
    """Return the top left corners of 2 x 2 modules of one colour."""
    below = slice(grid.fields, grid.row_words)
    above = slice(0, grid.row_words - grid.fields)
    steps = words[:, above] ^ words[:, below]
    broken = steps >> 1
    broken |= steps
    broken |= changes[:, above]
    blocks: Words = np.bitwise_not(broken, out=broken)
    blocks &= windows.block
    return blocks


def _finder_likes(words: "Words", changes: "Words", near: "Words", windows: _Windows) -> "Words":
    """Return the starts of 1011101 with 0000 before or after it."""
    twice = changes >> 1
    twice &= changes  # a change after this module and after the next
    middle = near >> 2
    np.bitwise_not(middle, out=middle)  # 111 from two modules on, where the first is dark
    core: Words = np.right_shift(twice, 4)
    core &= twice
    core &= middle
    core &= words
    light = near >> 1
    light |= changes
    light |= words
    np.bitwise_not(light, out=light)  # 0000
    before = core >> 4
    before &= light
    light >>= 7
    core &= light
    core |= before
    core &= windows.eleven
    return core

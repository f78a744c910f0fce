"""Aggregated paths: how often each sequence of touches ended in a conversion, in how much value, and in nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Self

import numpy as np
from numpy.typing import NDArray

from o2o.attribution.vocabulary import WORD, Bytes, Numbers, Places, Vocabulary
from o2o.errors import O2OError

SEPARATOR = " > "
Amounts = NDArray[np.float64]

_ROWS = 8192
"""How many paths are taken apart at once: few enough that what they need stays in the processor's cache."""
_ENDING = " \0 "
_BLANK, _END, _MARK = 32, 0, ord(">")


class PathError(O2OError):
    """A path that can't be taken apart; ``row`` counts from 0."""

    def __init__(self, row: int, path: str) -> None:
        self.row, self.path = row, path
        super().__init__(f"path {row + 1:,} {path[:80]!r}: {self.reason}; {self.advice}")

    reason = "a touch in it is empty or holds a null character"
    advice = f"name each touch, and join them with {SEPARATOR!r}"


@dataclass(frozen=True, slots=True)
class Paths:
    """Paths as numbers: ``touches[codes[starts[i]:starts[i + 1]]]`` is path ``i``.

    ``conversions``, ``values`` and ``nulls`` are of each path: how often it converted, in what value in all, and how
    often it didn't.
    """

    touches: tuple[str, ...]
    codes: Numbers
    starts: Places
    conversions: Amounts
    values: Amounts
    nulls: Amounts

    @classmethod
    def of(
        cls,
        texts: Sequence[str],
        conversions: Sequence[float] | Amounts,
        values: Sequence[float] | Amounts | None = None,
        nulls: Sequence[float] | Amounts | None = None,
    ) -> Self:
        """Take apart paths whose touches are joined by ``" > "``; raises PathError for one without a touch."""
        touches, codes, starts = split_paths(texts)
        amounts = (_amounts(given, len(texts)) for given in (conversions, values, nulls))
        return cls(touches, codes, starts, *amounts)

    @property
    def lengths(self) -> Places:
        """How many touches each path has."""
        return np.diff(self.starts)

    def select(self, rows: NDArray[np.bool_]) -> "Paths":
        """Return some of the paths, with the same numbers for touches."""
        if rows.all():
            return self
        lengths = self.lengths
        starts = np.concatenate(([0], np.cumsum(lengths[rows])))
        kept = self.codes[np.repeat(rows, lengths)]
        return Paths(self.touches, kept, starts, self.conversions[rows], self.values[rows], self.nulls[rows])

    def total(self, per_touch: Amounts, amounts: Amounts) -> Amounts:
        """Return, by touch, the sum of the shares that its places in the paths have in the amounts of the paths."""
        weights = per_touch * np.repeat(amounts, self.lengths)
        return sum_by(self.codes, weights, len(self.touches))


def sum_by(keys: Places | Numbers, weights: Amounts, size: int) -> Amounts:
    """Return the sum of the weights of each key from 0 to below ``size``."""
    # bincount makes integers of nothing
    return np.bincount(keys, weights, size).astype(np.float64, copy=False)


def _amounts(given: Sequence[float] | Amounts | None, count: int) -> Amounts:
    amounts = np.zeros(count) if given is None else np.asarray(given, np.float64)
    if amounts.shape != (count,):
        raise ValueError(f"{count} paths, but {len(amounts)} amounts")
    return amounts


def split_paths(texts: Sequence[str]) -> tuple[tuple[str, ...], Numbers, Places]:
    """Return the touches that occur, the number of each touch of each path, and where each path begins among them."""
    vocabulary = Vocabulary()
    nodes, lengths = [np.empty(0, np.int32)], [np.zeros(1, np.int64)]
    for first in range(0, len(texts), _ROWS):
        found, sizes = _split(vocabulary, texts, first)
        nodes.append(found)
        lengths.append(sizes)
    touches, codes = _number(vocabulary, np.concatenate(nodes))
    return touches, codes, np.cumsum(np.concatenate(lengths))


def _split(vocabulary: Vocabulary, texts: Sequence[str], first: int) -> tuple[Numbers, Places]:
    rows = texts[first : first + _ROWS]
    data = (" " + _ENDING.join(chain(rows, ("",)))).encode(errors="surrogatepass")
    text = np.frombuffer(data + bytes(WORD), np.uint8)
    marks = _find_marks(text[: len(data)])
    starts, ends = _trim(text, np.concatenate(([1], marks[:-1] + 2)), marks - 1)
    last = np.flatnonzero(text[marks] == _END)
    if len(last) != len(rows) or (ends <= starts).any():
        raise _bad_path(rows, first)
    return vocabulary.find(text, starts, ends), np.diff(last, prepend=-1)


def _find_marks(text: Bytes) -> Places:
    """Return where paths end and touches are joined: at any null, and at > with a blank on either side."""
    marks: Places = np.flatnonzero((text == _MARK) | (text == _END))
    part_of_touch = (text[marks] == _MARK) & ((text[marks - 1] != _BLANK) | (text[marks + 1] != _BLANK))
    joins: Places = marks[~part_of_touch]
    return joins


def _trim(text: Bytes, starts: Places, ends: Places) -> tuple[Places, Places]:
    """Leave out blanks around touches beyond those of the separator."""
    while True:
        before, after = text[starts] == _BLANK, text[ends - 1] == _BLANK
        wide = (before | after) & (starts < ends)
        if not wide.any():
            return starts, ends
        starts, ends = starts + (before & wide), ends - (after & wide)


def _bad_path(rows: Sequence[str], first: int) -> PathError:
    for row, path in enumerate(rows):
        touches = f" {path} ".split(SEPARATOR)
        if "\0" in path or not all(map(str.strip, touches)) or " > > " in f" {path} ":
            return PathError(first + row, path)
    raise AssertionError("a path was refused though each is sound")


def _number(vocabulary: Vocabulary, nodes: Numbers) -> tuple[tuple[str, ...], Numbers]:
    """Number the touches from 0 in their order of the alphabet."""
    is_touch = np.zeros(len(vocabulary), np.bool_)
    is_touch[nodes] = True
    touches = sorted((vocabulary.spell(int(node)), int(node)) for node in np.flatnonzero(is_touch))
    codes = np.zeros(len(vocabulary), np.int32)
    codes[[node for _, node in touches]] = np.arange(len(touches))
    return tuple(touch for touch, _ in touches), codes[nodes]

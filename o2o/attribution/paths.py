"""Aggregated paths: how often each sequence of touches ended in a conversion, in how much value, and in nothing."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Self

import numpy as np
from numpy.typing import NDArray

from o2o.attribution.vocabulary import WORD, Bytes, Numbers, Places, Vocabulary
from o2o.errors import O2OError

SEPARATOR = " > "
Amounts = NDArray[np.float64]

MOST = 1e100
"""More than that nothing is counted or paid; so no sum or square of amounts leaves the range of numbers."""

_ROWS = 8192
"""How many paths are taken apart at once: few enough that what they need stays in the processor's cache."""
_WORTH_THREADS = 200_000
"""From so many paths on two threads take half of them each; NumPy lets both go on at the same time."""
_LONG = 1 << 22
"""More characters than that aren't taken apart at once, unless they are of one path."""
_END_OF_PATH = "\0"
_ENDING = f" >{_END_OF_PATH}"
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
    """Paths as numbers: ``touches[codes[starts[i]:starts[i + 1]]]`` is path ``i``; made by ``of`` or ``from_codes``.

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
        return cls(touches, codes, starts, *_check_amounts(conversions, values, nulls, len(texts)))

    @classmethod
    def from_codes(
        cls,
        touches: Sequence[str],
        codes: Sequence[int] | Numbers | Places,
        starts: Sequence[int] | Places,
        conversions: Sequence[float] | Amounts,
        values: Sequence[float] | Amounts | None = None,
        nulls: Sequence[float] | Amounts | None = None,
    ) -> Self:
        """Take paths whose touches are numbered already, as those of journeys that a database gathered.

        ``codes`` are the touches of all paths, one path after the other, each a place in ``touches``; ``starts`` is
        where each path begins among them, and at last their number: one more than there are paths. Three paths of
        which the first is A > B: ``Paths.from_codes(["A", "B"], [0, 1, 1, 0], [0, 2, 3, 4], [1, 0, 2], nulls=[0, 1,
        0])``. Raises ValueError for numbers that can't be, and for a path without a touch.
        """
        numbers, begins = np.asarray(codes, np.int64), np.asarray(starts, np.int64)
        if not len(begins) or begins[0] or begins[-1] != len(numbers) or (np.diff(begins) < 1).any():
            raise ValueError(f"starts must rise from 0 to {len(numbers)}, the number of codes")
        if len(numbers) and not 0 <= numbers.min() <= numbers.max() < len(touches):
            raise ValueError(f"codes must be from 0 to {len(touches) - 1}, places of the touches")
        amounts = _check_amounts(conversions, values, nulls, len(begins) - 1)
        return cls(tuple(touches), numbers.astype(np.int32), begins, *amounts)

    @property
    def lengths(self) -> Places:
        """How many touches each path has."""
        return np.diff(self.starts)

    def select(self, rows: NDArray[np.bool_]) -> "Paths":
        """Return some of the paths, with the same numbers for touches."""
        if rows.all():
            return self
        lengths = self.lengths[rows]
        starts = np.concatenate(([0], np.cumsum(lengths)))
        places = np.repeat(self.starts[:-1][rows] - starts[:-1], lengths)
        places += np.arange(len(places))
        kept = self.codes.take(places)
        return Paths(self.touches, kept, starts, self.conversions[rows], self.values[rows], self.nulls[rows])

    def total(self, per_touch: Amounts, amounts: Amounts) -> Amounts:
        """Return, by touch, the sum of the shares that its places in the paths have in the amounts of the paths."""
        weights = per_touch * np.repeat(amounts, self.lengths)
        return sum_by(self.codes, weights, len(self.touches))


def sum_by(keys: Places | Numbers, weights: Amounts, size: int) -> Amounts:
    """Return the sum of the weights of each key from 0 to below ``size``."""
    # bincount makes integers of nothing
    return np.bincount(keys, weights, size).astype(np.float64, copy=False)


def _check_amounts(
    conversions: Sequence[float] | Amounts,
    values: Sequence[float] | Amounts | None,
    nulls: Sequence[float] | Amounts | None,
    count: int,
) -> tuple[Amounts, Amounts, Amounts]:
    counted, worth, lost = (_to_amounts(given, count) for given in (conversions, values, nulls))
    if (worth[counted == 0] > 0).any():
        raise ValueError("a path without conversions has a value")
    return counted, worth, lost


def _to_amounts(given: Sequence[float] | Amounts | None, count: int) -> Amounts:
    amounts = np.zeros(count) if given is None else np.asarray(given, np.float64)
    if amounts.shape != (count,):
        raise ValueError(f"{count} paths, but {len(amounts)} amounts")
    if count and not 0 <= amounts.min() <= amounts.max() <= MOST:
        raise ValueError(f"an amount isn't from 0 to {MOST:g}")
    return amounts


def split_paths(texts: Sequence[str]) -> tuple[tuple[str, ...], Numbers, Places]:
    """Return the touches that occur, the number of each touch of each path, and where each path begins among them."""
    if len(texts) < _WORTH_THREADS:
        parts = [_split_part(texts, range(len(texts)))]
    else:
        half = len(texts) // 2
        with ThreadPoolExecutor(2) as pool:
            parts = list(pool.map(partial(_split_part, texts), (range(half), range(half, len(texts)))))
    touches, codes = _number(parts)
    return touches, codes, np.cumsum(np.concatenate([part.lengths for part in parts], dtype=np.int64))


@dataclass(frozen=True, slots=True)
class _Part:
    """Some of the paths, their touches numbered by a vocabulary of their own; ``lengths`` begin with 0 in the first."""

    vocabulary: Vocabulary
    numbers: Numbers
    lengths: Places


def _split_part(texts: Sequence[str], rows: range) -> _Part:
    vocabulary = Vocabulary()
    numbers, lengths = [np.empty(0, np.int32)], [np.zeros(0 if rows.start else 1, np.int64)]
    for first, some, text in _join(texts, rows):
        found, sizes = _split(vocabulary, some, first, text)
        numbers.append(found)
        lengths.append(sizes)
    return _Part(vocabulary, np.concatenate(numbers), np.concatenate(lengths))


def _join(texts: Sequence[str], rows: range) -> Iterator[tuple[int, Sequence[str], str]]:
    """Yield some paths at a time, with where they begin, as one text; fewer of them where they are long."""
    first, count = rows.start, _ROWS
    while first < rows.stop:
        some = texts[first : min(first + count, rows.stop)]
        text = f"{_END_OF_PATH}{_ENDING.join(some)}{_ENDING}"
        if len(text) > _LONG and len(some) > 1:
            count = len(some) // 2
        else:
            yield first, some, text
            first, count = first + len(some), min(2 * count, _ROWS)


def _split(vocabulary: Vocabulary, rows: Sequence[str], first: int, joined: str) -> tuple[Numbers, Places]:
    text = np.frombuffer(joined.encode(errors="surrogatepass") + bytes(WORD), np.uint8)
    ends, last = _find_ends(text)
    starts, ends = _trim(text, np.concatenate(([1], ends[:-1] + len(SEPARATOR))), ends)
    lengths = ends - starts
    nulls = len(text) - np.count_nonzero(text) - WORD - 1
    if nulls != len(rows) or lengths.min() <= 0 or _begins_with_mark(text, starts):
        raise _bad_path(rows, first)
    return vocabulary.find(text, starts, lengths), np.diff(last, prepend=-1)


def _find_ends(text: Bytes) -> tuple[Places, Places]:
    """Return where touches end, at a blank before > and a blank or a null, and which of them end a path."""
    ends = np.flatnonzero(text[1:] == _MARK)
    before, after = text.take(ends), text[2:].take(ends)
    joined = (before == _BLANK) & ((after == _BLANK) | (after == _END))
    if not joined.all():
        ends, after = ends[joined], after[joined]
    return ends, np.flatnonzero(after == _END)


def _trim(text: Bytes, starts: Places, ends: Places) -> tuple[Places, Places]:
    """Leave out blanks around touches beyond those of the separator."""
    while True:
        before, after = text.take(starts) == _BLANK, text.take(ends - 1) == _BLANK
        wide = (before | after) & (starts < ends)
        if not wide.any():
            return starts, ends
        starts, ends = starts + (before & wide), ends - (after & wide)


def _begins_with_mark(text: Bytes, starts: Places) -> bool:
    """Tell whether a path begins with a separator, where no blank stands before it."""
    marks = starts[text.take(starts) == _MARK]
    return bool((text[marks + 1] == _BLANK).any())


def _bad_path(rows: Sequence[str], first: int) -> PathError:
    for row, path in enumerate(rows):
        touches = f" {path} ".split(SEPARATOR)
        if "\0" in path or not all(touch.strip(" ") for touch in touches) or " > > " in f" {path} ":
            return PathError(first + row, path)
    raise AssertionError("a path was refused though each is sound")


def _number(parts: Sequence[_Part]) -> tuple[tuple[str, ...], Numbers]:
    """Number the touches of all parts from 0 in their order of the alphabet."""
    spelled = [_spell(part) for part in parts]
    touches = tuple(sorted({touch for names in spelled for touch in names.values()}))
    places = {touch: place for place, touch in enumerate(touches)}
    codes = []
    for part, names in zip(parts, spelled, strict=True):
        code_of = np.zeros(len(part.vocabulary), np.int32)
        code_of[list(names)] = [places[touch] for touch in names.values()]
        codes.append(code_of.take(part.numbers))
    return touches, np.concatenate(codes)


def _spell(part: _Part) -> dict[int, str]:
    is_touch = np.zeros(len(part.vocabulary), np.bool_)
    is_touch[part.numbers] = True
    return {number: part.vocabulary.spell(number) for number in np.flatnonzero(is_touch).tolist()}

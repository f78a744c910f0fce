"""Aggregated paths: how often each sequence of touches ended in a conversion, in how much value, and in nothing."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Self

import numpy as np
from numpy.typing import NDArray

from o2o.attribution.vocabulary import WORD, Bytes, Numbers, Places, Vocabulary
from o2o.errors import O2OError

SEPARATOR = " > "
Amounts = NDArray[np.float64]
Flags = NDArray[np.bool_]

MOST = 1e100
"""More than that nothing is counted or paid; so no sum or square of amounts leaves the range of numbers."""

_ROWS = 8192
"""How many paths are taken apart at once: few enough that what they need stays in the processor's cache."""
WORTH_THREADS = 200_000
"""From so many paths on two threads take half of them each; NumPy lets both go on at the same time."""
_LONG = 1 << 22
"""More characters than that aren't taken apart at once, unless they are of one path."""
_ENDING = " >\0"
_AFTER = _ENDING + WORD * "\0"
_BLANK, _END, _MARK = ord(" "), 0, ord(">")


class PathError(O2OError):
    """A path that can't be taken apart; ``row`` counts from 0."""

    def __init__(self, row: int, path: str) -> None:
        self.row, self.path = row, path
        super().__init__(f"path {row + 1:,} {path[:80]!r}: {self.reason}; {self.advice}")

    reason = "a touch in it is empty or holds a null character"
    advice = f"name each touch, and join them with {SEPARATOR!r}"


@dataclass(frozen=True)
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

    @cached_property
    def path_of(self) -> Places:
        """The path that each place belongs to."""
        return np.repeat(np.arange(len(self.starts) - 1), self.lengths)

    def select(self, rows: Flags) -> "Paths":
        """Return some of the paths, with the same numbers for touches."""
        if rows.all():
            return self
        kept = np.flatnonzero(rows)
        begins = self.starts.take(kept)
        lengths = self.starts.take(kept + 1) - begins
        starts = np.concatenate(([0], np.cumsum(lengths)))
        places = np.repeat(begins - starts[:-1], lengths)
        places += np.arange(len(places))
        amounts = (found.take(kept) for found in (self.conversions, self.values, self.nulls))
        return Paths(self.touches, self.codes.take(places), starts, *amounts)

    def halve(self) -> list["Paths"]:
        """Return the paths in two parts, which two threads may take; in one where they are few."""
        count = len(self.starts) - 1
        middle = count // 2 if count >= WORTH_THREADS else 0
        return [self._cut(first, last) for first, last in ((0, middle), (middle, count)) if last > first]

    def _cut(self, first: int, last: int) -> "Paths":
        starts = self.starts[first : last + 1]
        amounts = (found[first:last] for found in (self.conversions, self.values, self.nulls))
        return Paths(self.touches, self.codes[starts[0] : starts[-1]], starts - starts[0], *amounts)

    def total(self, per_touch: Amounts, amounts: Amounts) -> Amounts:
        """Return, by touch, the sum of the shares that its places in the paths have in the amounts of the paths."""
        weights = per_touch * amounts.take(self.path_of)
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
    if ((counted == 0) & (worth > 0)).any():
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
    half = len(texts) // 2 if len(texts) >= WORTH_THREADS else 0
    with ThreadPoolExecutor(2) as pool:
        parts = list(pool.map(partial(_split_part, texts), (range(half), range(half, len(texts)))))
        touches = tuple(sorted(set[str]().union(*(part.names for part in parts))))
        codes = pool.map(partial(_number, {touch: place for place, touch in enumerate(touches)}), parts)
        starts = np.cumsum(np.concatenate([[0], *parts[0].lengths, *parts[1].lengths], dtype=np.int64))
        return touches, np.concatenate(list(codes)), starts


@dataclass(frozen=True, slots=True)
class _Part:
    """Some of the paths, a piece at a time: their touches as numbers (1 is the first of ``names``), their lengths."""

    names: list[str]
    numbers: list[Numbers]
    lengths: list[Places]


def _split_part(texts: Sequence[str], rows: range) -> _Part:
    vocabulary = Vocabulary()
    numbers, lengths = [], []
    for count, joined in _join(texts, rows):
        places = _find_touches(joined, count)
        if places is None:
            raise _bad_path(texts, rows)
        numbers.append(vocabulary.find(*places[:3]))
        lengths.append(places[3])
    names = [name.decode(errors="surrogatepass").strip(" ") for name in vocabulary.names[1:]]
    if any(not name or f"{name} ".startswith("> ") for name in names):
        raise _bad_path(texts, rows)
    return _Part(names, numbers, lengths)


def _number(places: Mapping[str, int], part: _Part) -> Numbers:
    """Return the places of the touches of a part."""
    place_of = np.array([-1, *map(places.__getitem__, part.names)], np.int32)
    return np.concatenate([place_of[:0], *map(place_of.take, part.numbers)])


def _join(texts: Sequence[str], rows: range) -> Iterator[tuple[int, str]]:
    """Yield some paths at a time, how many and as one text; fewer of them where they are long."""
    first, count = rows.start, _ROWS
    while first < rows.stop:
        some = texts[first : min(first + count, rows.stop)]
        text = f"{_ENDING}{_ENDING.join(some)}{_AFTER}"
        if len(text) > _LONG and len(some) > 1:
            count = len(some) // 2
        else:
            yield len(some), text
            first, count = first + len(some), min(2 * count, _ROWS)


def _find_touches(joined: str, count: int) -> tuple[Bytes, Places, Places, Places] | None:
    """Return the bytes of paths, where touches start in them, how long these are, and how many each path has.

    Blanks around a touch are part of it. None where a touch is empty or there is a null in it.
    """
    text = np.frombuffer(joined.encode(errors="surrogatepass"), np.uint8)
    ends, last = _find_ends(text)
    starts = ends[:-1] + len(SEPARATOR)
    lengths = ends[1:] - starts
    nulls = len(text) - np.count_nonzero(text) - WORD - 1
    return None if nulls != count or lengths.min() < 1 else (text, starts, lengths, np.diff(last))


def _find_ends(text: Bytes) -> tuple[Places, Places]:
    """Return where touches end, at a blank before > and a blank or a null, and which of them end a path."""
    ends = np.flatnonzero(text[1:] == _MARK)
    before, after = text.take(ends), text[2:].take(ends)
    joined = (before == _BLANK) & ((after == _BLANK) | (after == _END))
    if not joined.all():
        ends, after = ends[joined], after[joined]
    return ends, np.flatnonzero(after == _END)


def _bad_path(texts: Sequence[str], rows: range) -> PathError:
    for row in rows:
        path = texts[row]
        touches = f" {path} ".split(SEPARATOR)
        if "\0" in path or not all(touch.strip(" ") for touch in touches) or " > > " in f" {path} ":
            return PathError(row, path)
    raise AssertionError("a path was refused though each is sound")

"""The scannability of each code that a proof reads, measured in its picture against its true symbol."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from math import copysign, dist
from typing import TYPE_CHECKING

from o2o.codes.reader import Format, Reading, SymbolRead
from o2o.codes.scannability import UNREADABLE, Scannability, measure_unused
from o2o.codes.smallest import make_symbols
from o2o.codes.symbol import QUIET_ZONE, Symbol
from o2o.printing.drawing.units import MM_PER_INCH
from o2o.printing.layout.codes import LEAST_QR_MODULE
from o2o.printing.proof.picture import Area, Picture
from o2o.printing.proof.sheet import Sheet

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_TOGETHER = 2000  # codes whose symbols are made at once
_EXACT = 6  # pixels of a module from which on nothing is gained by looking closer
_CLOSER = 12
_MOST_DPI = 2400
_GAMMA = 2.2
_FAINT_GROWTH = 0.02
_PIXELS_OF_DOUBT = 2  # in both sides of a symbol together: its corners are found to half a pixel

Again = Callable[[], AbstractContextManager[Sheet]]


@dataclass(frozen=True, slots=True)
class CodePlace:
    """Which code of a print it is."""

    file: str
    page: int
    cell: int
    code: str
    url: str
    template: str


@dataclass(frozen=True, slots=True)
class CodeScore:
    """How well one code will scan: its area with quiet zone, how many modules a side has and are dark in truth.

    ``module`` is the side of one in mm, 0 where the code can't be read; ``quiet`` is how many around it are clear.
    """

    place: CodePlace
    area: Area
    size: int
    dark: int
    module: float
    quiet: int
    quality: Scannability


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a picture shows of a code; ``range`` is its darkest and its lightest grey."""

    place: CodePlace
    read: SymbolRead
    greys: "NDArray[np.uint8]"
    dark_area: float
    pixels: float
    range: tuple[int, int]
    again: Again | None

    @property
    def size(self) -> int:
        return 17 + 4 * self.read.version

    @property
    def module(self) -> float:
        return side_of(self.read) / self.size


class Scoring:
    """Collects codes and scores many of them at once, since their true symbols are made in bulk."""

    def __init__(self, take: Callable[[CodeScore, Again | None], None]) -> None:
        self._take = take
        self._waiting: list[_Seen] = []

    def add(self, place: CodePlace, reading: Reading, picture: Picture, again: Again | None) -> None:
        """Take a code that a picture shows; ``again`` opens its page anew, should it be worth a closer look."""
        if seen := _see(place, reading, picture, again):
            self._waiting.append(seen)
        if len(self._waiting) >= _TOGETHER:
            self.flush()

    def flush(self) -> None:
        """Score the codes that wait."""
        waiting, self._waiting = self._waiting, []
        scores = dict(_score_all(waiting))
        suspects = [number for number, seen in enumerate(waiting) if seen.again and _is_suspect(scores[number], seen)]
        scores |= _score_closely(suspects, waiting)
        for number, seen in enumerate(waiting):
            self._take(scores[number], seen.again)


def _score_closely(numbers: Iterable[int], waiting: Sequence[_Seen]) -> Iterator[tuple[int, CodeScore]]:
    """Yield the scores of the codes of these numbers as they are in larger pictures, each page opened once."""
    for again, group in groupby(numbers, lambda number: waiting[number].again):
        if again:
            with again() as sheet:
                looks = ((number, _look_again(waiting[number], sheet)) for number in group)
                closer = {number: seen for number, seen in looks if seen}
            yield from zip(closer, (score for _, score in sorted(_score_all([*closer.values()]))), strict=True)


def _see(place: CodePlace, reading: Reading, picture: Picture, again: Again | None) -> _Seen | None:
    if reading.symbol is None:
        return None
    read = reading.symbol
    greys = picture.modules(read.corners, 17 + 4 * read.version)
    module = side_of(read) / (17 + 4 * read.version)
    darkest, lightest = int(greys.min()), int(greys.max())
    cut = picture.cut(box_of(read).widened(module / 2))
    dark = (lightest - int(cut.sum(dtype=int)) / cut.size) / max(1, lightest - darkest)  # of each pixel on average
    dark_area = dark * cut.size / (picture.across * picture.down)
    pixels = module * min(picture.across, picture.down)
    return _Seen(place, read, greys, dark_area, pixels, (darkest, lightest), again)


def side_of(read: SymbolRead) -> float:
    """Return the side of a symbol."""
    first, right, _ = read.corners
    return max(1e-6, dist(first, right))


def box_of(read: SymbolRead) -> Area:
    """Return the square that a symbol fills, without quiet zone."""
    (x, y), (right_x, right_y), (below_x, below_y) = read.corners
    xs, ys = (x, right_x, below_x, right_x + below_x - x), (y, right_y, below_y, right_y + below_y - y)
    return Area(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def _score_all(waiting: list[_Seen]) -> Iterator[tuple[int, CodeScore]]:
    """Yield the place in the list and the score of each, in groups of one kind of symbol."""
    kinds = [(seen.read.level, seen.read.mask, seen.read.version) for seen in waiting]
    order = sorted(range(len(waiting)), key=kinds.__getitem__)
    for (level, mask, version), group in groupby(order, key=kinds.__getitem__):
        numbers = list(group)
        symbols = make_symbols([waiting[number].place.url for number in numbers], level=level, mask=mask)
        same = [(n, symbol) for n, symbol in zip(numbers, symbols, strict=True) if symbol.version == version]
        unused = measure_unused([_dark(waiting[n]) for n, _ in same], [s for _, s in same]) if same else []
        shares = dict(zip((n for n, _ in same), unused, strict=True))
        for number, symbol in zip(numbers, symbols, strict=True):
            yield number, _score(waiting[number], symbol, shares.get(number, -1.0))


def _dark(seen: _Seen) -> "NDArray[np.bool_]":
    modules = seen.greys[QUIET_ZONE:-QUIET_ZONE, QUIET_ZONE:-QUIET_ZONE]
    return modules < sum(seen.range) / 2


def _score(seen: _Seen, symbol: Symbol, unused: float) -> CodeScore:
    if unused < 0:  # it was read, so it is a symbol of another making: the reader counted the errors
        unused = seen.read.unused
    dark = int(symbol.matrix.sum())
    darkest, lightest = seen.range
    contrast = (lightest / 255) ** _GAMMA - (darkest / 255) ** _GAMMA
    growth = seen.dark_area / (dark * seen.module**2) - 1
    doubt = _PIXELS_OF_DOUBT / (seen.pixels * seen.size)
    growth = copysign(max(0.0, abs(growth) - doubt), growth)
    quality = Scannability(unused, contrast, growth)
    area = box_of(seen.read).widened(QUIET_ZONE * seen.module)
    return CodeScore(seen.place, area, seen.size, dark, seen.module, _clear_modules(seen), quality)


def _clear_modules(seen: _Seen) -> int:
    """Return how many modules around a symbol are clear."""
    dark = seen.greys < sum(seen.range) / 2
    distances = _distances(seen.size)[dark]
    return int(distances[distances > 0].min(initial=QUIET_ZONE + 1)) - 1


@lru_cache(40)
def _distances(size: int) -> "NDArray[np.intp]":
    """Return how far from the symbol each module of its quiet zone is, from 1; 0 in the symbol."""
    import numpy as np

    steps = np.arange(-QUIET_ZONE, size + QUIET_ZONE)
    beyond = np.maximum(-steps, steps - size + 1).clip(0)
    distances: NDArray[np.intp] = np.maximum(beyond, beyond[:, None])
    return distances


def _is_suspect(score: CodeScore, seen: _Seen) -> bool:
    quality = score.quality
    perfect = quality.unused == 1 and quality.grade == "A" and abs(quality.growth) < _FAINT_GROWTH
    roomy = score.quiet == QUIET_ZONE and score.module > LEAST_QR_MODULE * 1.1
    return seen.pixels < _EXACT and not (perfect and roomy)


def _look_again(seen: _Seen, sheet: Sheet) -> _Seen | None:
    picture, reading = read_closely(sheet, seen.place.url, box_of(seen.read), seen.module)
    return _see(seen.place, reading, picture, None) if reading else None


def read_closely(sheet: Sheet, url: str, box: Area, module: float) -> tuple[Picture, Reading | None]:
    """Return a picture of a symbol in which its modules are large, and the symbol as it reads there."""
    area = box.widened((QUIET_ZONE + 1) * module)
    picture = sheet.look_at(area, min(_CLOSER / module * MM_PER_INCH, _MOST_DPI))
    readings = (reading for reading in picture.codes(Format.QR) if reading.text == url)
    return picture, next(readings, None)


def unread(place: CodePlace, area: Area) -> CodeScore:
    """Return the score of a code that can't be read in an area."""
    return CodeScore(place, area, 0, 0, 0.0, 0, UNREADABLE)

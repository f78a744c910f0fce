"""QR symbols in bulk, each equal to the one that ``qrcode`` makes of the same text.

A family is what one batch has of one version: its symbols are made together from differences learned from
``qrcode`` (``o2o.codes.linear``), and a sample of them is compared with it. Families too small to pay for
the learning are made by ``qrcode`` itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from qrcode.main import QRCode

from o2o.codes.grid import grid_of
from o2o.codes.linear import MASKS, assemble, block_starts, draw_empty
from o2o.codes.penalty import lost_points
from o2o.codes.segments import TOO_LARGE, Layout, fit_version, group_by_layout, write_codewords
from o2o.codes.symbol import LEVELS, Symbol
from o2o.errors import O2OError, SettingError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Rows = NDArray[np.intp]
    Fields = NDArray[Any]

BEST = "best"
"""The mask that qrcode's own rule chooses."""

SAMPLE = 1_000
"""One symbol of so many, and the first of each family, is compared with qrcode's."""

_BATCH = 1 << 16
_BATCH_BYTES = 1 << 22
_UNPACKED = 1 << 10  # symbols at a time, whose modules take a byte each
_SCORE_BYTES = 1 << 18  # of one array, so that those of a step stay in the processor's cache

# What learning a family takes, in symbols that qrcode makes in that time; measured at versions 2 to 40.
_LEARNING, _LEARNING_FOR_FIXED_MASK = 4, 10
_CODEWORDS_THAT_DOUBLE_IT = 450


class TextTooLongError(SettingError):
    """A text that no QR symbol of its level holds."""

    def __init__(self, text: str) -> None:
        super().__init__("code", text[:40] + "…", "too long for a QR symbol", "use a shorter base URL or a lower level")


class DifferentSymbolError(O2OError):
    """A symbol made in bulk that is not the one that qrcode makes."""

    status = 500

    def __init__(self, text: str) -> None:
        super().__init__(
            f"the QR symbol of {text[:40]!r} is not the one that the library qrcode makes, so none was handed over; "
            "install qrcode 8.2, and report this if it stays"
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """What qrcode is asked for: its level, its mask (None for its own choice) and its shortest run for a segment."""

    level: str
    mask: int | None
    optimize: int

    @classmethod
    def checked(cls, level: str, mask: str | int, optimize: int) -> "Rule":
        """Return a rule whose values can work."""
        if level not in LEVELS:
            raise SettingError("level", level, "not an error correction level", f"use one of {', '.join(LEVELS)}")
        if mask != BEST and mask not in MASKS:
            raise SettingError("mask", str(mask), "not a mask", f"use {BEST!r} or a number from 0 to 7")
        if optimize < 0:
            raise SettingError("optimize", str(optimize), "not a length of a run", "use 0 or more")
        return cls(level, None if mask == BEST else int(mask), optimize)

    @property
    def number(self) -> int:
        """The level as it is written in a symbol."""
        return LEVELS[self.level]


@dataclass(frozen=True, slots=True)
class _Family:
    """Texts of one version: their places in the batch and their data codewords."""

    version: int
    rows: "Rows"
    codewords: "Bytes"


class Symbols(Sequence[Symbol]):
    """The symbols of many texts, kept as packed bits; an item's modules are unpacked when it is asked for."""

    def __init__(self, level: str, count: int) -> None:
        self.level = level
        self._versions = np.zeros(count, np.uint8)
        self._masks = np.zeros(count, np.uint8)
        self._places = np.zeros((count, 2), np.int32)  # which of the fields, and where in it
        self._fields: list[Fields] = []

    def __len__(self) -> int:
        return len(self._versions)

    @overload
    def __getitem__(self, index: int) -> Symbol: ...
    @overload
    def __getitem__(self, index: slice) -> list[Symbol]: ...
    def __getitem__(self, index: int | slice) -> Symbol | list[Symbol]:
        if isinstance(index, slice):
            return self._unpack(index)
        number = range(len(self))[index]
        return self._unpack(slice(number, number + 1))[0]

    def __iter__(self) -> Iterator[Symbol]:
        for start in range(0, len(self), _UNPACKED):
            yield from self._unpack(slice(start, start + _UNPACKED))

    def _unpack(self, some: slice) -> list[Symbol]:
        """Return some symbols; the modules of those that were kept together are unpacked at once."""
        parts, rows = self._places[some].T
        versions, masks = self._versions[some].tolist(), self._masks[some].tolist()
        modules: dict[int, NDArray[np.bool_]] = {}
        for part in np.unique(parts).tolist():
            places = np.flatnonzero(parts == part)
            fields = np.ascontiguousarray(self._fields[part][rows[places]])
            modules |= zip(places.tolist(), grid_of(versions[places[0]]).unpack(fields), strict=True)
        return [Symbol(versions[n], masks[n], self.level, modules[n]) for n in range(len(masks))]

    def keep(self, rows: "Rows", version: int, masks: "Bytes", fields: "Fields") -> None:
        """Take in the symbols of a family."""
        self._versions[rows] = version
        self._masks[rows] = masks
        self._places[rows, 0] = len(self._fields)
        self._places[rows, 1] = np.arange(len(rows))
        self._fields.append(fields)


def make_all(payloads: Sequence[str], rule: Rule) -> Symbols:
    """Return the symbol of each text, made in batches that bound the memory in use."""
    payloads = _listed(payloads)
    made = Symbols(rule.level, len(payloads))
    for first, texts in _split(payloads):
        for family in _find_families(texts, rule):
            masks, fields = _make_family(family, texts, rule)
            made.keep(first + family.rows, family.version, masks, fields)
    return made


def fit_versions(payloads: Sequence[str], runs: Sequence[int], levels: Sequence[int]) -> "Rows":
    """Return the version of each text at each level and for each shortest run (level, run, text); TOO_LARGE for none.

    No symbols are made.
    """
    versions = np.empty((len(levels), len(runs), len(payloads)), np.intp)
    for first, texts in _split(payloads):
        for rows, same_length in _group_by_length(texts):
            for number, run in enumerate(runs):
                for layout, members in group_by_layout(same_length, run):
                    fitted = [[fit_version(layout, level)] for level in levels]
                    versions[:, number, first + rows[members]] = fitted
    return versions


def _split(payloads: Sequence[str]) -> Iterator[tuple[int, list[bytes]]]:
    """Yield the number of the first text of each batch, and the batch in UTF-8."""
    for first in range(0, len(payloads), _BATCH):
        texts = _encode(payloads[first : first + _BATCH])
        filled = np.cumsum(np.fromiter(map(len, texts), np.intp, len(texts))) // _BATCH_BYTES
        starts = [0, *(np.flatnonzero(np.diff(filled)) + 1).tolist(), len(texts)]
        for start, stop in pairwise(starts):
            yield first + start, texts[start:stop]


def _listed(payloads: Iterable[str]) -> Sequence[str]:
    if isinstance(payloads, str):
        raise TypeError("one text was given: put it into a list")
    return payloads if isinstance(payloads, list | tuple) else list(payloads)


def _encode(texts: Sequence[str]) -> list[bytes]:
    try:
        return [text.encode() for text in texts]
    except AttributeError:
        other = next(text for text in texts if not isinstance(text, str))
        raise TypeError(f"a text is a str, not {other!r}") from None
    except UnicodeEncodeError as error:
        text = error.object
        raise SettingError("code", text[:40], "half of a character is missing", "correct its encoding") from None


def _find_families(texts: list[bytes], rule: Rule) -> list[_Family]:
    found: dict[int, list[tuple[Rows, Bytes]]] = {}
    for rows, layout, same in _find_layouts(texts, rule.optimize):
        version = fit_version(layout, rule.number)
        if version == TOO_LARGE:
            raise TextTooLongError(texts[rows[0]].decode())
        found.setdefault(version, []).append((rows, write_codewords(same, layout, version, rule.number)))
    return [_Family(version, *map(np.concatenate, zip(*parts, strict=True))) for version, parts in found.items()]


def _find_layouts(texts: list[bytes], optimize: int) -> "Iterator[tuple[Rows, Layout, Bytes]]":
    """Yield the rows of each layout, and their texts as a matrix."""
    for rows, same_length in _group_by_length(texts):
        for layout, members in group_by_layout(same_length, optimize):
            yield rows[members], layout, same_length[members]


def _group_by_length(texts: list[bytes]) -> "Iterator[tuple[Rows, Bytes]]":
    lengths = np.fromiter(map(len, texts), np.intp, len(texts))
    ordered = np.argsort(lengths, kind="stable")
    for rows in np.split(ordered, np.flatnonzero(np.diff(lengths[ordered])) + 1):
        joined = b"".join([texts[row] for row in rows.tolist()])
        yield rows, np.frombuffer(joined, np.uint8).reshape(len(rows), -1 if joined else 0)


def _make_family(family: _Family, texts: list[bytes], rule: Rule) -> "tuple[Bytes, Fields]":
    """Return the masks of a family, and its symbols as the fields of their rows."""
    empty = _have_empty_block(family, rule)
    if not _pays(family, rule) and not empty.any():
        return _ask_for_all([texts[row] for row in family.rows.tolist()], rule)
    masks, fields = _construct(family, rule)
    for place in range(0, len(masks), SAMPLE):
        if not empty[place]:
            _compare(texts[family.rows[place]], rule, (family.version, int(masks[place]), fields[place]))
    return masks, fields


def _have_empty_block(family: _Family, rule: Rule) -> "NDArray[np.bool_]":
    """Tell which texts have a Reed-Solomon block of zeros alone, on which qrcode fails (it asks for the log of 0)."""
    filled = np.logical_or.reduceat(family.codewords, block_starts(family.version, rule.number), axis=1)
    return np.asarray(~filled.all(axis=1))


def _pays(family: _Family, rule: Rule) -> bool:
    """Tell whether learning takes less time than asking qrcode for each."""
    learning = _LEARNING if rule.mask is None else _LEARNING_FOR_FIXED_MASK
    count = len(family.rows)
    if count <= learning:
        return False
    varying = int((family.codewords != family.codewords[0]).any(axis=0).sum())
    return count > learning * (1 + varying / _CODEWORDS_THAT_DOUBLE_IT)


def _ask_for_all(texts: list[bytes], rule: Rule) -> "tuple[Bytes, Fields]":
    asked = [_ask_qrcode(text, rule) for text in texts]
    return np.array([mask for _, mask, _ in asked], np.uint8), np.stack([fields for *_, fields in asked])


def _ask_qrcode(text: bytes, rule: Rule) -> "tuple[int, int, Fields]":
    """Return version, mask and the fields of the rows of what qrcode makes."""
    symbol: Any = QRCode(error_correction=rule.number)
    symbol.add_data(text, optimize=rule.optimize)
    symbol.best_fit()
    symbol.mask_pattern = symbol.best_mask_pattern() if rule.mask is None else rule.mask
    symbol.make(fit=False)
    fields = grid_of(symbol.version).pack_rows(np.array(symbol.modules, np.bool_))
    return symbol.version, symbol.mask_pattern, fields


def _compare(text: bytes, rule: Rule, made: "tuple[int, int, Fields]") -> None:
    version, mask, fields = _ask_qrcode(text, rule)
    if (version, mask) != made[:2] or not np.array_equal(fields, made[2]):
        raise DifferentSymbolError(text.decode())


def _construct(family: _Family, rule: Rule) -> "tuple[Bytes, Fields]":
    """Return masks and fields of the rows, by exclusive or."""
    version, level, grid = family.version, rule.number, grid_of(family.version)
    unmasked = assemble(family.codewords, version, level, columns=rule.mask is None)
    if rule.mask is None:
        masks = _choose_masks(unmasked, version, level)
        rows = grid.rows_of(unmasked)
    else:
        masks, rows = np.full(len(unmasked), rule.mask, np.uint8), unmasked
    for mask in np.unique(masks).tolist():
        rows[masks == mask] ^= grid.pack_rows(draw_empty(version, level, mask, blank=False))
    return masks, rows


def _choose_masks(unmasked: "Fields", version: int, level: int) -> "Bytes":
    """Return the first mask of the fewest lost points of each symbol, drawn without format and version."""
    grid, patterns = grid_of(version), _blank_patterns(version, level)
    masks = np.empty(len(unmasked), np.uint8)
    batch = max(1, _SCORE_BYTES // patterns.nbytes)
    for first in range(0, len(unmasked), batch):
        words = np.ascontiguousarray(unmasked[first : first + batch].T)
        masks[first : first + batch] = lost_points(np.bitwise_xor(words, patterns), grid).argmin(axis=0)
    return masks


@lru_cache(64)
def _blank_patterns(version: int, level: int) -> "Fields":
    """Return what each mask adds to the data, as words (mask, word, 1)."""
    drawn = [grid_of(version).pack(draw_empty(version, level, mask, blank=True)) for mask in MASKS]
    return np.stack(drawn)[:, :, None]

"""From texts to the data codewords of a QR symbol: segments, version, bits; whole arrays of texts at once.

Follows ``qrcode`` 8.2 to the letter (``util.optimal_data_chunks``, ``QRCode.best_fit``, ``util.create_data``),
whose tables it uses. Texts of one length are a matrix of bytes, a row each.
"""

from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from qrcode import util

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Flags = NDArray[np.bool_]

Layout = tuple[tuple[int, int], ...]
"""The mode and the number of characters of each segment, in order."""

TOO_LARGE = 41
"""The version of a text that no symbol holds."""

_NEWLINE = 10
_NUMBER_WEIGHTS = (100, 10, 1)


def _classify_bytes() -> bytes:
    modes = np.full(256, util.MODE_8BIT_BYTE, np.uint8)
    modes[list(util.ALPHA_NUM)] = util.MODE_ALPHA_NUM
    modes[list(b"0123456789")] = util.MODE_NUMBER
    return modes.tobytes()


def _number_alphabet() -> "NDArray[np.uint16]":
    values = np.zeros(256, np.uint16)
    values[list(util.ALPHA_NUM)] = range(len(util.ALPHA_NUM))
    return values


_MODE_OF_BYTE = _classify_bytes()
_ALPHANUMERIC_VALUE = _number_alphabet()


def group_by_layout(texts: "Bytes", optimize: int) -> "list[tuple[Layout, NDArray[np.intp]]]":
    """Return each way in which rows are split into segments, with the numbers of the rows split so."""
    count, length = texts.shape
    if not length:
        return [(_empty_layout(optimize), np.arange(count))]
    modes = _find_modes(texts, optimize)
    if (modes == modes[0]).all():
        return [(_layout_of(modes[0]), np.arange(count))]
    # modes are never 0, so that fixed-width texts compare them whole
    kinds, kind_of_row = np.unique(np.ascontiguousarray(modes).view(f"S{length}").ravel(), return_inverse=True)
    ordered = np.argsort(kind_of_row, kind="stable")
    rows = np.split(ordered, np.cumsum(np.bincount(kind_of_row))[:-1])
    return [(_layout_of(np.frombuffer(kind, np.uint8)), row) for kind, row in zip(kinds.tolist(), rows, strict=True)]


def _empty_layout(optimize: int) -> Layout:
    return () if optimize else ((util.MODE_ALPHA_NUM, 0),)


def _layout_of(modes: "Bytes") -> Layout:
    # segments that touch never share a mode
    return tuple((mode, len(list(run))) for mode, run in groupby(modes.tolist()))


def _find_modes(texts: "Bytes", optimize: int) -> "Bytes":
    """Return the mode in which each byte of each text is written."""
    # twice as fast as to look each up in an array
    kinds: Bytes = np.frombuffer(texts.tobytes().translate(_MODE_OF_BYTE), np.uint8).reshape(texts.shape)
    if not optimize:
        return np.repeat(kinds.max(axis=1, keepdims=True), kinds.shape[1], axis=1)
    if texts.shape[1] <= optimize:
        return _find_modes_of_short(texts, kinds)
    numeric = _find_runs(kinds == util.MODE_NUMBER, optimize)
    alphanumeric = _find_runs((kinds != util.MODE_8BIT_BYTE) & ~numeric, optimize)
    modes = np.full_like(kinds, util.MODE_8BIT_BYTE)
    modes[alphanumeric] = util.MODE_ALPHA_NUM
    modes[numeric] = util.MODE_NUMBER
    return modes


def _find_modes_of_short(texts: "Bytes", kinds: "Bytes") -> "Bytes":
    """Return one mode for each text; a newline at its end is left out of it, as ``$`` in a pattern does."""
    ends_line = texts[:, -1] == _NEWLINE
    body = np.where(ends_line, kinds[:, :-1].max(axis=1, initial=util.MODE_NUMBER), kinds.max(axis=1))
    modes = np.repeat(body[:, None], kinds.shape[1], axis=1)
    modes[ends_line, -1] = util.MODE_8BIT_BYTE
    return modes


def _find_runs(flags: "Flags", least: int) -> "Flags":
    """Return which flags belong to a run of at least so many in their row."""
    if len(flags) > 1 and not _find_runs(np.any(flags, axis=0, keepdims=True), least).any():
        return np.zeros_like(flags)  # no columns for a run, as in most families of URLs
    starts = np.array(flags, order="F")  # columns are shifted, so they lie together
    for step in _doublings(least):
        starts[:, :-step] &= starts[:, step:]
        starts[:, -step:] = False
    for step in _doublings(least):
        starts[:, step:] |= starts[:, :-step].copy()
    return starts


def _doublings(width: int) -> Iterator[int]:
    """Yield shifts that, made one after the other, join a window of so many places."""
    joined = 1
    while joined < width:
        step = min(joined, width - joined)
        yield step
        joined += step


@lru_cache(1 << 16)
def fit_version(layout: Layout, level: int) -> int:
    """Return the smallest version that holds a layout at a level (the number in the symbol), or TOO_LARGE."""
    version = 1
    while True:
        sizes = util.mode_sizes_for_version(version)
        fitted = bisect_left(util.BIT_LIMIT_TABLE[level], _count_bits(layout, version), version)
        if fitted == TOO_LARGE or util.mode_sizes_for_version(fitted) is sizes:
            return fitted
        version = fitted


def _count_bits(layout: Layout, version: int) -> int:
    sizes = util.mode_sizes_for_version(version)
    return sum(4 + sizes[mode] + _count_payload_bits(mode, length) for mode, length in layout)


def _count_payload_bits(mode: int, length: int) -> int:
    if mode == util.MODE_NUMBER:
        return length // 3 * 10 + (0, 4, 7)[length % 3]
    if mode == util.MODE_ALPHA_NUM:
        return length // 2 * 11 + length % 2 * 6
    return length * 8


def write_codewords(texts: "Bytes", layout: Layout, version: int, level: int) -> "Bytes":
    """Return the data codewords of texts of one layout, a row each: headers, payload, terminator, padding."""
    limit = util.BIT_LIMIT_TABLE[level][version]
    filled = _shift_bytes(texts, version) if _is_bytes(layout) else _pack_segments(texts, layout, version, limit)
    padding = np.resize(np.array([util.PAD0, util.PAD1], np.uint8), limit // 8 - filled.shape[1])
    return np.concatenate([filled, np.broadcast_to(padding, (len(texts), len(padding)))], axis=1)


def _is_bytes(layout: Layout) -> bool:
    return len(layout) == 1 and layout[0][0] == util.MODE_8BIT_BYTE


def _shift_bytes(texts: "Bytes", version: int) -> "Bytes":
    """Return the codewords of one segment of bytes, as most texts are: all shifted by the four bits of the mode."""
    size = util.mode_sizes_for_version(version)[util.MODE_8BIT_BYTE]
    header = (util.MODE_8BIT_BYTE << size | texts.shape[1]).to_bytes(1 + size // 8, "big")
    before = np.broadcast_to(np.frombuffer(header, np.uint8), (len(texts), len(header)))
    stream = np.concatenate([before, texts, np.zeros((len(texts), 1), np.uint8)], axis=1)
    return stream[:, :-1] << np.uint8(4) | stream[:, 1:] >> np.uint8(4)


def _pack_segments(texts: "Bytes", layout: Layout, version: int, limit: int) -> "Bytes":
    terminator = np.zeros((len(texts), min(4, limit - _count_bits(layout, version))), np.uint8)
    return np.packbits(np.concatenate([*_write_segments(texts, layout, version), terminator], axis=1), axis=1)


def _write_segments(texts: "Bytes", layout: Layout, version: int) -> "Iterator[Bytes]":
    sizes, start = util.mode_sizes_for_version(version), 0
    for mode, length in layout:
        header = np.array([[mode << sizes[mode] | length]], np.uint32)
        yield np.broadcast_to(_write_bits(header, 4 + sizes[mode]), (len(texts), 4 + sizes[mode]))
        yield from _WRITERS[mode](texts[:, start : start + length])
        start += length


def _write_bits(values: "NDArray[np.uint32]", width: int) -> "Bytes":
    """Return the last bits of each number, those of a row in a row."""
    count, columns = values.shape
    bits = np.unpackbits(values.astype(">u4").view(np.uint8), axis=1).reshape(count, columns, 32)
    return bits[:, :, 32 - width :].reshape(count, columns * width)


def _write_numeric(texts: "Bytes") -> "Iterator[Bytes]":
    digits = (texts - ord("0")).astype(np.uint32)
    whole, rest = digits.shape[1] // 3 * 3, digits.shape[1] % 3
    triples = digits[:, :whole].reshape(len(digits), -1, 3)
    yield _write_bits((triples * np.array(_NUMBER_WEIGHTS, np.uint32)).sum(axis=2, dtype=np.uint32), 10)
    if rest:
        weights = np.array(_NUMBER_WEIGHTS[-rest:], np.uint32)
        yield _write_bits((digits[:, whole:] * weights).sum(axis=1, keepdims=True, dtype=np.uint32), (4, 7)[rest - 1])


def _write_alphanumeric(texts: "Bytes") -> "Iterator[Bytes]":
    values = _ALPHANUMERIC_VALUE[texts].astype(np.uint32)
    whole = values.shape[1] // 2 * 2
    yield _write_bits(values[:, 0:whole:2] * np.uint32(45) + values[:, 1:whole:2], 11)
    if whole < values.shape[1]:
        yield _write_bits(values[:, whole:], 6)


def _write_bytes(texts: "Bytes") -> "Iterator[Bytes]":
    yield np.unpackbits(np.ascontiguousarray(texts), axis=1)


_WRITERS = {
    util.MODE_NUMBER: _write_numeric,
    util.MODE_ALPHA_NUM: _write_alphanumeric,
    util.MODE_8BIT_BYTE: _write_bytes,
}

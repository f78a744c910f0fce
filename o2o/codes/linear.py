"""What of a QR symbol is linear, learned from ``qrcode`` itself.

For one version and level every module is the exclusive or of some data bits and a constant: Reed-Solomon
codewords are linear in the data, and placing and masking add constants. So a symbol is any other symbol of its
version and level, changed by the difference of each data bit in which they differ. ``docs/codes.md`` explains it.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from qrcode import base, util
from qrcode.main import QRCode

from o2o.codes.grid import grid_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from o2o.codes.grid import Modules

    Bytes = NDArray[np.uint8]
    Fields = NDArray[Any]

MASKS = range(8)

# both small enough for the processor's cache
_TABLE_BYTES = 4 << 20
_BATCH_BYTES = 1 << 18


def draw(version: int, level: int, mask: int, codewords: list[int], *, blank: bool = False) -> "Modules":
    """Return the symbol that qrcode draws of all codewords; ``blank`` leaves format and version out, as it scores."""
    symbol: Any = QRCode(version=version, error_correction=level)
    symbol.data_cache = codewords
    symbol.makeImpl(blank, mask)
    return np.array(symbol.modules, np.bool_)


@lru_cache(64)
def draw_empty(version: int, level: int, mask: int, *, blank: bool) -> "Modules":
    """Return the symbol whose codewords are all zero: what mask and patterns add to the data."""
    return draw(version, level, mask, [0] * _count_codewords(version), blank=blank)


def _count_codewords(version: int) -> int:
    return sum(block.total_count for block in base.rs_blocks(version, 0))


@lru_cache(40)
def _find_places(version: int) -> "NDArray[np.intp]":
    """Return which codeword bit each module shows, from 1; 0 where it shows none.

    qrcode draws the k-th binary digit of each bit's number in turn; together the pictures spell the number.
    """
    empty = draw_empty(version, 0, 0, blank=True)
    numbers = np.arange(1, 8 * _count_codewords(version) + 1)
    places = np.zeros(empty.shape, np.intp)
    for digit in range(len(numbers).bit_length()):
        codewords = np.packbits(numbers >> digit & 1).tolist()
        places |= (draw(version, 0, 0, codewords, blank=True) ^ empty).astype(np.intp) << digit
    return places


@lru_cache(40)
def modules_of_codewords(version: int) -> "NDArray[np.intp]":
    """Return which modules show each codeword as it is placed, counted row by row: (codeword, 8 bits)."""
    places = _find_places(version).ravel()
    shown = np.argsort(places, kind="stable")[np.count_nonzero(places == 0) :]
    return shown[: 8 * _count_codewords(version)].reshape(-1, 8)


@lru_cache(64)
def blocks_of_codewords(version: int, level: int) -> "NDArray[np.intp]":
    """Return to which Reed-Solomon block each codeword belongs, in the order in which they are placed."""
    blocks = base.rs_blocks(version, level)
    data = [
        number
        for place in range(max(block.data_count for block in blocks))
        for number, block in enumerate(blocks)
        if place < block.data_count
    ]
    checks = list(range(len(blocks))) * (blocks[0].total_count - blocks[0].data_count)
    return np.array(data + checks, np.intp)


def count_checks(version: int, level: int) -> int:
    """Return how many check codewords each block has."""
    block = base.rs_blocks(version, level)[0]
    return int(block.total_count - block.data_count)


def block_starts(version: int, level: int) -> list[int]:
    """Return where each Reed-Solomon block starts in the data codewords."""
    counts = [block.data_count for block in base.rs_blocks(version, level)]
    return [sum(counts[:number]) for number in range(len(counts))]


@lru_cache(64)
def _remainders(size: int, length: int) -> "Bytes":
    """Return the ``size`` check codewords of each single bit of a block: (byte from the block's end, bit, codeword)."""
    found = np.empty((length, 8, size), np.uint8)
    found[0] = [_check_codewords(128 >> bit, size) for bit in range(8)]
    of_value = _expand(found[:1])[0]
    for place in range(1, length):
        # times x: all move up by one, and the codeword that leaves at the top comes back as its own remainder
        found[place, :, :-1] = found[place - 1, :, 1:]
        found[place, :, -1] = 0
        found[place] ^= of_value[found[place - 1, :, 0]]
    return found


def _check_codewords(value: int, size: int) -> list[int]:
    """Return qrcode's check codewords of a block of one data codeword."""
    buffer = util.BitBuffer()
    buffer.put(value, 8)
    made: list[int] = util.create_bytes(buffer, [base.RSBlock(1 + size, 1)])
    return made[1:]


def _expand(differences: "Fields") -> "Fields":
    """Return tables (…, 256 values, field) from the differences of single bits (…, 8 bits, field)."""
    tables = np.zeros_like(differences[:, :1])
    for bit in range(7, -1, -1):
        tables = np.concatenate([tables, tables ^ differences[:, bit : bit + 1]], axis=1)
    return tables


def _change_codewords(version: int, level: int, position: int) -> "Bytes":
    """Return what each bit of a data codeword changes in all codewords as they are placed: (8 bits, codeword)."""
    blocks, starts = base.rs_blocks(version, level), block_starts(version, level)
    number = max(block for block, start in enumerate(starts) if start <= position)
    within, block = position - starts[number], blocks[number]
    changes = np.zeros((8, _count_codewords(version)), np.uint8)
    shorter = sum(min(within, other.data_count) for other in blocks)  # codewords with a lower number in any block
    changes[:, shorter + sum(other.data_count > within for other in blocks[:number])] = 128 >> np.arange(8)
    checks = sum(other.data_count for other in blocks) + number
    longest = max(other.data_count for other in blocks)
    remainders = _remainders(block.total_count - block.data_count, longest)
    changes[:, checks :: len(blocks)] = remainders[block.data_count - 1 - within]
    return changes


def _place(version: int, codewords: "Bytes") -> "Modules":
    """Return which modules codewords (…, codeword) darken where nothing else does."""
    bits = np.unpackbits(codewords, axis=-1).astype(np.bool_)
    none = np.zeros((*bits.shape[:-1], 1), np.bool_)
    return np.concatenate([none, bits], axis=-1)[..., _find_places(version)]


@lru_cache(512)
def _learn(version: int, level: int, position: int, *, columns: bool) -> "Fields":
    """Return the difference that each bit of a data codeword makes: (8 bits, field)."""
    grid = grid_of(version)
    modules = _place(version, _change_codewords(version, level, position))
    return grid.pack(modules) if columns else grid.pack_rows(modules)


def assemble(codewords: "Bytes", version: int, level: int, *, columns: bool) -> "Fields":
    """Return the fields of symbols before masking, from their data codewords, a row each."""
    fields = _assemble_base(codewords[0], version, level, columns=columns)
    symbols = np.repeat(fields[None], len(codewords), axis=0)
    varying = np.flatnonzero((codewords != codewords[0]).any(axis=0)).tolist()
    deltas = codewords ^ codewords[0]
    together = max(1, _TABLE_BYTES // (256 * fields.nbytes))
    for first in range(0, len(varying), together):
        positions = varying[first : first + together]
        tables = _expand(np.stack([_learn(version, level, place, columns=columns) for place in positions]))
        _change(symbols, np.ascontiguousarray(deltas[:, positions].T), tables)
    return symbols


def _assemble_base(codewords: "Bytes", version: int, level: int, *, columns: bool) -> "Fields":
    """Return the fields of one symbol, by its bits that are set."""
    placed = np.zeros(_count_codewords(version), np.uint8)
    for position, value in enumerate(codewords.tolist()):
        if value:
            set_bits = np.flatnonzero(np.unpackbits(np.array([value], np.uint8)))
            placed ^= np.bitwise_xor.reduce(_change_codewords(version, level, position)[set_bits], axis=0)
    modules, grid = _place(version, placed), grid_of(version)
    return grid.pack(modules) if columns else grid.pack_rows(modules)


def _change(symbols: "Fields", deltas: "Bytes", tables: "Fields") -> None:
    """Change symbols by what the tables say of each codeword's delta, in batches that stay in the processor's cache."""
    batch = max(1, _BATCH_BYTES // symbols[0].nbytes)
    for first in range(0, len(symbols), batch):
        rows = slice(first, first + batch)
        for delta, table in zip(deltas, tables, strict=True):
            symbols[rows] ^= table[delta[rows]]

"""Modules of QR symbols as bits of 64-bit words, so that whole lines are compared by a shift.

A line is a row or a column; its first module is the lowest bit of a field. Up to 32 modules a side, a word
holds two fields: a row and the column of the same number. Beyond, fields fill words, all rows before all columns,
and a line longer than 64 modules is cut into fields that overlap by ten modules: then each window of up to
eleven modules lies whole in the one field that owns its start.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Words = NDArray[np.uint64]
    Modules = NDArray[np.bool_]

_HALF, _WHOLE = 32, 64
_LONGEST_WINDOW = 11
_STEP = _WHOLE - (_LONGEST_WINDOW - 1)


@dataclass(frozen=True, slots=True)
class Grid:
    """How the modules of a symbol of ``side`` lie in words."""

    side: int

    @property
    def halved(self) -> bool:
        """Tell whether a row and a column share a word."""
        return self.side <= _HALF

    @property
    def fields(self) -> int:
        """How many fields a line has."""
        return 1 if self.side <= _WHOLE else -(-(self.side - _WHOLE) // _STEP) + 1

    @property
    def row_words(self) -> int:
        """How many words, from the first, have rows in them."""
        return self.side * self.fields

    def pack_rows(self, modules: "Modules") -> "NDArray[np.generic]":
        """Return the fields of the rows alone."""
        return self._pack(modules).reshape(*modules.shape[:-2], -1)

    def pack(self, modules: "Modules") -> "Words":
        """Return the words of rows and columns."""
        rows, columns = self._pack(modules), self._pack(modules.swapaxes(-1, -2))
        both = np.stack([rows, columns], axis=-2 if self.halved else -3)
        return both.reshape(*modules.shape[:-2], -1).view("<u8")

    def _pack(self, modules: "Modules") -> "NDArray[np.generic]":
        """Return (..., line, field)."""
        width = _HALF if self.halved else _WHOLE
        reach = (self.fields - 1) * _STEP + width
        padded = np.zeros((*modules.shape[:-1], reach), np.bool_)
        padded[..., : self.side] = modules
        starts = range(0, reach - width + 1, _STEP)
        cut = np.stack([padded[..., start : start + width] for start in starts], axis=-2)
        return np.packbits(cut, axis=-1, bitorder="little").view(f"<u{width // 8}")[..., 0]

    def rows_of(self, words: "Words") -> "NDArray[np.generic]":
        """Return the fields of the rows from words of rows and columns."""
        return words.astype("<u4") if self.halved else words[..., : self.row_words].copy()

    def unpack(self, rows: "NDArray[np.generic]") -> "Modules":
        """Return the modules of symbols from the fields of their rows."""
        bits = np.unpackbits(rows.view(np.uint8), axis=-1, bitorder="little")
        bits = bits.reshape(*rows.shape[:-1], self.side, self.fields, -1)
        parts = [bits[..., field, :_STEP] for field in range(self.fields - 1)]
        return np.concatenate([*parts, bits[..., -1, :]], axis=-1)[..., : self.side].astype(np.bool_)

    def windows(self, length: int, *, rows_only: bool = False) -> "Words":
        """Return words whose bits are the starts of all windows of a length, each start once."""
        field_starts = np.arange(self.fields) * _STEP
        bit = np.arange(_HALF if self.halved else _WHOLE)
        owned = (bit < _STEP) | (np.arange(self.fields)[:, None] == self.fields - 1)
        fits = field_starts[:, None] + bit <= self.side - length
        fields = np.packbits(owned & fits, axis=-1, bitorder="little").view(f"<u{len(bit) // 8}")[:, 0]
        rows = np.tile(fields, self.side)
        columns = np.zeros_like(rows) if rows_only else rows
        return (
            (np.stack([rows, columns], axis=1) if self.halved else np.concatenate([rows, columns])).ravel().view("<u8")
        )


@lru_cache(40)
def grid_of(version: int) -> Grid:
    """Return the grid of the symbols of a version."""
    return Grid(17 + 4 * version)

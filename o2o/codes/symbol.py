"""QR symbols: which modules are dark; the library ``qrcode`` is the one source of truth."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from o2o.errors import SettingError

LEVELS = {"L": 1, "M": 0, "Q": 3, "H": 2}
"""Error correction levels and their two bits in a symbol (ISO/IEC 18004, table 12)."""

QUIET_ZONE = 4
"""Modules that stay light on each side (ISO/IEC 18004, 9.1)."""

# The shortest run that gets a segment of its own, qrcode's default first. Six characters are the
# fewest that save more bits in alphanumeric mode than the header of their segment costs.
_SHORTEST_RUNS = (20, 13, 6, 0)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A QR symbol without its quiet zone; True is a dark module."""

    version: int
    mask: int
    level: str
    rows: tuple[tuple[bool, ...], ...]

    @property
    def size(self) -> int:
        """How many modules a side has."""
        return len(self.rows)


def make_symbol(text: str, *, level: str = "M", mask: int | None = None) -> Symbol:
    """Return the smallest symbol of a text, with qrcode's own choice of mask unless one is given."""
    if level not in LEVELS:
        raise SettingError("level", level, "not an error correction level", f"use one of {', '.join(LEVELS)}")
    qr = _fit(text, LEVELS[level])
    qr.mask_pattern = qr.best_mask_pattern() if mask is None else mask
    qr.make(fit=False)
    rows = tuple(tuple(map(bool, row)) for row in qr.modules)
    return Symbol(qr.version, qr.mask_pattern, level, rows)


def make_symbols(texts: Iterable[str], *, level: str = "M") -> list[Symbol]:
    """Return the symbol of each text."""
    return [make_symbol(text, level=level) for text in texts]


def _fit(text: str, level: int) -> Any:
    """Return a QRCode of the smallest version that any splitting of the text into segments allows."""
    from qrcode.exceptions import DataOverflowError
    from qrcode.main import QRCode

    fitted = [QRCode(error_correction=level) for _ in _SHORTEST_RUNS]
    try:
        for qr, run in zip(fitted, _SHORTEST_RUNS, strict=True):
            qr.add_data(text, optimize=run)
            qr.best_fit()
    except (DataOverflowError, ValueError):  # qrcode 8.2 asks for version 41 and fails on that
        raise SettingError("code", text[:40] + "…", "too long for a QR symbol", "use a shorter base URL") from None
    return min(fitted, key=lambda qr: qr.version)

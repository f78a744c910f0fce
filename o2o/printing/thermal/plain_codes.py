"""Codes that a label printer draws as we would, when it is told what they say."""

from functools import lru_cache

from o2o.codes.symbol import LEVELS, Symbol
from o2o.printing.drawing.items import Bars

_ALPHANUMERIC = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
_RETAIL = {(13, 95): "EAN13", (12, 95): "UPCA", (8, 67): "EAN8"}
"""By the number of digits and of modules."""


def plain_mode(symbol: Symbol, text: str) -> tuple[str, str] | None:
    """Return the level and the mode (N, A or B) at which one segment of a text makes a symbol of the same size.

    Printers that split a text into segments themselves don't do it as we do, and the symbol might not fit its place.
    """
    if not text.isascii():
        return None
    mode = "N" if text.isdigit() else "A" if _ALPHANUMERIC.issuperset(text) else "B"
    names = list(LEVELS)
    least = min(names.index("M"), names.index(symbol.level))
    for level in reversed(names[least : names.index(symbol.level) + 1]):
        if _plain_version(mode, len(text), level) == symbol.version:
            return level, mode
    return None


@lru_cache(1 << 10)
def _plain_version(mode: str, length: int, level: str) -> int:
    from o2o.codes.bulk import fit_versions

    text = {"N": "1", "A": "A", "B": "a"}[mode] * length
    return int(fit_versions([text], [0], [LEVELS[level]])[0, 0, 0])


def retail_kind(item: Bars) -> str:
    """Return which of EAN13, UPCA and EAN8 has the same bars, or nothing."""
    start, width, _ = item.bars[-1]
    return _RETAIL.get((len(item.text), start + width), "") if item.text.isdigit() else ""


def code128_set(item: Bars) -> str:
    """Return the one set, B or C, in which Code 128 has bars of the same width, or nothing."""
    start, width, _ = item.bars[-1]
    symbols = (start + width - 13) // 11 - 2  # without start, check and stop
    if item.text.isdigit() and len(item.text) == 2 * symbols:
        return "C"
    printable = item.text.isascii() and item.text.isprintable()
    return "B" if printable and len(item.text) == symbols else ""

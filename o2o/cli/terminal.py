"""What a terminal can show: old Windows code pages have no ``¥`` and no ``✓``, and a pipe wants plain text."""

import codecs
import sys
from collections.abc import Iterable, Sequence
from typing import TypeVar

_T = TypeVar("_T")

_SUBSTITUTES = {
    "¥": "￥",
    "✓": "√",
    "✗": "x",
    "×": "x",
    "–": "-",
    "—": "-",
    "…": "...",
    "→": "->",
    "−": "-",
    "·": ".",
}
_BLOCKS = " ▀▄█"


def prepare_streams() -> None:
    """Let stdout and stderr replace what their encoding lacks instead of failing."""
    codecs.register_error("o2o_substitute", _substitute)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="o2o_substitute")


def with_bar(items: Iterable[_T], label: str) -> Iterable[_T]:
    """Return items that show a bar on stderr as they are taken, when that is a terminal; it goes away at the end."""
    if not sys.stderr.isatty():
        return items
    from rich.console import Console
    from rich.progress import track

    return track(items, label, console=Console(stderr=True), transient=True)


def _substitute(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end]
    return "".join(_encodable(character, error.encoding) for character in missing), error.end


def _encodable(character: str, encoding: str) -> str:
    for candidate in (_SUBSTITUTES.get(character, "?"), "?"):
        try:
            candidate.encode(encoding)
        except UnicodeEncodeError:
            continue
        return candidate
    return "?"


def shows_blocks(encoding: str | None) -> bool:
    """Tell whether a terminal of this encoding has half blocks, of which a QR is drawn."""
    try:
        _BLOCKS.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def draw_symbol(modules: Sequence[Sequence[bool]], quiet_zone: int, *, blocks: bool) -> list[str]:
    """Return lines that show a QR, dark on light: two rows of modules a line with blocks, else ``##`` a module."""
    width = len(modules[0]) + 2 * quiet_zone
    margin = [[False] * width] * quiet_zone
    side = [False] * quiet_zone
    rows = [*margin, *([*side, *row, *side] for row in modules), *margin]
    if not blocks:
        return ["".join("##" if dark else "  " for dark in row) for row in rows]
    rows += [[False] * width] * (len(rows) % 2)
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return ["".join(_BLOCKS[upper + 2 * lower] for upper, lower in zip(*pair, strict=True)) for pair in pairs]

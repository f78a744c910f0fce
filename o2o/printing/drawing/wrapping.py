"""Lines of Chinese and Latin text: where they may break, and the largest size at which they fit.

Chinese breaks between any two characters, except that no line begins with closing punctuation or
ends with opening punctuation (JIS X 4051, GB/T 15834); Latin breaks at spaces, and after a hyphen
or slash before a letter (Unicode, UAX 14).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Measure = Callable[[str], float]
"""The width of a text at size 1."""

ASCENT, DESCENT = 0.88, 0.12
"""The body of a Chinese character above and below the baseline, of the size."""

_NOT_FIRST = "、。，．：；！？）］｝〉》」』】〕’”…—～·‰％%!),.:;?]}"
_NOT_LAST = "（［｛〈《「『【〔‘“¥￥$£€([{"
_CJK = r"\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_LATIN = rf"[^\s{_CJK}]+"
_PIECE = re.compile(rf"\n|[^\S\n]+|[{_CJK}]|{_LATIN}?[-/](?=[^\W\d_])|{_LATIN}")
_STEP = 0.96
_HALVINGS = 6
_Piece = tuple[str, float]


@dataclass(frozen=True, slots=True)
class Room:
    """What lines may fill, in the unit of the sizes: width, height, most lines, distance of baselines."""

    width: float
    height: float
    lines: int = 1
    leading: float = 1.25

    def height_of(self, lines: int, size: float) -> float:
        """Return how high a block of lines is."""
        return size * (ASCENT + DESCENT + (lines - 1) * self.leading)


def fit_text(text: str, room: Room, sizes: tuple[float, float], measure: Measure) -> tuple[float, list[str]] | None:
    """Return the largest size within ``sizes`` (most, least) at which a text fits, and its lines; None if none does.

    Several lines are of lengths as even as breaks allow.
    """
    if _fits_one_line(text, room, sizes[0], measure):
        return sizes[0], [text]
    pieces = _measured(text, measure)
    total = max(sum(width for _, width in pieces), 1e-9)
    if room.lines == 1 and "\n" not in text:
        size = min(sizes[0], room.height, room.width / total)
        return (size, [text]) if size >= sizes[1] else None
    size = max(min(sizes[0], room.width * room.lines / total), sizes[1])
    while True:
        lines = _fill(pieces, room.width / size)
        if lines is not None and len(lines) <= room.lines and room.height_of(len(lines), size) <= room.height + 1e-6:
            return size, _balance(pieces, lines, room.width / size)
        if size <= sizes[1]:
            return None
        size = max(size * _STEP, sizes[1])


def cut_text(text: str, room: Room, size: float, measure: Measure) -> list[str] | None:
    """Return the lines of as much of a text as fits at a size, with an ellipsis; None if no character does."""
    least, most, best = 1, len(text) - 1, None
    while least <= most:
        kept = (least + most) // 2
        fitted = fit_text(f"{text[:kept].rstrip()}…", room, (size, size), measure)
        if fitted:
            best, least = fitted[1], kept + 1
        else:
            most = kept - 1
    return best


def _fits_one_line(text: str, room: Room, size: float, measure: Measure) -> bool:
    """Tell whether a text needs neither breaks nor a smaller size, as most do."""
    if "\n" in text or text != text.strip():
        return False
    return measure(text) * size <= room.width and room.height_of(1, size) <= room.height


def wrap(text: str, width: float, measure: Measure) -> list[str] | None:
    """Return the lines of a text at size 1, filled one after another; None where a word is wider than a line."""
    return _fill(_measured(text, measure), width)


def _measured(text: str, measure: Measure) -> list[_Piece]:
    return [(piece, measure(piece)) for piece in _pieces(text)]


def _fill(pieces: Sequence[_Piece], limit: float) -> list[str] | None:
    lines, line, used, gap = [], "", 0.0, ("", 0.0)
    for piece, width in pieces:
        if piece == "\n":
            lines.append(line)
            line, used, gap = "", 0.0, ("", 0.0)
        elif piece.isspace():
            gap = (piece, width) if line else ("", 0.0)
        elif used + gap[1] + width <= limit:
            line += gap[0] + piece
            used, gap = used + gap[1] + width, ("", 0.0)
        elif width > limit:
            return None
        else:
            lines.append(line)
            line, used, gap = piece, width, ("", 0.0)
    return [*lines, line]


def _balance(pieces: Sequence[_Piece], lines: list[str], limit: float) -> list[str]:
    if len(lines) < 2 or any(piece == "\n" for piece, _ in pieces):
        return lines
    narrow, wide, best = sum(width for _, width in pieces) / len(lines), limit, lines
    for _ in range(_HALVINGS):
        middle = (narrow + wide) / 2
        tried = _fill(pieces, middle)
        if tried is not None and len(tried) == len(lines):
            best, wide = tried, middle
        else:
            narrow = middle
    return best


def _pieces(text: str) -> list[str]:
    """Return what must not be broken: words, and Chinese characters with their punctuation."""
    pieces: list[str] = []
    glued = False
    for piece in _PIECE.findall(text):
        if pieces and pieces[-1] != "\n" and (glued or piece[0] in _NOT_FIRST) and not piece.isspace():
            pieces[-1] += piece
        else:
            pieces.append(piece)
        glued = piece[-1] in _NOT_LAST
    return pieces

"""The fonts of every print: Noto Sans SC in two weights, embedded as subsets, and what they can't show."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from o2o.resources import find_resource

REGULAR = "o2o-regular"
BOLD = "o2o-bold"

_FILES = {REGULAR: "NotoSansSC-Regular.ttf", BOLD: "NotoSansSC-Bold.ttf"}


def register_fonts() -> None:
    """Make ``REGULAR`` and ``BOLD`` known to reportlab; calling it again costs nothing."""
    _fonts()


def missing_characters(text: str) -> list[str]:
    """Return the characters of a text that no shipped font has, each once, in their order."""
    return [character for character in dict.fromkeys(text) if character not in _characters()]


def text_width(text: str, font: str, size: float) -> float:
    """Return the width of a line in points."""
    width: float = _fonts()[font].stringWidth(text, size)
    return width


def font_path(font: str) -> Path:
    """Return the file of a shipped font."""
    return find_resource("assets", f"fonts/{_FILES[font]}")


@cache
def _fonts() -> dict[str, Any]:
    from reportlab.pdfbase.pdfmetrics import registerFont

    fonts = {name: _load_font(name) for name in _FILES}
    for font in fonts.values():
        registerFont(font)
    return fonts


@cache
def _characters() -> frozenset[str]:
    covered = [set(map(chr, font.face.charToGlyph)) for font in _fonts().values()]
    return frozenset(set.intersection(*covered))


def _load_font(name: str) -> Any:
    from reportlab.pdfbase.ttfonts import TTFont

    font = TTFont(name, str(font_path(name)))
    add_objects = font.addObjects

    def add_objects_that_copy(document: Any) -> None:
        add_objects(document)
        _mend_character_maps(document)

    font.addObjects = add_objects_that_copy
    return font


def _mend_character_maps(document: Any) -> None:
    """Write characters beyond U+FFFF as surrogate pairs: reportlab 5.1 writes five digits, so they copy as others."""
    for name, stream in document.idToObject.items():
        if name.startswith("toUnicodeCMap:"):
            stream.content = re.sub(r"<([0-9A-F]{5,6})>$", _surrogates, stream.content, flags=re.MULTILINE)


def _surrogates(match: re.Match[str]) -> str:
    return f"<{chr(int(match[1], 16)).encode('utf-16-be').hex().upper()}>"

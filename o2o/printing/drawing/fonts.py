"""Chains of fonts: a character is drawn by the first file of a chain that has it.

Measuring is done for each text of each tag, so what a character's width is is looked up once for each chain.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path

from o2o.resources import find_resource
from o2o.truetype import TrueType, load_font

REGULAR, BOLD, BLACK = "regular", "bold", "black"
"""The chains that o2o ships; ``BLACK`` is for the digits of prices."""

_SHIPPED: dict[str, tuple[str, ...]] = {
    REGULAR: ("NotoSansSC-Regular.ttf", "NotoSans-Regular.ttf"),
    BOLD: ("NotoSansSC-Bold.ttf", "NotoSans-Bold.ttf"),
    BLACK: ("NotoSansSC-Black.ttf", "NotoSansSC-Bold.ttf", "NotoSans-Bold.ttf"),
}
_registered: dict[str, "Chain"] = {}
_parts: dict[str, tuple[Path | str, ...]] = {}


class Chain:
    """Font files in the order in which they are asked for a character."""

    def __init__(self, files: Iterable[Path]) -> None:
        self.files = tuple(dict.fromkeys(files))
        self.widths = _Widths(self)
        self._fonts: tuple[TrueType, ...] = ()

    @property
    def fonts(self) -> tuple[TrueType, ...]:
        """The fonts, read when they are first needed."""
        if not self._fonts:
            self._fonts = tuple(load_font(path) for path in self.files)
        return self._fonts

    def find(self, character: str) -> tuple[TrueType, int]:
        """Return the font that has a character, and its glyph; the first font's box for what none has."""
        code = ord(character)
        for font in self.fonts:
            if glyph := font.glyphs.get(code):
                return font, glyph
        return self.fonts[0], 0


class _Widths(dict[str, float]):
    """How wide each character is at size 1."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain

    def __missing__(self, character: str) -> float:
        font, glyph = self._chain.find(character)
        width = self[character] = font.advance(glyph) / font.units
        return width


def register_chain(name: str, files: Sequence[Path | str]) -> None:
    """Let texts be drawn with a chain of font files; a text among them stands for the files of a chain of that name.

    What none of them has comes from ``REGULAR``. Raises InputFileError for a file that is no font to draw with.
    """
    if _parts.get(name) == tuple(files):
        return
    paths = [
        path for file in (*files, REGULAR) for path in ([file] if isinstance(file, Path) else find_chain(file).files)
    ]
    for path in paths:
        load_font(path)
    _registered[name], _parts[name] = Chain(paths), tuple(files)
    _covered.cache_clear()


def chain_parts(name: str) -> tuple[Path | str, ...]:
    """Return what a chain was registered with: files, and names of other chains; of one that o2o ships its files."""
    return _parts.get(name) or find_chain(name).files


def find_chain(name: str) -> Chain:
    """Return a chain by its name: one that was registered, or one that o2o ships."""
    return _registered.get(name) or _shipped_chain(name)


@cache
def _shipped_chain(name: str) -> Chain:
    return Chain(find_resource("assets", f"fonts/{file}") for file in _SHIPPED[name])


def text_width(text: str, chain: str, size: float) -> float:
    """Return the width of a line in the unit of its size."""
    return sum(map(find_chain(chain).widths.__getitem__, text)) * size


def missing_characters(text: str, chain: str = "") -> list[str]:
    """Return the characters that no font of a chain has, each once, in their order; without a chain, of any shipped."""
    covered = _covered(chain)
    if covered.issuperset(text):
        return []
    return [character for character in dict.fromkeys(text) if character not in covered]


@cache
def _covered(chain: str) -> frozenset[str]:
    if not chain:
        return _covered(REGULAR) & _covered(BOLD)
    return frozenset(chr(code) for font in find_chain(chain).fonts for code in font.glyphs)


def font_runs(text: str, chain: str) -> tuple[tuple[Path, str], ...]:
    """Return a text in parts, each with the file that draws it."""
    find = find_chain(chain).find
    runs = groupby(text, key=lambda character: find(character)[0].path)
    return tuple((path, "".join(characters)) for path, characters in runs)


def font_path(chain: str) -> Path:
    """Return the first file of a chain."""
    return find_chain(chain).files[0]

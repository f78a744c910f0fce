"""Fonts in a PDF: of each file the glyphs that were drawn, and for each glyph the character that it says.

Each character has a code of its own in the order in which they come, two characters of one glyph too: so a text that
is copied out of the file is the text that went in.
"""

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from pathlib import Path

from o2o.printing.drawing.fonts import Chain, find_chain, font_runs
from o2o.printing.pdf.file import PdfFile
from o2o.truetype import TrueType, load_font, subset_font

DIGITS = 4
"""How many hexadecimal digits a code has."""

_SYMBOLIC = 4
_STEM = 80  # what a reader without the font would make stems of, which none is


class PdfFonts:
    """The fonts of a file under way: texts as codes, at last the fonts themselves."""

    def __init__(self) -> None:
        self._subsets: dict[Path, _Subset] = {}
        self._chains: dict[str, tuple[str, _FirstCodes]] = {}

    def first_font(self, chain: str) -> tuple[str, Mapping[str, str]]:
        """Return the name of the first font of a chain and the codes of its characters, none for those it hasn't."""
        return self._chains.get(chain) or self._open_chain(chain)

    def show(self, text: str, chain: str, size: str) -> str:
        """Return the operators that show a text in a size, with whatever fonts of the chain it takes."""
        parts = ((self._subset_of(path), part) for path, part in font_runs(text, chain))
        return " ".join(f"{subset.name} {size} Tf <{subset.encode(part)}> Tj" for subset, part in parts)

    def write(self, file: PdfFile) -> str:
        """Write the fonts and return the dictionary that names them."""
        used = [subset for subset in self._subsets.values() if subset]
        return f"<<{''.join(f'{subset.name} {subset.write(file)} 0 R' for subset in used)}>>"

    def _open_chain(self, name: str) -> tuple[str, "_FirstCodes"]:
        chain = find_chain(name)
        first = self._subset_of(chain.files[0])
        self._chains[name] = first.name, _FirstCodes(chain, first)
        return self._chains[name]

    def _subset_of(self, path: Path) -> "_Subset":
        if path not in self._subsets:
            self._subsets[path] = _Subset(load_font(path), f"/F{len(self._subsets) + 1}")
        return self._subsets[path]


class _Subset(dict[str, str]):
    """The code of each character that a font has drawn."""

    def __init__(self, font: TrueType, name: str) -> None:
        self._font = font
        self.name = name

    def __missing__(self, character: str) -> str:
        code = self[character] = f"{len(self) + 1:04x}"
        return code

    def encode(self, text: str) -> str:
        """Return the codes of a text."""
        return "".join(map(self.__getitem__, text))

    def write(self, file: PdfFile) -> int:
        """Write the font and return its number."""
        font = self._font
        glyphs = {number: font.glyphs.get(ord(character), 0) for number, character in enumerate(self, 1)}
        data = subset_font(font, glyphs)
        name = f"/{_tag(data)}+{font.name}"
        program = file.add_stream(data, f"/Length1 {len(data)}")
        descriptor = file.add(self._describe(name, program))
        widths = " ".join(f"{1000 * font.advance(glyph) / font.units:.6g}" for glyph in glyphs.values())
        descendant = file.add(
            f"<</Type/Font/Subtype/CIDFontType2/BaseFont{name}/CIDToGIDMap/Identity/DW 1000/W[1[{widths}]]"
            f"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor {descriptor} 0 R>>"
        )
        texts = file.add_stream("".join(_character_map(self)).encode("ascii"))
        return file.add(
            f"<</Type/Font/Subtype/Type0/BaseFont{name}/Encoding/Identity-H"
            f"/DescendantFonts[{descendant} 0 R]/ToUnicode {texts} 0 R>>"
        )

    def _describe(self, name: str, program: int) -> str:
        font = self._font
        box = " ".join(f"{1000 * length / font.units:.0f}" for length in font.box)
        ascent, descent = (round(1000 * length / font.units) for length in (font.ascent, font.descent))
        return (
            f"<</Type/FontDescriptor/FontName{name}/Flags {_SYMBOLIC}/FontBBox[{box}]/ItalicAngle 0/Ascent {ascent}"
            f"/Descent {descent}/CapHeight {ascent}/StemV {_STEM}/FontFile2 {program} 0 R>>"
        )


class _FirstCodes(dict[str, str]):
    """The code of each character that the first font of a chain has; nothing for the others."""

    def __init__(self, chain: Chain, subset: _Subset) -> None:
        self._chain = chain
        self._subset = subset

    def __missing__(self, character: str) -> str:
        is_first = self._chain.find(character)[0] is self._chain.fonts[0]
        code = self[character] = self._subset[character] if is_first else ""
        return code


def _tag(data: bytes) -> str:
    """Return the six capitals that mark a part of a font (ISO 32000-1, 9.6.4)."""
    return "".join(chr(ord("A") + byte % 26) for byte in blake2b(data, digest_size=6).digest())


def _character_map(codes: dict[str, str]) -> Iterator[str]:
    yield (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
    )
    for block in _batches(list(codes.items())):
        yield f"{len(block)} beginbfchar\n"
        yield from (f"<{code}> <{character.encode('utf-16-be').hex()}>\n" for character, code in block)
        yield "endbfchar\n"
    yield "endcmap CMapName currentdict /CMap defineresource pop end end\n"


def _batches(codes: list[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """Yield as many at a time as a map may name in one go."""
    yield from (codes[start : start + 100] for start in range(0, len(codes), 100))

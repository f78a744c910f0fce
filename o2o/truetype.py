"""TrueType files: which glyph shows a character, how wide it is, and the outlines of some of them as a file again."""

import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from o2o.errors import InputFileError
from o2o.text_files import read_bytes

_KINDS = {
    b"OTTO": "has PostScript outlines (OpenType CFF)",
    b"ttcf": "is a collection of fonts (TTC)",
    b"wOFF": "is a web font (WOFF)",
    b"wOF2": "is a web font (WOFF2)",
}
_TRUE_TYPE = (b"\0\1\0\0", b"true")
_USE = "use a font with TrueType outlines as .ttf; many families are offered in both"
_RESTRICTED, _WHOLE_ONLY, _BITMAPS_ONLY = 0x0002, 0x0100, 0x0200  # OpenType, OS/2 table, fsType
_MORE, _WORDS, _SCALE, _TWO_SCALES, _FOUR_SCALES = 0x20, 0x01, 0x08, 0x40, 0x80  # flags of composite glyphs
_HINTS = ("cvt ", "fpgm", "prep")


@dataclass(frozen=True, slots=True, eq=False)
class TrueType:
    """A font file that has been read; lengths in its own units."""

    path: Path
    name: str
    units: int
    box: tuple[int, int, int, int]
    ascent: int
    descent: int
    glyphs: Mapping[int, int]
    tables: Mapping[str, memoryview]
    _metrics: int
    _long: bool

    def advance(self, glyph: int) -> int:
        """Return how wide a glyph is."""
        (width,) = struct.unpack_from(">H", self.tables["hmtx"], 4 * min(glyph, self._metrics - 1))
        return int(width)

    def bearing(self, glyph: int) -> int:
        """Return how far a glyph's outline begins to the right of its origin."""
        if glyph < self._metrics:
            place = 4 * glyph + 2
        else:
            place = 4 * self._metrics + 2 * (glyph - self._metrics)
        (left,) = struct.unpack_from(">h", self.tables["hmtx"], place)
        return int(left)

    def outline(self, glyph: int) -> bytes:
        """Return the description of a glyph's outline; a space has none."""
        if self._long:
            start, end = struct.unpack_from(">2I", self.tables["loca"], 4 * glyph)
        else:
            start, end = (2 * place for place in struct.unpack_from(">2H", self.tables["loca"], 2 * glyph))
        return bytes(self.tables["glyf"][start:end])


@lru_cache(32)
def load_font(path: Path) -> TrueType:
    """Return a font; raises InputFileError for one that can't be drawn, or whose maker forbids it to be embedded."""
    data = read_bytes(path)
    if data[:4] not in _TRUE_TYPE:
        raise InputFileError(path, _KINDS.get(data[:4], "is not a font"), _USE)
    try:
        return _read(path, data)
    except (struct.error, KeyError, IndexError):
        raise InputFileError(path, "is damaged: a table of the font is missing or cut off", _USE) from None


def _read(path: Path, data: bytes) -> TrueType:
    tables = dict(_tables(data))
    head, hhea = tables["head"], tables["hhea"]
    _check_permission(path, tables)
    ascent, descent = struct.unpack_from(">2h", hhea, 4)
    (metrics,) = struct.unpack_from(">H", hhea, 34)
    return TrueType(
        path,
        _post_script_name(tables["name"]) or path.stem,
        struct.unpack_from(">H", head, 18)[0],
        struct.unpack_from(">4h", head, 36),
        ascent,
        descent,
        dict(_characters(tables["cmap"])),
        {tag: tables[tag] for tag in ("glyf", "loca", "hmtx", "head", "hhea", "maxp", *_HINTS) if tag in tables},
        metrics,
        struct.unpack_from(">h", head, 50)[0] == 1,
    )


def _tables(data: bytes) -> Iterator[tuple[str, memoryview]]:
    (count,) = struct.unpack_from(">H", data, 4)
    for number in range(count):
        tag, _, start, length = struct.unpack_from(">4s3I", data, 12 + 16 * number)
        yield tag.decode("latin-1"), memoryview(data)[start : start + length]


def _check_permission(path: Path, tables: Mapping[str, memoryview]) -> None:
    if "glyf" not in tables:
        raise InputFileError(path, "has no TrueType outlines", _USE)
    if "fvar" in tables:
        raise InputFileError(path, "is a variable font, which has no weight of its own", "use a file of one weight")
    (rights,) = struct.unpack_from(">H", tables["OS/2"], 8) if "OS/2" in tables else (0,)
    if rights & 0xF == _RESTRICTED or rights & (_WHOLE_ONLY | _BITMAPS_ONLY):
        raise InputFileError(path, "does not permit to be embedded in part (fsType)", "use a font whose licence does")


def _post_script_name(table: memoryview) -> str:
    _, count, strings = struct.unpack_from(">3H", table)
    for number in range(count):
        platform, _, _, name, length, start = struct.unpack_from(">6H", table, 6 + 12 * number)
        if name == 6:
            raw = bytes(table[strings + start : strings + start + length])
            text = raw.decode("utf-16-be" if platform in (0, 3) else "latin-1", "ignore")
            return "".join(letter for letter in text if letter.isascii() and (letter.isalnum() or letter == "-"))
    return ""


def _characters(table: memoryview) -> Iterator[tuple[int, int]]:
    """Yield each character with its glyph, from the subtable that has most of Unicode."""
    (count,) = struct.unpack_from(">H", table, 2)
    subtables = {}
    for number in range(count):
        platform, encoding, start = struct.unpack_from(">2HI", table, 4 + 8 * number)
        if platform == 0 or (platform, encoding) in ((3, 1), (3, 10)):
            subtables[struct.unpack_from(">H", table, start)[0]] = table[start:]
    if 12 in subtables:
        yield from _segmented(subtables[12])
    elif 4 in subtables:
        yield from _segmented_by_deltas(subtables[4])


def _segmented(table: memoryview) -> Iterator[tuple[int, int]]:
    (groups,) = struct.unpack_from(">I", table, 12)
    for first, last, glyph in struct.iter_unpack(">3I", table[16 : 16 + 12 * groups]):
        yield from zip(range(first, last + 1), range(glyph, glyph + last - first + 1), strict=True)


def _segmented_by_deltas(table: memoryview) -> Iterator[tuple[int, int]]:
    (twice,) = struct.unpack_from(">H", table, 6)
    count = twice // 2
    lasts = struct.unpack_from(f">{count}H", table, 14)
    firsts = struct.unpack_from(f">{count}H", table, 16 + twice)
    deltas = struct.unpack_from(f">{count}H", table, 16 + 2 * twice)
    offsets = struct.unpack_from(f">{count}H", table, 16 + 3 * twice)
    for segment, (first, last, delta, offset) in enumerate(zip(firsts, lasts, deltas, offsets, strict=True)):
        for character in range(first, min(last, 0xFFFE) + 1):
            glyph = character
            if offset:
                place = 16 + 3 * twice + 2 * segment + offset + 2 * (character - first)
                (glyph,) = struct.unpack_from(">H", table, place)
                if not glyph:
                    continue
            if glyph := (glyph + delta) & 0xFFFF:
                yield character, glyph


def subset_font(font: TrueType, glyphs: Mapping[int, int]) -> bytes:
    """Return a font file in which each new glyph number shows a glyph of the font; unused numbers are empty.

    Glyphs made of other glyphs bring them along, behind all the others.
    """
    chosen = {0: 0, **glyphs}
    numbers = {old: new for new, old in reversed(chosen.items())}
    outlines: dict[int, bytes] = {}
    waiting = list(chosen)
    while waiting:
        new = waiting.pop(0)
        outline = bytearray(font.outline(chosen[new]))
        for place in _components(outline):
            (old,) = struct.unpack_from(">H", outline, place)
            if old not in numbers:
                numbers[old] = max(chosen) + 1
                chosen[numbers[old]] = old
                waiting.append(numbers[old])
            struct.pack_into(">H", outline, place, numbers[old])
        outlines[new] = bytes(outline) + bytes(-len(outline) % 4)
    return _assemble(font, chosen, outlines)


def _components(outline: bytes | bytearray) -> Iterator[int]:
    """Yield where the numbers of the glyphs stand of which a glyph is made."""
    if not outline or struct.unpack_from(">h", outline)[0] >= 0:
        return
    place, flags = 10, _MORE
    while flags & _MORE:
        (flags,) = struct.unpack_from(">H", outline, place)
        yield place + 2
        place += 8 if flags & _WORDS else 6
        place += 2 if flags & _SCALE else 4 if flags & _TWO_SCALES else 8 if flags & _FOUR_SCALES else 0


def _assemble(font: TrueType, chosen: Mapping[int, int], outlines: Mapping[int, bytes]) -> bytes:
    count = max(chosen) + 1
    places, metrics, total = [0], [], 0
    for number in range(count):
        total += len(outlines.get(number, b""))
        places.append(total)
        glyph = chosen.get(number)
        metrics.append((0, 0) if glyph is None else (font.advance(glyph), font.bearing(glyph)))
    head, hhea, maxp = (bytearray(font.tables[tag]) for tag in ("head", "hhea", "maxp"))
    struct.pack_into(">I", head, 8, 0)
    struct.pack_into(">h", head, 50, 1)
    struct.pack_into(">H", hhea, 34, count)
    struct.pack_into(">H", maxp, 4, count)
    return _make_file(
        {
            **{tag: bytes(font.tables[tag]) for tag in _HINTS if tag in font.tables},
            "glyf": b"".join(outlines.get(number, b"") for number in range(count)),
            "head": bytes(head),
            "hhea": bytes(hhea),
            "hmtx": b"".join(struct.pack(">Hh", *metric) for metric in metrics),
            "loca": struct.pack(f">{count + 1}I", *places),
            "maxp": bytes(maxp),
        }
    )


def _make_file(tables: Mapping[str, bytes]) -> bytes:
    step = 1 << (len(tables).bit_length() - 1)
    start = 12 + 16 * len(tables)
    directory, bodies = [], []
    for tag, body in sorted(tables.items()):
        directory.append(struct.pack(">4s3I", tag.encode(), _checksum(body), start, len(body)))
        bodies.append(body + bytes(-len(body) % 4))
        start += len(bodies[-1])
    first = struct.pack(">I4H", 0x10000, len(tables), 16 * step, step.bit_length() - 1, 16 * (len(tables) - step))
    data = bytearray(first + b"".join(directory) + b"".join(bodies))
    head = _start_of(directory, b"head")
    struct.pack_into(">I", data, head + 8, (0xB1B0AFBA - _checksum(data)) & 0xFFFFFFFF)
    return bytes(data)


def _start_of(directory: Iterable[bytes], tag: bytes) -> int:
    (entry,) = (entry for entry in directory if entry.startswith(tag))
    return int.from_bytes(entry[8:12])


def _checksum(body: bytes | bytearray) -> int:
    padded = bytes(body) + bytes(-len(body) % 4)
    total: int = sum(struct.unpack(f">{len(padded) // 4}I", padded))
    return total & 0xFFFFFFFF

"""Font files with a few characters of a shipped one, as a user might bring them."""

import struct
from collections.abc import Iterator
from pathlib import Path

from o2o.printing.drawing.fonts import REGULAR, find_chain
from o2o.truetype import subset_font


def write_font(path: Path, characters: str, rights: int = 0) -> Path:
    """Write a font with these characters, each drawn as it is; ``rights`` is its fsType."""
    source = find_chain(REGULAR).fonts[0]
    codes = sorted(map(ord, set(characters)))
    data = subset_font(source, {number: source.glyphs[code] for number, code in enumerate(codes, 1)})
    groups = b"".join(struct.pack(">3I", code, code, number) for number, code in enumerate(codes, 1))
    table = struct.pack(">2H3I", 12, 0, 16 + len(groups), 0, len(codes)) + groups
    tables = dict(_tables(data)) | {
        "cmap": struct.pack(">4HI", 0, 1, 3, 10, 12) + table,
        "name": struct.pack(">9H", 0, 1, 18, 1, 0, 0, 6, 5, 0) + b"Small",
        "OS/2": struct.pack(">5H", 4, 500, 400, 5, rights),
    }
    path.write_bytes(_join(tables))
    return path


def _tables(data: bytes) -> Iterator[tuple[str, bytes]]:
    for number in range(struct.unpack_from(">H", data, 4)[0]):
        tag, _, start, length = struct.unpack_from(">4s3I", data, 12 + 16 * number)
        yield tag.decode(), data[start : start + length]


def _join(tables: dict[str, bytes]) -> bytes:
    directory, bodies, start = b"", b"", 12 + 16 * len(tables)
    for tag, body in sorted(tables.items()):
        directory += struct.pack(">4s3I", tag.encode(), 0, start + len(bodies), len(body))
        bodies += body + bytes(-len(body) % 4)
    return struct.pack(">I4H", 0x10000, len(tables), 0, 0, 0) + directory + bodies

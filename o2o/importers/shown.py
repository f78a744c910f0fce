"""What the cells of a sheet show where their values alone don't tell: errors, and numbers padded with zeros.

A formula that no spreadsheet has worked out has no value at all: it is an error, too.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path
from typing import IO

from o2o.importers.archives import column_number
from o2o.importers.biff import read_special_cells

Shown = Mapping[int, list[tuple[int, str]]]
"""By row, counted from 0: columns and the texts in them."""

_BLOCK = 1 << 20
_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_PADDED = re.compile(r"0{2,}(?:;.*)?")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*[^/>])>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)</(?:\w+:)?v>", re.DOTALL)
_UNSOLVED = re.compile(
    rb"<(?:\w+:)?c\b([^>]*[^/>])><(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)"
    rb"(?:<(?:\w+:)?v ?/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"
)
_ENDS_OF_UNSOLVED = (b"f></", b"f><v></", b"f><v/>", b"f><v />", b":v></", b":v/>", b":v />")
_NOT_SOLVED = "#CALC!"
_PLACE = re.compile(rb'\br="([A-Z]+)([0-9]+)"')
_STYLE = re.compile(rb'\bs="([0-9]+)"')


def read_shown(path: Path, sheet: str) -> Shown:
    """Return the texts of cells that are errors, unsolved, or whole numbers of a format such as ``000000``."""
    shown: dict[int, list[tuple[int, str]]] = {}
    for row, column, text in _read_book(path, sheet) if zipfile.is_zipfile(path) else _read_xls(path, sheet):
        shown.setdefault(row, []).append((column, text))
    return shown


def _read_xls(path: Path, sheet: str) -> Iterator[tuple[int, int, str]]:
    for row, column, value, code in read_special_cells(path.read_bytes(), sheet):
        if isinstance(value, str):
            yield row, column, value
        elif _PADDED.fullmatch(code) and value >= 0 and value.is_integer():
            yield row, column, str(int(value)).zfill(_width_of(code))


def _read_book(path: Path, sheet: str) -> Iterator[tuple[int, int, str]]:
    with zipfile.ZipFile(path) as book:
        part = _find_part(book, sheet)
        if part:
            with book.open(part) as file:
                yield from _read_cells(file, _padded_styles(book))


def _width_of(code: str) -> int:
    return len(code.partition(";")[0])


def _find_part(book: zipfile.ZipFile, sheet: str) -> str | None:
    names = set(book.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    relations = {
        one.get("Id"): one.get("Target", "") for one in _elements(book, "xl/_rels/workbook.xml.rels", "Relationship")
    }
    for one in _elements(book, "xl/workbook.xml", "sheet"):
        if one.get("name") == sheet:
            target = relations.get(one.get("r:id"), "")
            part = target[1:] if target.startswith("/") else f"xl/{target}"
            return part if part in names else None
    return None


def _elements(book: zipfile.ZipFile, part: str, name: str, within: str = "") -> Iterator[dict[str, str]]:
    text = book.read(part).decode("utf-8", "replace")
    if within:
        text = text[max(text.find(within), 0) : text.rfind(within)]
    for attributes in re.findall(rf"<(?:\w+:)?{name}\b([^>]*)>", text):
        yield {key: unescape(one or other) for key, one, other in _ATTRIBUTE.findall(attributes)}


def _padded_styles(book: zipfile.ZipFile) -> dict[bytes, int]:
    """Return to how many digits the cells of each style are padded."""
    if "xl/styles.xml" not in book.namelist():
        return {}
    formats = {one.get("numFmtId"): one.get("formatCode", "") for one in _elements(book, "xl/styles.xml", "numFmt")}
    widths = {one: _width_of(code) for one, code in formats.items() if _PADDED.fullmatch(code)}
    if not widths:
        return {}
    styles = enumerate(_elements(book, "xl/styles.xml", "xf", within="cellXfs"))
    return {str(number).encode(): widths[of] for number, style in styles if (of := style.get("numFmtId")) in widths}


def _read_cells(file: IO[bytes], padded: Mapping[bytes, int]) -> Iterator[tuple[int, int, str]]:
    needles = [b't="e"', *(b's="%s"' % style for style in padded)]
    rest = b""
    while block := file.read(_BLOCK):
        block = rest + block
        end = block.rfind(b"<")
        end = max(block.rfind(b"</c>", 0, end), block.rfind(b":c>", 0, end)) + 4
        rest = block[end:]
        if any(needle in block for needle in needles):
            yield from _find_cells(block[:end], padded)
        yield from _find_unsolved(block[:end])
    yield from _find_cells(rest, padded)
    yield from _find_unsolved(rest)


def _find_cells(block: bytes, padded: Mapping[bytes, int]) -> Iterator[tuple[int, int, str]]:
    for attributes, value in _CELL.findall(block):
        place = _PLACE.search(attributes)
        if place is None:
            continue
        text = value.decode()
        if b't="e"' not in attributes:
            style = _STYLE.search(attributes)
            width = padded.get(style[1], 0) if style and text.isdecimal() else 0
            text = text.zfill(width) if width else ""
        if text:
            yield int(place[2]) - 1, column_number(place[1]) - 1, text


def _find_unsolved(block: bytes) -> Iterator[tuple[int, int, str]]:
    if not any(end in block for end in _ENDS_OF_UNSOLVED):
        return
    for attributes in _UNSOLVED.findall(block):
        place = _PLACE.search(attributes)
        if place and b't="str"' not in attributes:  # whose value is an empty text
            yield int(place[2]) - 1, column_number(place[1]) - 1, _NOT_SOLVED

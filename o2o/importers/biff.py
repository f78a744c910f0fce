"""Cells of an .xls sheet whose values don't tell what they show: see [MS-XLS] and, of the file around it, [MS-CFB]."""

import struct
from collections.abc import Iterator
from itertools import chain

_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_FORMULA, _EOF, _BOUND_SHEET, _MULTIPLE_RK, _XF = 0x06, 0x0A, 0x85, 0xBD, 0xE0
_NUMBER, _ERROR, _RK, _FORMAT, _BOF = 0x203, 0x205, 0x27E, 0x41E, 0x809
_LAST_SECTOR = 0xFFFFFFFA
_ENTRY = 128
_SHORT = 4096


def read_special_cells(data: bytes, sheet: str) -> Iterator[tuple[int, int, float | str, str]]:
    """Yield row and column, counted from 0, value and number format of cells that are errors or numbers of a format."""
    book = _read_stream(data, "Workbook")
    formats: dict[int, str] = {}
    styles: list[int] = []
    start = None
    for kind, body in _records(book, 0):
        if kind == _BOUND_SHEET and _text(body[6:], "B") == sheet:
            start = struct.unpack_from("<I", body)[0]
        elif kind == _FORMAT:
            formats[struct.unpack_from("<H", body)[0]] = _text(body[2:], "<H")
        elif kind == _XF:
            styles.append(struct.unpack_from("<H", body, 2)[0])
    if start is not None:
        for row, column, style, value in _cells(book, start):
            code = formats.get(styles[style], "") if style < len(styles) else ""
            if code or isinstance(value, str):
                yield row, column, value, code


def _cells(book: bytes, start: int) -> Iterator[tuple[int, int, int, float | str]]:
    for kind, body in _records(book, start):
        if kind == _NUMBER:
            yield struct.unpack("<HHHd", body[:14])
        elif kind == _RK:
            row, column, style, number = struct.unpack("<HHHI", body[:10])
            yield row, column, style, _unpack_rk(number)
        elif kind == _MULTIPLE_RK:
            row, column = struct.unpack_from("<HH", body)
            for place, (style, number) in enumerate(struct.iter_unpack("<HI", body[4:-2])):
                yield row, column + place, style, _unpack_rk(number)
        elif kind == _ERROR and body[7]:
            yield *struct.unpack_from("<HHH", body), _ERRORS.get(body[6], "#N/A")
        elif kind == _FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:
            yield *struct.unpack_from("<HHH", body), _ERRORS.get(body[8], "#N/A")
        elif kind == _FORMULA and body[12:14] != b"\xff\xff":
            yield struct.unpack_from("<HHHd", body)


def _records(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    depth = 0
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, at)
        depth += (kind == _BOF) - (kind == _EOF)
        if depth == 0:
            return
        if depth == 1:  # charts within a sheet have records of their own
            yield kind, book[at + 4 : at + 4 + size]
        at += 4 + size


def _text(body: bytes, length_format: str) -> str:
    (length,) = struct.unpack_from(length_format, body)
    at = struct.calcsize(length_format)
    wide = body[at] & 1
    return body[at + 1 : at + 1 + length * (1 + wide)].decode("utf-16-le" if wide else "latin-1")


def _unpack_rk(number: int) -> float:
    if number & 2:
        value = float(number >> 2) - (number >> 31) * 2.0**30
    else:
        value = struct.unpack("<d", struct.pack("<II", 0, number & ~3))[0]
    return value / 100 if number & 1 else value


def _read_stream(data: bytes, name: str) -> bytes:
    """Return a stream of a compound file, joined of its sectors; empty when there is none of this name."""
    size = 1 << struct.unpack_from("<H", data, 0x1E)[0]

    def sector(number: int) -> bytes:
        return data[(number + 1) * size : (number + 2) * size]

    listed = list(struct.unpack_from("<109I", data, 0x4C))
    more = struct.unpack_from("<I", data, 0x44)[0]
    while more < _LAST_SECTOR:
        *numbers, more = struct.unpack(f"<{size // 4}I", sector(more))
        listed += numbers
    tables = (sector(number) for number in listed if number < _LAST_SECTOR)
    following = list(chain.from_iterable(struct.unpack(f"<{size // 4}I", table) for table in tables))

    def join(number: int) -> bytes:
        parts: list[bytes] = []
        while number < _LAST_SECTOR and len(parts) <= len(following):
            parts.append(sector(number))
            number = following[number]
        return b"".join(parts)

    directory = join(struct.unpack_from("<I", data, 0x30)[0])
    for at in range(0, len(directory), _ENTRY):
        entry = directory[at : at + _ENTRY]
        if entry[: max(entry[64] - 2, 0)].decode("utf-16-le", "replace") == name:
            first, length = struct.unpack_from("<II", entry, 116)
            return join(first) if length >= _SHORT else b""  # short streams lie elsewhere; Excel pads its own
    return b""

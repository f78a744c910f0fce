"""Text that people and spreadsheets exchange: encodings, guarded cells, files that appear whole or not at all."""

import csv
import gzip
import io
import os
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, cast

from o2o import zstd_file
from o2o.errors import InputFileError, OutputError
from o2o.zstd_file import ZstdFile

_GZIP = b"\x1f\x8b"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "'")
"""A spreadsheet runs a cell that begins so (OWASP, CSV injection); ``'`` is there so that the guard can be undone."""
_TEXT_FORMULA = re.compile(r'="((?:[^"]|"")*)"', re.DOTALL)
_LONGEST_FORMULA = 255
_SIGNS = r"[\d\s.,:/\-+%()$¥€£'年月日时分秒]*"
_BENT = re.compile(rf"(?=.*\d){_SIGNS}(?:[^\W\d_]{{1,10}}\.?)?{_SIGNS}|true|false", re.IGNORECASE | re.DOTALL)
"""Digits and signs, with one word at most, are a number or a date to some spreadsheet: 1E5, 3-4, MAR1, 10:30 PM."""


def guard_formula(text: str) -> str:
    """Return text that no spreadsheet runs; ``unguard_formula`` is its inverse."""
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


def unguard_formula(text: str) -> str:
    """Return text as it was before ``guard_formula`` or ``spreadsheet_cell``."""
    if text[:2] == '="' and (formula := _TEXT_FORMULA.fullmatch(text)):
        return formula[1].replace('""', '"')
    return text[1:] if text[:1] == "'" and text[1:].startswith(_FORMULA_STARTS) else text


def escape_text(text: str) -> str:
    """Return text as a cell of a workbook, which runs no text, so that ``unguard_formula`` returns it as it was."""
    return text if unguard_formula(text) == text else "'" + text


def spreadsheet_cell(text: str, *, is_id: bool = False) -> str:
    """Return a CSV cell that a spreadsheet shows as the text it is; ``unguard_formula`` is its inverse.

    An id, and what a spreadsheet would take for a number or a date, is written as ``="0042"``.
    """
    bent = (is_id and text) or _BENT.fullmatch(text)
    if bent and len(text) <= _LONGEST_FORMULA and "\n" not in text:
        return '="' + text.replace('"', '""') + '"'
    return guard_formula(text)


def guard_cells(row: Sequence[Any]) -> list[str]:
    """Return the cells of one row of a CSV, its texts guarded against being run as formulas."""
    return [guard_formula(cell) if isinstance(cell, str) else "" if cell is None else str(cell) for cell in row]


def format_csv(header: Sequence[str], rows: Iterable[Sequence[Any]], *, guarded: bool = True) -> str:
    """Return a table as CSV for programs: plain UTF-8, its texts guarded or as they are, without a last line feed."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(map(guard_cells, rows) if guarded else rows)
    return text.getvalue().rstrip("\n")


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a plain or gzipped file that has some; else raise InputFileError."""
    with open_bytes(path) as file:
        data = file.read()
    if not data.strip():
        raise InputFileError(path, "the file is empty", "export it again with its header and rows")
    return data


@contextmanager
def open_bytes(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading, plain or packed by gzip or Zstandard; what can't be read raises InputFileError."""
    try:
        with path.open("rb") as file:
            start = file.read(len(zstd_file.MAGIC))
            file.seek(0)
            yield _unpack(file, start)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise InputFileError(path, "the compressed file is damaged or cut", "copy it again and import again") from None
    except OSError as error:
        raise InputFileError(path, _why(error), "check the name and that you may read it") from None


def _unpack(file: BinaryIO, start: bytes) -> BinaryIO:
    if start.startswith(_GZIP):
        return cast(BinaryIO, gzip.GzipFile(fileobj=file))
    return cast(BinaryIO, io.BufferedReader(ZstdFile(file))) if start == zstd_file.MAGIC else file


@contextmanager
def whole_file(path: Path, mode: int = 0o666) -> Iterator[BinaryIO]:
    """Open ``path`` for writing so that it appears complete or not at all; raises OutputError with advice."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(part, "wb", opener=partial(os.open, mode=mode)) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise OutputError(path, _why(error), _advice(error)) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Write a CSV that a spreadsheet opens as it is: UTF-8 with BOM, CRLF; whole or not at all; return its rows."""
    count = 0
    with whole_file(path) as file:
        file.write(b"\xef\xbb\xbf")
        text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        writer = csv.writer(text)
        writer.writerow(header)
        for row in rows:
            writer.writerow(row)
            count += 1
        text.detach()
    return count


def write_text(path: Path, content: str) -> None:
    """Write UTF-8 text, whole or not at all."""
    with whole_file(path) as file:
        file.write(content.encode())


def remove_file(path: Path) -> None:
    """Remove a file that an earlier run left, if it is there; raises OutputError when that can't be done."""
    try:
        if path.exists():  # a read-only disk refuses to remove what isn't there, too
            path.unlink()
    except OSError as error:
        raise OutputError(path, error.strerror or str(error), "it is of an earlier run; remove it") from None


def _why(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _advice(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "close it in other programs, or choose a folder you may write to"
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "create the folder first"
    return "free some room, or choose another folder"

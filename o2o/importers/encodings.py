"""Which encoding a text file is in, and its text line by line."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from o2o.errors import InputFileError
from o2o.text_files import decode_text, open_bytes, read_bytes


def recognise_encoding(path: Path) -> str:
    """Return the encoding of a text file; raises InputFileError for one that is none we know."""
    data = read_bytes(path)
    decode_text(path, data)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


@contextmanager
def open_text(path: Path, encoding: str) -> Iterator[TextIO]:
    """Open a plain or gzipped file for reading its text line by line, each with its own line end."""
    with open_bytes(path) as file, io.TextIOWrapper(file, encoding=encoding, newline="") as text:
        try:
            yield text
        except UnicodeDecodeError:
            advice = "say its encoding with --encoding, or save it as CSV UTF-8"
            raise InputFileError(path, f"not {encoding} text", advice) from None

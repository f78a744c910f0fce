"""What a workbook is before it is unpacked: an archive that may be no workbook, or too large for the memory."""

import re
import zipfile
from pathlib import Path

from o2o.errors import InputFileError

_LARGEST = 2 << 30
_MOST_CELLS = 50_000_000
_START = 1 << 12
_USED = re.compile(rb'<(?:\w+:)?dimension\s+ref="[A-Z]+[0-9]+:([A-Z]+)([0-9]+)"')


def check_archive(path: Path) -> None:
    """Raise InputFileError for an archive that holds no workbook, or one that would fill the memory."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        if {"[Content_Types].xml", "content.xml"}.isdisjoint(part.filename for part in parts):
            raise InputFileError(path, "an archive, no workbook", "unpack it, and import the files in it")
        size = sum(part.file_size for part in parts)
        if size > _LARGEST:
            raise InputFileError(path, f"unpacked it has {size / 1e9:,.1f} GB", "export it as CSV")
        for part in parts:
            if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml"):
                with archive.open(part) as sheet:
                    _check_used(path, sheet.read(_START))


def _check_used(path: Path, start: bytes) -> None:
    # a cell that was touched in the last row and column makes a sheet of all the cells up to there
    used = _USED.search(start)
    if used and column_number(used[1]) * int(used[2]) > _MOST_CELLS:
        corner = (used[1] + used[2]).decode()
        advice = "delete the empty rows and columns behind its table and save it, or export it as CSV"
        raise InputFileError(path, f"a sheet of it reaches to cell {corner}, with nearly all cells empty", advice)


def column_number(letters: bytes) -> int:
    """Return the number of a column by its letters: 1 for ``A``."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number

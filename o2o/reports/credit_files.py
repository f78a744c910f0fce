"""The credits of touches as a file: CSV, or Parquet where its name says so."""

from collections.abc import Iterable, Iterator
from dataclasses import astuple, fields
from itertools import islice
from pathlib import Path
from typing import Any

from o2o.attribution.touch_credits import TouchCredit
from o2o.config import Settings
from o2o.errors import MissingPackageError, SettingError
from o2o.text_files import guard_formula, whole_file, write_csv
from o2o.times import format_at

HEADER = tuple(field.name for field in fields(TouchCredit))
_ROWS_AT_ONCE = 65_536
_TIMES = tuple(HEADER.index(name) for name in ("at", "scanned_at"))


def write_credits(out: Path, credits_: Iterable[TouchCredit], settings: Settings) -> int:
    """Write credits and return how many; times are local in CSV, and instants of UTC in Parquet.

    Raises SettingError for a file that is called neither.
    """
    if check_name(out).suffix.lower() == ".parquet":
        return _write_parquet(out, credits_, settings)
    return write_csv(out, HEADER, (_as_texts(credit, settings) for credit in credits_))


def check_name(out: Path) -> Path:
    """Return the name of a file for credits; raises SettingError where it doesn't say what they are written as."""
    if out.suffix.lower() not in (".csv", ".parquet"):
        advice = f"call it {out.stem or 'credits'}.csv or {out.stem or 'credits'}.parquet"
        raise SettingError("credits", str(out), "neither .csv nor .parquet", advice)
    return out


def _as_texts(credit: TouchCredit, settings: Settings) -> list[str]:
    cells: list[Any] = list(astuple(credit))
    for place in _TIMES:
        cells[place] = format_at(cells[place], settings.zone)
    return [guard_formula(cell) if isinstance(cell, str) else str(cell) for cell in cells]


def _write_parquet(out: Path, credits_: Iterable[TouchCredit], settings: Settings) -> int:
    try:
        import pyarrow
        from pyarrow.parquet import ParquetWriter
    except ImportError:
        raise MissingPackageError("Parquet", "pyarrow", "parquet") from None
    at, text, whole = pyarrow.timestamp("ms", "UTC"), pyarrow.string(), pyarrow.int64()
    types = (text, text, at, text, text, at, whole, text, pyarrow.float64(), whole)
    schema = pyarrow.schema(list(zip(HEADER, types, strict=True)), {"currency": settings.currency})
    rows = 0
    with whole_file(out) as file, ParquetWriter(file, schema) as writer:
        for chunk in _in_chunks(credits_):
            columns = zip(*map(astuple, chunk), strict=True)
            arrays = [pyarrow.array(column, kind) for column, kind in zip(columns, types, strict=True)]
            writer.write_table(pyarrow.Table.from_arrays(arrays, schema=schema))
            rows += len(chunk)
    return rows


def _in_chunks(credits_: Iterable[TouchCredit]) -> Iterator[list[TouchCredit]]:
    some = iter(credits_)
    while chunk := list(islice(some, _ROWS_AT_ONCE)):
        yield chunk

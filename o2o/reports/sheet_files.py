"""A sheet of an analysis, or any table for programs, as a Parquet file."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from o2o.errors import MissingPackageError
from o2o.reports.sheets import Column, Sheet, Unit, tabulate_sheet
from o2o.reports.tables import Table
from o2o.text_files import whole_file

if TYPE_CHECKING:
    import pyarrow


_UNITS = {
    **dict.fromkeys(("scans", "visitors", "visits", "orders", "buyers", "remote", "touches", "odd"), Unit.COUNT),
    **dict.fromkeys(("rank", "walk_order", "thin", "disputed"), Unit.COUNT),
    **dict.fromkeys(("revenue", "revenue_low", "revenue_high", "loss"), Unit.MONEY),
    **dict.fromkeys(("conversions", "conversions_low", "conversions_high"), Unit.NUMBER),
    **dict.fromkeys(("revenue_per_scan", "revenue_per_scan_low", "revenue_per_scan_high"), Unit.NUMBER),
    **dict.fromkeys(("scans_a_day", "lost_scans", "expected"), Unit.NUMBER),
    **dict.fromkeys(("order_rate", "order_rate_low", "order_rate_high", "mature", "removal_effect"), Unit.SHARE),
    **dict.fromkeys(("share", "low", "high", "chance", "dead"), Unit.SHARE),
    "day": Unit.DAY,
    "silent_since": Unit.INSTANT,
}
"""What the columns of tables for programs are, by their names; all others are text."""


def write_parquet(out: Path, sheet: Sheet, zone: ZoneInfo) -> None:
    """Write all rows of a sheet with the types of its units: days as dates, instants in the shop's time zone."""
    columns = [column for column in sheet.columns for _ in column.names]
    _write(out, tabulate_sheet(sheet, zone), columns, zone)


def write_table(out: Path, table: Table, zone: ZoneInfo) -> None:
    """Write a table for programs with the types that its columns have by their names."""
    columns = [Column(name, (name, name), _UNITS.get(name, Unit.TEXT)) for name in table.header]
    _write(out, table, columns, zone)


def _write(out: Path, table: Table, columns: Sequence[Column], zone: ZoneInfo) -> None:
    try:
        import pyarrow
        from pyarrow.parquet import write_table
    except ImportError:
        raise MissingPackageError("Parquet", "pyarrow", "parquet") from None
    cells: list[Sequence[Any]] = list(zip(*table.rows, strict=True)) or [()] * len(columns)
    arrays = [
        pyarrow.array([_read(column, cell) for cell in one], _type_of(column, zone))
        for column, one in zip(columns, cells, strict=True)
    ]
    with whole_file(out) as file:
        write_table(pyarrow.Table.from_arrays(arrays, names=list(table.header)), file)


def _read(column: Column, cell: Any) -> Any:
    """Return a day or an instant from ISO 8601, anything else as it is; null where there is no figure."""
    if cell == "" and column.unit is not Unit.TEXT:
        return None
    match column.unit:
        case Unit.DAY if cell:
            return date.fromisoformat(cell)
        case Unit.INSTANT if cell:
            return datetime.fromisoformat(cell)
    return cell


def _type_of(column: Column, zone: ZoneInfo) -> "pyarrow.DataType":
    import pyarrow

    match column.unit:
        case Unit.TEXT:
            return pyarrow.string()
        case Unit.DAY:
            return pyarrow.date32()
        case Unit.INSTANT:
            return pyarrow.timestamp("ms", tz=zone.key)
    is_whole = column.unit in (Unit.COUNT, Unit.MONEY, Unit.DURATION) and not column.is_doubted
    return pyarrow.int64() if is_whole else pyarrow.float64()

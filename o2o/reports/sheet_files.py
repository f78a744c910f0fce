"""A sheet of an analysis as a Parquet file."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from o2o.errors import MissingPackageError
from o2o.reports.sheets import Column, Sheet, Unit, tabulate_sheet
from o2o.text_files import whole_file

if TYPE_CHECKING:
    import pyarrow


def write_parquet(out: Path, sheet: Sheet, zone: ZoneInfo) -> None:
    """Write all rows of a sheet with the types of its units: days as dates, instants in the shop's time zone."""
    try:
        import pyarrow
        from pyarrow.parquet import write_table
    except ImportError:
        raise MissingPackageError("Parquet", "pyarrow", "parquet") from None
    columns = [column for column in sheet.columns for _ in column.names]
    table = tabulate_sheet(sheet, zone)
    cells: list[Sequence[Any]] = list(zip(*table.rows, strict=True)) or [()] * len(columns)
    arrays = [
        pyarrow.array([_read(column, cell) for cell in one], _type_of(column, zone))
        for column, one in zip(columns, cells, strict=True)
    ]
    with whole_file(out) as file:
        write_table(pyarrow.Table.from_arrays(arrays, names=list(table.header)), file)


def _read(column: Column, cell: Any) -> Any:
    """Return a day or an instant from ISO 8601, anything else as it is."""
    if not cell and column.unit in (Unit.DAY, Unit.INSTANT):
        return None
    match column.unit:
        case Unit.DAY:
            return date.fromisoformat(cell)
        case Unit.INSTANT:
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

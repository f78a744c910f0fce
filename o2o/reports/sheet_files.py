"""A sheet of an analysis as a Parquet file."""

from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from o2o.errors import MissingPackageError
from o2o.reports.sheets import Column, Sheet, Unit, tabulate_sheet
from o2o.text_files import whole_file

if TYPE_CHECKING:
    import pyarrow


def write_parquet(out: Path, sheet: Sheet, zone: ZoneInfo) -> None:
    """Write all rows of a sheet with the types of its units; days and instants are ISO 8601."""
    try:
        import pyarrow
        from pyarrow.parquet import write_table
    except ImportError:
        raise MissingPackageError("Parquet", "pyarrow", "parquet") from None
    types = [kind for column in sheet.columns for kind in [_type_of(column)] * len(column.names)]
    table = tabulate_sheet(sheet, zone)
    columns: list[list[Any]] = [list(cells) for cells in zip(*table.rows, strict=True)] or [[] for _ in types]
    arrays = [pyarrow.array(cells, kind) for cells, kind in zip(columns, types, strict=True)]
    with whole_file(out) as file:
        write_table(pyarrow.Table.from_arrays(arrays, names=list(table.header)), file)


def _type_of(column: Column) -> "pyarrow.DataType":
    import pyarrow

    if not column.unit.is_figure:
        return pyarrow.string()
    is_whole = column.unit in (Unit.COUNT, Unit.MONEY, Unit.DURATION) and not column.is_doubted
    return pyarrow.int64() if is_whole else pyarrow.float64()

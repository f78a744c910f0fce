"""A table of the catalogue as Parquet: ids as strings, amounts as decimals, days as dates."""

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from o2o.catalog.exports import ExportTable, ValueType
from o2o.errors import MissingPackageError
from o2o.text_files import whole_file

_ROWS_AT_ONCE = 65_536


def write_parquet(out: Path, table: ExportTable) -> int:
    """Write a table and return its number of rows; its currency stands in the metadata of the file."""
    try:
        import pyarrow
        from pyarrow.parquet import ParquetWriter
    except ImportError:
        raise MissingPackageError("Parquet", "pyarrow", "parquet") from None
    types = {
        ValueType.AMOUNT: pyarrow.decimal128(18, table.money.digits),
        ValueType.NUMBER: pyarrow.float64(),
        ValueType.INTEGER: pyarrow.int64(),
        ValueType.DAY: pyarrow.date32(),
    }
    fields = [(column.name, types.get(column.type, pyarrow.string())) for column in table.columns]
    schema = pyarrow.schema(fields, {"currency": table.money.code})
    amount = _amounts(table.money.digits)
    converters = [amount if column.type is ValueType.AMOUNT else None for column in table.columns]
    rows = 0
    with whole_file(out) as file, ParquetWriter(file, schema) as writer:
        while chunk := list(islice(table.records, _ROWS_AT_ONCE)):
            values = [
                list(map(convert, column)) if convert else column
                for convert, column in zip(converters, zip(*chunk, strict=True), strict=True)
            ]
            arrays = [pyarrow.array(column, field.type) for column, field in zip(values, schema, strict=True)]
            writer.write_table(pyarrow.Table.from_arrays(arrays, schema=schema))
            rows += len(chunk)
    return rows


def _amounts(digits: int) -> Callable[[Any], Decimal | None]:
    return cache(lambda minor: None if minor is None else Decimal(minor).scaleb(-digits))

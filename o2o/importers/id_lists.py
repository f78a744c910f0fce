"""A list of subjects by the merchant's ids: a table with a column for them, or plain lines."""

from pathlib import Path

from o2o.catalog.kinds import CatalogKind
from o2o.errors import InputFileError
from o2o.importers.headers import find_column
from o2o.importers.tables import stream_table
from o2o.subjects import KIND_TABLES, Kind


def read_ids(path: Path, kind: Kind) -> tuple[str, ...]:
    """Return the ids of a CSV or XLSX file, each once: a column of them, those of our export, or one a line.

    Raises InputFileError when there is none: nothing listed isn't the same as everything.
    """
    table_name, id_column = KIND_TABLES[kind]
    header, rows = stream_table(path)
    column = find_column(header, CatalogKind(table_name), id_column)
    lines = [cells for _, cells in rows]
    if column is None and {"kind", "subject_id"} <= set(header):  # of 'o2o touchpoint export'
        column, place = header.index("subject_id"), header.index("kind")
        lines = [cells for cells in lines if cells[place] == kind]
    elif column is None:
        if len(header) > 1:
            raise InputFileError(path, f"no column of it is {id_column}", f"name one {id_column}, or list one a line")
        column, lines = 0, [header, *lines]
    cells_of_ids = (cells[column].strip() for cells in lines if len(cells) > column)
    ids = tuple(dict.fromkeys(one for one in cells_of_ids if one))
    if not ids:
        raise InputFileError(path, "there is no id in it", f"list one {id_column} a line")
    return ids

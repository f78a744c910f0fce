"""Reads a shop's file as columns, for an engine beside it: ``python -m o2o.attribution.engines.reader FILE``.

It is a process of its own: the driver brings its own SQLite, and two of them in one process would drop each other's
locks on the file. Each line of its input is a query as JSON, whose rows go to its output as an Arrow stream; ``null``
begins to see one state of the file, whatever is written meanwhile, and is answered by a line.
"""

import json
import sys
from pathlib import Path
from typing import Any, BinaryIO

_ROWS = "65536"  # of a batch


def serve(path: str, out: BinaryIO) -> None:
    """Answer queries until the input ends."""
    sys.modules["numpy"] = None  # type: ignore[assignment]  # pyarrow starts in half the time, and does without
    import adbc_driver_sqlite
    from adbc_driver_manager import AdbcConnection

    uri = f"{Path(path).absolute().as_uri()}?mode=ro"
    with adbc_driver_sqlite.connect(uri) as database, AdbcConnection(database) as connection:
        connection.set_autocommit(False)
        _tell(out)
        for line in sys.stdin:
            sql = json.loads(line)
            if sql is None:
                _write(connection, "SELECT count(*) FROM sqlite_schema", None)
                _tell(out)
            else:
                _write(connection, sql, out)


def _write(connection: Any, sql: str, out: BinaryIO | None) -> None:
    import pyarrow
    from adbc_driver_manager import AdbcStatement

    with AdbcStatement(connection) as statement:
        statement.set_options(**{"adbc.sqlite.query.batch_rows": _ROWS})
        statement.set_sql_query(sql)
        handle, _ = statement.execute_query()
        rows = pyarrow.RecordBatchReader._import_from_c(handle.address)
        if out is None:
            rows.read_all()
            return
        with pyarrow.ipc.new_stream(out, rows.schema) as stream:
            for batch in rows:
                stream.write_batch(batch)
        out.flush()


def _tell(out: BinaryIO) -> None:
    out.write(b"\n")
    out.flush()


if __name__ == "__main__":
    serve(sys.argv[1], sys.stdout.buffer)

"""How long 99 of 100 scans wait at most for their answer while a log is imported, beside the same without."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from benchmarks.assortment import run_program
from benchmarks.load import send_steadily
from benchmarks.logs import write_log
from benchmarks.measure import Contest, Done
from benchmarks.soak import make_shop, running_server

SIZE = 1_000_000
QUICK_SIZE = 20_000
_PER_SECOND = 300
_ALONE_SECONDS = 10


@contextmanager
def contest(folder: Path, size: int) -> Iterator[tuple[Contest, ...]]:
    """Serve a shop, scan its codes at a steady pace, and import a log into the same file; fewer ms are better."""
    db_path = folder / "shop.db"
    paths = make_shop(db_path, folder)
    log = write_log(folder / "access.log", [path.removeprefix("/") for path in paths], size, 1 / 3)
    with running_server(db_path, 1) as (_, url), ThreadPoolExecutor(1) as thread:
        port = int(url.rpartition(":")[2])

        def during_import() -> Done:
            importing = thread.submit(run_program, size, "o2o", "scan", "import", "--db", str(db_path), str(log))
            load = send_steadily(port, paths, _PER_SECOND, importing.done)
            return Done(round(load.p99_ms), importing.result().megabytes, 1)

        def alone() -> Done:
            until = time.monotonic() + _ALONE_SECONDS
            load = send_steadily(port, paths, _PER_SECOND, lambda: time.monotonic() > until)
            return Done(round(load.p99_ms), 0, 1)

        what = f"p99 of {_PER_SECOND} scans/s during a log import of {size:,} lines (fewer is better)"
        yield (Contest(what, "ms", during_import, {"the same without an import": alone}, once=True),)

"""Reads a log in a process of its own: one processor reads and hashes while the other inserts and judges."""

import gc
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import IO, BinaryIO

from o2o.db import open_database
from o2o.errors import InputFileError
from o2o.importers.scans.batches import Batch, Broken, LogOrder, read_batches

_PIPE = 1 << 20
_AHEAD = 8


@contextmanager
def reading_apart(db_path: Path, order: LogOrder) -> Iterator[Iterator[Batch]]:
    """Start a process that reads a log, and give its batches; it is gone when the block ends."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    orders, batches = subprocess.PIPE, subprocess.PIPE
    command = [sys.executable, "-m", __name__, str(db_path)]
    with subprocess.Popen(  # noqa: S603 -- ourselves
        command, stdin=orders, stdout=batches, env=environment, start_new_session=True
    ) as process:
        try:
            if process.stdin and process.stdout:
                with process.stdin:
                    pickle.dump(order, process.stdin)
                _widen(process.stdout)
                yield _receive(process.stdout)
        finally:
            process.kill()


def _widen(pipe: IO[bytes]) -> None:
    if sys.platform == "linux":
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)


def _receive(pipe: IO[bytes]) -> Iterator[Batch]:
    while (batch := pickle.load(pipe)) is not None:  # noqa: S301 -- we wrote it
        if isinstance(batch, Broken):
            raise InputFileError(*batch)
        yield batch


def main(db_path: Path) -> None:
    """Read the order from stdin and write batches to stdout, at last None or the error that ended it."""
    gc.disable()  # nothing here goes round in circles, and to look for it takes a third of the time
    order: LogOrder = pickle.load(sys.stdin.buffer)  # noqa: S301 -- we wrote it
    last: Broken | None = None
    db = open_database(db_path)
    with _sending(sys.stdout.buffer) as send:
        try:
            for batch in read_batches(order, db):
                send(batch)
        except InputFileError as error:
            last = Broken(order.path, error.reason, error.advice)
        finally:
            db.close()
        send(last)


@contextmanager
def _sending(pipe: BinaryIO) -> Iterator[Callable[[object], None]]:
    """Send by a thread, which holds some batches ready while the other process holds the lock and takes none."""
    ready: Queue[bytes] = Queue(_AHEAD)

    def write() -> None:
        try:
            while data := ready.get():
                pipe.write(data)
                pipe.flush()
        except BrokenPipeError:  # whoever asked for them is gone
            os._exit(1)

    thread = Thread(target=write, daemon=True)  # which a pipe that nobody reads any more mustn't keep alive
    thread.start()
    yield lambda batch: ready.put(pickle.dumps(batch, pickle.HIGHEST_PROTOCOL))
    ready.put(b"")
    thread.join()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Processes that read a shop's file as columns, all of them the same state of it."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import connect
from typing import IO, Any, cast

_BUSY_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Reader:
    """A process that reads, and the thread that waits for it."""

    questions: IO[bytes]
    answers: IO[bytes]
    errors: IO[bytes]
    thread: ThreadPoolExecutor

    def fetch(self, sql: str) -> "Future[Any]":
        """Return the rows of a query, as an Arrow table, once all before them have come."""
        return self.thread.submit(self._read, sql)

    def begin(self) -> None:
        """See the state of the file as it is now."""
        self._ask(None)
        self.wait()

    def wait(self) -> None:
        """Wait for a line."""
        if not self.answers.readline():
            raise self._explain()

    def _read(self, sql: str) -> Any:
        from pyarrow import ArrowInvalid, ipc

        self._ask(sql)
        try:
            with ipc.open_stream(self.answers) as stream:
                return stream.read_all()
        except ArrowInvalid:
            raise self._explain() from None

    def _explain(self) -> ChildProcessError:
        return ChildProcessError(self.errors.read().decode(errors="replace"))

    def _ask(self, sql: str | None) -> None:
        self.questions.write(json.dumps(sql).encode() + b"\n")
        self.questions.flush()


@contextmanager
def reading_file(path: Path, count: int, meanwhile: Callable[[], None] | None = None) -> Iterator[list[Reader]]:
    """Start readers of a file that see one state of it, and end them after; until they are ready do something else."""
    with ExitStack() as stack:
        readers = [stack.enter_context(_started(path)) for _ in range(count)]
        if meanwhile:
            meanwhile()
        for reader in readers:
            reader.wait()
        with _unwritten(path):
            for reader in readers:
                reader.begin()
        yield readers


@contextmanager
def _started(path: Path) -> Iterator[Reader]:
    command = [sys.executable, "-m", "o2o.attribution.engines.reader", str(path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as process:  # noqa: S603 -- ourselves
        questions, answers, errors = (cast(IO[bytes], end) for end in (process.stdin, process.stdout, process.stderr))
        try:
            with ThreadPoolExecutor(1) as thread:
                yield Reader(questions, answers, errors, thread)
        except BaseException:
            process.kill()
            raise


@contextmanager
def _unwritten(path: Path) -> Iterator[None]:
    """Let nobody write for the moment."""
    with closing(connect(path, timeout=_BUSY_SECONDS, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")

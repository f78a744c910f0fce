"""How soon a command says something: ``o2o --help`` beside ``sqlite-utils --help``."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import Contest, Work

SIZE = 5


@contextmanager
def contest(folder: Path, size: int) -> Iterator[Contest]:  # noqa: ARG001
    """Start each command ``size`` times a round."""
    yield Contest(
        "o2o --help", "starts/s", _starts("o2o", size), {"sqlite-utils --help": _starts("sqlite_utils", size)}
    )


def _starts(module: str, times: int) -> Work:
    def start() -> int:
        for _ in range(times):
            subprocess.run([sys.executable, "-m", module, "--help"], check=True, capture_output=True)
        return times

    return start

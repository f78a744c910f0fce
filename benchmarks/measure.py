"""Runs ours and its peers in turn, again and again, and keeps the median rate of each."""

import gc
import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

Work = Callable[[], int]
"""Does some work and returns how many units of it were done."""


@dataclass(frozen=True, slots=True)
class Contest:
    """One piece of work, done by us and by others; ``unit`` is what is counted."""

    what: str
    unit: str
    ours: Work
    peers: dict[str, Work]


@dataclass(frozen=True, slots=True)
class Score:
    """The median rates of a contest, in units a second."""

    what: str
    unit: str
    ours: float
    peer: str
    theirs: float

    @property
    def ratio(self) -> float:
        """How many times as fast as the peer we are."""
        return self.ours / self.theirs


def run_contest(contest: Contest, rounds: int) -> list[Score]:
    """Return a score for each peer from ``rounds`` interleaved rounds, after one that isn't counted."""
    works = {"": contest.ours} | contest.peers
    rates: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(rounds + 1):
        for name, work in works.items():
            rate = _rate_of(work)
            if turn:
                rates[name].append(rate)
    ours = median(rates[""])
    return [Score(contest.what, contest.unit, ours, peer, median(rates[peer])) for peer in contest.peers]


def _rate_of(work: Work) -> float:
    gc.collect()
    started = time.perf_counter()
    done = work()
    return done / (time.perf_counter() - started)


def describe_machine() -> str:
    """Return processor, cores and versions in one line."""
    libraries = ("qrcode", "numpy", "reportlab", "zxing-cpp", "sqlite-utils", "pandas", "uvicorn")
    versions = ", ".join(f"{name} {version(name)}" for name in libraries)
    system = f"{platform.system()}, Python {platform.python_version()}"
    return f"{_processor()}, {os.cpu_count()} cores, {system}, {versions}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()

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


@dataclass(frozen=True, slots=True)
class Done:
    """How many units of some work were done, how much memory that took at most, in MB, and perhaps its own seconds."""

    units: int
    megabytes: int
    seconds: float = 0.0


Work = Callable[[], int | Done]
"""Does some work and returns how many units of it were done, perhaps with the memory that it took."""


@dataclass(frozen=True, slots=True)
class Contest:
    """One piece of work, done by us and by others; ``unit`` is what is counted.

    ``once``: it takes so long that one turn must do, and none to warm up.
    """

    what: str
    unit: str
    ours: Work
    peers: dict[str, Work]
    once: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """The median rates of a contest, in units a second; the memory in MB where the work tells it."""

    what: str
    unit: str
    ours: float
    peer: str
    theirs: float
    our_memory: int = 0
    their_memory: int = 0

    @property
    def ratio(self) -> float:
        """How many times as fast as the peer we are."""
        return self.ours / self.theirs


def run_contest(contest: Contest, rounds: int) -> list[Score]:
    """Return a score for each peer from ``rounds`` interleaved rounds, after one that isn't counted."""
    works = {"": contest.ours} | contest.peers
    rates: dict[str, list[float]] = {name: [] for name in works}
    memory = dict.fromkeys(works, 0)
    for turn in range(1 if contest.once else rounds + 1):
        for name, work in works.items():
            rate, memory[name] = _measure(work)
            if turn or contest.once:
                rates[name].append(rate)
    ours = median(rates[""])
    return [
        Score(contest.what, contest.unit, ours, peer, median(rates[peer]), memory[""], memory[peer])
        for peer in contest.peers
    ]


def _measure(work: Work) -> tuple[float, int]:
    gc.collect()
    started = time.perf_counter()
    done = work()
    seconds = time.perf_counter() - started
    if isinstance(done, Done):
        return done.units / (done.seconds or seconds), done.megabytes
    return done / seconds, 0


def describe_machine() -> str:
    """Return processor, cores and versions in one line."""
    libraries = ("qrcode", "numpy", "reportlab", "zxing-cpp", "sqlite-utils", "pandas", "uvloop")
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

"""Shelf tags by the hundred thousand, from the shop's file to the finished PDF: how fast, and in how much memory?

The peer is ourselves at a tenth; each runs in a process of its own. ``O2O_BENCH_TAGS=1000000`` prints a million.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks.assortment import weigh_program
from benchmarks.measure import Contest, Done
from benchmarks.printing import make_store

SIZE = int(os.environ.get("O2O_BENCH_TAGS", "100000"))


@contextmanager
def contest(folder: Path, size: int) -> Iterator[Contest]:
    """Make a store of each size and print its tags once."""
    sizes = {count: folder / f"{count}" for count in (size, size // 10)}
    for count, own in sizes.items():
        own.mkdir()
        make_store(own, count).close()
    ours, tenth = (partial(_print, count, own) for count, own in sizes.items())
    yield Contest(f"{size:,} shelf tags", "tags/s", ours, {f"{size // 10:,} tags": tenth}, once=True)


def _print(count: int, folder: Path) -> Done:
    seconds, megabytes = weigh_program("benchmarks.printed_tags", str(folder))
    return Done(count, int(megabytes), float(seconds))

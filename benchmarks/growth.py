"""QR symbols by the thousand and by the million: is the rate the same, and how much memory does it take?

The peer is ourselves at a tenth of the largest size; each runs in a process of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks.assortment import weigh_program
from benchmarks.measure import Contest, Done

SIZE = 1_000_000
_MASKS = {"2": "mask 2", "best": "best mask"}
_SHARES = (1000, 100, 10, 1)


@contextmanager
def contest(folder: Path, size: int) -> Iterator[tuple[Contest, ...]]:  # noqa: ARG001
    """Make a thousandth, a hundredth, a tenth and all of the symbols at level M."""
    yield tuple(
        Contest(
            f"{size // share:,} QR symbols at once, {shown}",
            "codes/s",
            partial(_make, size // share, mask),
            {f"{size // 10:,} at once": partial(_make, size // 10, mask)},
            once=True,
        )
        for mask, shown in _MASKS.items()
        for share in _SHARES
    )


def _make(count: int, mask: str) -> Done:
    seconds, megabytes = weigh_program("benchmarks.made_symbols", str(count), mask)
    return Done(count, int(megabytes), float(seconds))

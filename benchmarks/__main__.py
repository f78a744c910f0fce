"""``python -m benchmarks [--only NAME] [--quick]``: one table of all rooms."""

import argparse
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from benchmarks.measure import Score, describe_machine, run_contest

ROOMS = (
    "start",
    "catalog",
    "assortment",
    "codes",
    "growth",
    "printing",
    "tags",
    "labels",
    "proof",
    "collect",
    "rules",
    "logs",
    "meanwhile",
    "attribution",
    "audit",
    "incremental",
    "paths",
    "signs",
    "analytics",
    "affinity",
)
"""One module each, in the order of the loop; ``contest(folder, size)`` makes its files and names its peers.

It yields one contest, or a tuple of them."""

_ROUNDS, _QUICK_ROUNDS = 5, 1
_QUICK_SHARE = 10


def main() -> None:
    """Race each room asked for and print the table in Markdown."""
    options = _parse_options()
    print(f"{describe_machine()}\n", flush=True)
    print("| what | unit | o2o | peer | its rate | o2o / peer |\n|---|---|--:|---|--:|--:|", flush=True)
    for room in options.only or ROOMS:
        print(f"{room} …", file=sys.stderr, flush=True)
        for score in _race(room, quick=options.quick):
            print(_format_row(score), flush=True)


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", action="append", choices=ROOMS, help="race this room alone; may be repeated")
    parser.add_argument("--quick", action="store_true", help="a tenth of the work, one round: does it run at all?")
    return parser.parse_args()


def _race(room: str, *, quick: bool) -> list[Score]:
    module = import_module(f"benchmarks.{room}")
    size = max(1, getattr(module, "QUICK_SIZE", module.SIZE // _QUICK_SHARE)) if quick else module.SIZE
    with tempfile.TemporaryDirectory(prefix="o2o-bench-") as folder, module.contest(Path(folder), size) as made:
        contests = made if isinstance(made, tuple) else (made,)
        return [score for contest in contests for score in run_contest(contest, _QUICK_ROUNDS if quick else _ROUNDS)]


def _format_row(score: Score) -> str:
    ours, theirs = _format_rate(score.ours, score.our_memory), _format_rate(score.theirs, score.their_memory)
    return f"| {score.what} | {score.unit} | {ours} | {score.peer} | {theirs} | {score.ratio:.2f} |"


def _format_rate(rate: float, megabytes: int) -> str:
    memory = f" ({megabytes:,} MB)" if megabytes else ""
    return (f"{rate:,.0f}" if rate >= 100 else f"{rate:,.1f}") + memory


if __name__ == "__main__":
    main()

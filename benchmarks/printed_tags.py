"""``python -m benchmarks.printed_tags FOLDER`` prints the tags of the store in FOLDER and how many seconds it took.

The store is made by ``benchmarks.tags``; choosing the tags counts, opening the file doesn't.
"""

import sys
import time
from pathlib import Path

from benchmarks.printing import REACHABLE, STORE, print_tags
from o2o import times
from o2o.db import open_database
from o2o.printing.selection.choice import Choice
from o2o.printing.selection.selections import select_tags


def main() -> None:
    """Print, and print how long it took."""
    folder = Path(sys.argv[1])
    db = open_database(folder / "shop.db")
    begin = time.perf_counter()
    print_tags(db, select_tags(db, REACHABLE, Choice(STORE), times.now()), folder / "tags.pdf")
    print(time.perf_counter() - begin)
    db.close()


if __name__ == "__main__":
    main()

"""``python -m benchmarks.made_symbols COUNT MASK`` makes so many symbols at once and prints the seconds that took."""

import sys
import time

from benchmarks.codes import make_urls
from o2o.codes import symbols


def main() -> None:
    """Make symbols of level M; libraries are loaded and URLs made before the clock starts, learning counts."""
    count, mask = sys.argv[1:]
    urls, wanted = make_urls(int(count)), mask if mask == "best" else int(mask)
    symbols(urls[:1], mask=wanted)  # which qrcode makes
    started = time.perf_counter()
    made = symbols(urls, mask=wanted)
    print(time.perf_counter() - started)
    assert len(made) == len(urls)


if __name__ == "__main__":
    main()

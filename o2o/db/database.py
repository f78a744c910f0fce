"""The Database of sqlite-utils without the pandas and numpy that it would import to know the types of their columns.

Where they are installed that takes longer than most commands do, and we write no such columns.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["Database"]


@contextmanager
def _leaving_out(*names: str) -> Iterator[None]:
    """Let modules that are not imported yet look as if they weren't installed."""
    left_out = [name for name in names if name not in sys.modules]
    sys.modules |= dict.fromkeys(left_out)  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in left_out:
            del sys.modules[name]


with _leaving_out("pandas", "numpy"):
    from sqlite_utils import Database

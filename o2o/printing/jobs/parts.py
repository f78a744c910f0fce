"""A print in parts, each a file and a job of its own: one a store, an aisle, or so many labels."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from pathlib import Path

from o2o.config import Settings
from o2o.db import Database
from o2o.errors import O2OError, OutputError, SettingError
from o2o.printing.jobs.order import PrintOrder
from o2o.printing.jobs.printing import PrintResult, Progress, print_selection
from o2o.printing.selection.selections import Selection
from o2o.subjects import Kind

_PLACES = re.compile(r"\{(\w+)\}")
_NO_AISLE = "other"


class By(StrEnum):
    """What a file is of; a number instead is of so many labels."""

    STORE = "store"
    AISLE = "aisle"


@dataclass(frozen=True, slots=True)
class Part:
    """What goes into one file, and the words for its name: store, aisle and part."""

    selection: Selection
    words: tuple[tuple[str, str], ...]


class PartsRefusedError(O2OError):
    """Files of a print in parts that were not printed; the others were."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            f"{len(names):,} file(s) were not printed: {', '.join(names)}; "
            "correct what is said above and print them again"
        )


@dataclass(frozen=True, slots=True)
class PartResult:
    """What became of one file: what was printed, or why it was not."""

    out: Path
    selection: Selection
    result: PrintResult | None = None
    error: O2OError | None = None


def parse_split(text: str) -> By | int:
    """Return how a print is split: by store, by aisle, or by so many labels a file; raises SettingError."""
    if text in list(By):
        return By(text)
    if text.isdecimal() and int(text):
        return int(text)
    raise SettingError("split", text, "this is no way to split a print", "use store, aisle, or a number such as 5000")


def print_parts(
    db: Database, settings: Settings, parts: Iterable[Part], order: PrintOrder, now: int, progress: Progress = iter
) -> Iterator[PartResult]:
    """Print each part into a file of its own, whole or not at all, and go on after one that can't be printed.

    ``order.out`` may have ``{store}``, ``{aisle}`` and ``{part}`` in its name. Used cells are those of
    the first file's first sheet.
    """
    check_name(order.out)
    taken: Counter[Path] = Counter()
    for number, part in enumerate(parts):
        out = _name_file(order.out, part, taken)
        command = f"{order.command} --store {part.selection.choice.store_id or ''}"
        asked = replace(order, out=out, command=command, used=() if number else order.used)
        try:
            result = print_selection(db, settings, part.selection, asked, now, progress)
            yield PartResult(out, part.selection, result)
        except O2OError as error:
            yield PartResult(out, part.selection, error=error)


def split_selection(selection: Selection, by: By | int) -> Iterator[Part]:
    """Yield the parts of a selection in their order; what can't be printed at all belongs to the first."""
    store = ("store", selection.choice.store_id or "")
    if by is By.STORE:
        yield Part(selection, (store,))
        return
    rest, start = selection, 0
    for number, (aisle, length) in enumerate(_cut(selection, by), start=1):
        words = (store, ("aisle", aisle or _NO_AISLE)) if by is By.AISLE else (store, ("part", f"{number:03}"))
        records = selection.records.part(start, length)
        title = f"{selection.title} {words[1][1]}"
        yield Part(replace(rest, title=title, records=records), words)
        rest, start = replace(selection, problems=(), remarks=()), start + length


def _cut(selection: Selection, by: By | int) -> Iterator[tuple[str, int]]:
    """Yield the aisle of each part, or nothing, and how many labels it has."""
    records = selection.records
    if isinstance(by, int):
        for start in range(0, max(len(records), 1), by):
            yield "", min(by, len(records) - start)
        return
    if records.kind is not Kind.PRODUCT:
        raise SettingError("split", by, "only products lie in aisles", "split by store, or by a number")
    found = records.queue.take_all("printing/jobs/parts.aisles", store_id=selection.choice.store_id)
    runs = groupby(found, key=lambda row: str(row[0]))
    yield from [(aisle, sum(1 for _ in marks)) for aisle, marks in runs]  # all at once: a job needs its own tables


def check_name(out: Path) -> None:
    """Raise OutputError for a file name with something else in braces than there is."""
    for name in _PLACES.findall(out.name):
        if name not in ("store", "aisle", "part"):
            raise OutputError(out, f"there is no {{{name}}}", "use {store}, {aisle} or {part}")


def _name_file(out: Path, part: Part, taken: Counter[Path]) -> Path:
    """Return the name of a part's file; a name that is taken gets a number."""
    words = {name: re.sub(r"[^\w.-]+", "_", word) for name, word in part.words if word}
    if _PLACES.search(out.name):
        name = _PLACES.sub(lambda place: words.get(place[1], ""), out.name)
    else:
        name = "-".join((out.stem, *words.values())) + out.suffix
    path = out.with_name(name)
    taken[path] += 1
    return path if taken[path] == 1 else path.with_stem(f"{path.stem}-{taken[path]}")

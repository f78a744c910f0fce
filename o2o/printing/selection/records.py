"""The records of a print: touchpoints with all that a template may show of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from sqlite3 import Cursor
from typing import Any, overload

from o2o.printing.selection.queue import Queue
from o2o.printing.selection.search import Search
from o2o.printing.selection.values import list_columns
from o2o.printing.template.boxes import Template
from o2o.subjects import Kind

_BATCH = 1000


@dataclass(slots=True)
class Record:
    """One touchpoint to print: its template and a text for each field that has one."""

    touchpoint_id: int
    kind: Kind
    subject_id: str
    template: Template
    values: Mapping[str, str]


class Records(Sequence[Record]):
    """The records of a selection, made as they are asked for: a million of them need no more memory than a thousand."""

    def __init__(self, search: Search, kind: Kind, queue: Queue) -> None:
        self.db = search.db
        self.kind = kind
        self.queue = queue
        self._search = search

    def __len__(self) -> int:
        return self.queue.length

    def __iter__(self) -> Iterator[Record]:
        for start in range(0, len(self), _BATCH):
            yield from self[start : start + _BATCH]

    @overload
    def __getitem__(self, number: int) -> Record: ...
    @overload
    def __getitem__(self, number: slice) -> list[Record]: ...
    def __getitem__(self, number: int | slice) -> Record | list[Record]:
        if isinstance(number, slice):
            return self.take(range(len(self))[number])
        return self.take([range(len(self))[number]])[0]

    def take(self, numbers: Sequence[int], *, shown_only: bool = False) -> list[Record]:
        """Return the records of these numbers, in this order; ``shown_only``: with what their templates show only."""
        columns = list_columns(self.templates, shown_only=shown_only)
        mark, subject, carrier, code = map(columns.index, ("touchpoint_id", "id", "carrier", "code"))
        found = self._find(numbers, *columns).fetchall()
        templates = [self._search.template_of(row[carrier]) for row in found]
        made = self._search.value_maker(columns).make(found, templates, shown_only=shown_only)
        urls = self._search.urls_of([row[code] for row in found])
        for values, url in zip(made, urls, strict=True):
            values.setdefault("url", url)
        return [
            Record(row[mark], self.kind, row[subject], template, values)
            for row, template, values in zip(found, templates, made, strict=True)
        ]

    def part(self, start: int, length: int) -> "Records":
        """Return so many of the records from one on."""
        queue = replace(self.queue, start=self.queue.start + start, length=length, gone=0)
        return Records(self._search, self.kind, queue)

    def keep(self, condition: str, **parameters: Any) -> "Records":
        """Return those whose entry in the queue meets a condition."""
        return Records(self._search, self.kind, self.queue.keep(condition, **parameters))

    @property
    def at(self) -> int:
        """The last instant of the day whose prices they show."""
        return self._search.at

    def copies_of(self, subject_id: str) -> int:
        """Return how often a subject is printed."""
        return self._search.copies.get(subject_id, 1)

    @property
    def own_copies(self) -> Iterator[int]:
        """How often each record is printed, in their order; nothing when each is printed once."""
        subjects = self.queue.select("subject_id") if self._search.copies else ()
        return (self.copies_of(subject_id) for (subject_id,) in subjects)

    def describe(self, number: int) -> dict[str, str]:
        """Return what the file says of one touchpoint, or of one of those that are gone, behind the last."""
        found = self._find([number])
        names = [column[0] for column in found.description]
        return {name: text for name, text in zip(names, found.fetchone(), strict=True) if text is not None}

    def find_urls(self, numbers: Sequence[int]) -> list[str]:
        """Return the texts of the codes of these numbers."""
        return self._search.urls_of([code for (code,) in self._find(numbers, "code")])

    @cached_property
    def templates(self) -> list[Template]:
        """The templates of the records, each once."""
        used = [self._search.template_of(carrier) for (carrier,) in self.queue.select("DISTINCT carrier")]
        return list({template.path: template for template in used}.values())

    def look_of(self, template: Template) -> str:
        """Return a digest of what all prints of this selection on a template have in common."""
        return self._search.look_of(template)

    def _find(self, numbers: Sequence[int], *columns: str) -> Cursor:
        """Select columns of these numbers, or all."""
        store_id = self._search.choice.store_id
        return self.queue.take("printing/selection/records.values", numbers, *columns, store_id=store_id)

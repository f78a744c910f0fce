"""Keeps what people did, each thing once: a row that comes again with other content takes the later one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, Generic, Protocol, TypeVar

from o2o.db import Database


class Outcome(Protocol):
    """A frozen dataclass whose fields are the columns of its table."""

    @property
    def identity(self) -> tuple[str, ...]:
        """What makes it the same thing when it comes again."""


_O = TypeVar("_O", bound=Outcome)


@dataclass(frozen=True, slots=True)
class OutcomeChange(Generic[_O]):
    """A row that has other content than it had before."""

    before: _O
    after: _O

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns that differ."""
        names = _columns(type(self.after))
        return tuple(name for name in names if getattr(self.before, name) != getattr(self.after, name))


@dataclass(frozen=True, slots=True)
class SavedOutcomes(Generic[_O]):
    """How many rows were new and the same as before, and each that changed."""

    new: int
    unchanged: int
    changes: tuple[OutcomeChange[_O], ...]


@dataclass(frozen=True, slots=True)
class OutcomeTable(Generic[_O]):
    """A table of outcomes: its name, the type of its rows, and the condition by which an identity is found."""

    name: str
    row: type[_O]
    identity: str

    def find_row(self, db: Database, identity: tuple[str, ...]) -> int | None:
        """Return the id of a row by its identity, or None."""
        found = db.conn.execute(f"SELECT id FROM {self.name} WHERE {self.identity}", identity).fetchone()
        return found[0] if found else None

    def save(self, db: Database, rows: Iterable[_O]) -> SavedOutcomes[_O]:
        """Keep rows; one that was there already takes the later content. The caller holds the transaction."""
        saving = _Saving(db, self)
        new = unchanged = 0
        changes = []
        for row, before in saving.save(rows):
            new += before is None
            unchanged += before == row
            if before is not None and before != row:
                changes.append(OutcomeChange(before, row))
        return SavedOutcomes(new, unchanged, tuple(changes))


class _Saving(Generic[_O]):
    def __init__(self, db: Database, table: OutcomeTable[_O]) -> None:
        columns = _columns(table.row)
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        self._db = db
        self._make = table.row
        self._values = attrgetter(*columns)
        self._find = f"SELECT id, {names} FROM {table.name} WHERE {table.identity}"
        self._insert = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"
        self._update = f"UPDATE {table.name} SET {', '.join(f'{name} = ?' for name in columns)} WHERE id = ?"

    def save(self, rows: Iterable[_O]) -> Iterator[tuple[_O, _O | None]]:
        """Keep each row and yield it with what it was before."""
        execute = self._db.conn.execute
        for row in rows:
            found: Any = execute(self._find, row.identity).fetchone()
            before = self._make(*found[1:]) if found else None
            if before is None:
                execute(self._insert, self._values(row))
            elif before != row:
                execute(self._update, (*self._values(row), found[0]))
            yield row, before


def _columns(row: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(row))

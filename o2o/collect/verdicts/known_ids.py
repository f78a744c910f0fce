"""The ids of texts that stand in a table of their own: visitors, user agents."""

from collections.abc import Mapping
from itertools import chain, count

from o2o.db import Database, add_rows, as_json, data_version

_REMEMBERED = 200_000


class KnownIds:
    """The ids of texts in one column, remembered until others write to the file; new texts are added."""

    def __init__(self, db: Database, table: str, column: str) -> None:
        self._db = db
        self._table = table
        self._column = column
        self._version = 0
        self._ids: dict[str, int] = {}

    def find(self, texts: set[str]) -> Mapping[str, int]:
        """Return the ids of texts, among others, inside the caller's transaction."""
        version = data_version(self._db)
        if version != self._version or len(self._ids) > _REMEMBERED:
            self.forget()
            self._version = version
        if missing := texts.difference(self._ids):
            tidy = {text: _tidy(text) for text in missing if not text.isascii() or "\0" in text}
            self._ids |= self._look_up(missing.difference(tidy).union(tidy.values()))
            self._ids |= {text: self._ids[known] for text, known in tidy.items()}
        return self._ids

    def forget(self) -> None:
        """Look up all anew."""
        self._ids = {}

    def _look_up(self, texts: set[str]) -> dict[str, int]:
        newest: int = self._db.conn.execute(f"SELECT coalesce(max(id), 0) FROM {self._table}").fetchone()[0]
        # in the order of their index, which is then gone through but once
        ids = dict(zip(sorted(texts), count(newest + 1), strict=False))
        values = list(chain.from_iterable((id_, text) for text, id_ in ids.items()))
        if add_rows(self._db, self._table, ("id", self._column), values) == len(ids):
            return ids
        query = f"SELECT {self._column}, id FROM {self._table} WHERE {self._column} IN (SELECT value FROM json_each(?))"
        return dict(self._db.conn.execute(query, [as_json(ids)]).fetchall())


def _tidy(text: str) -> str:
    """Return a text without what SQLite's JSON can't take: it ends at a NUL, and knows no half of a character."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()

"""The ids of texts that stand in a table of their own: visitors, user agents."""

from collections.abc import Mapping

from o2o.db import Database, as_json, data_version

_REMEMBERED = 200_000


class KnownIds:
    """The ids of texts in one column, remembered until others write to the file; new texts are added."""

    def __init__(self, db: Database, table: str, column: str) -> None:
        self._db = db
        self._version = 0
        self._ids: dict[str, int] = {}
        known = "(SELECT value FROM json_each(?))"
        self._insert = (
            f"INSERT INTO {table} ({column}) {known[1:-1]} WHERE true ON CONFLICT DO NOTHING RETURNING {column}, id"
        )
        self._select = f"SELECT {column}, id FROM {table} WHERE {column} IN {known}"

    def find(self, texts: set[str]) -> Mapping[str, int]:
        """Return the ids of texts, among others, inside the caller's transaction."""
        version = data_version(self._db)
        if version != self._version or len(self._ids) > _REMEMBERED:
            self.forget()
            self._version = version
        if missing := {text: _tidy(text) for text in texts if text not in self._ids}:
            found = self._look_up(set(missing.values()))
            self._ids.update((text, found[tidy]) for text, tidy in missing.items())
        return self._ids

    def forget(self) -> None:
        """Look up all anew."""
        self._ids = {}

    def _look_up(self, texts: set[str]) -> dict[str, int]:
        found: dict[str, int] = dict(self._db.conn.execute(self._insert, [as_json(texts)]).fetchall())
        if known := texts - found.keys():
            found |= self._db.conn.execute(self._select, [as_json(known)]).fetchall()
        return found


def _tidy(text: str) -> str:
    """Return a text without what SQLite's JSON can't take: it ends at a NUL, and knows no half of a character."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()

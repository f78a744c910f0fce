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
            self._version, self._ids = version, {}
        self._add(self._insert, [text for text in texts if text not in self._ids])
        self._add(self._select, [text for text in texts if text not in self._ids])
        return self._ids

    def _add(self, query: str, missing: list[str]) -> None:
        if missing:
            self._ids.update(self._db.conn.execute(query, [as_json(missing)]).fetchall())

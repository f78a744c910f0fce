"""Names the lines of a file by what they say, so that each is taken once, however often it is imported."""

from hashlib import blake2b

from o2o.db import Database

_KNOWN = 50_000
_TIME_BYTES = 6
_HASH_BYTES = 12
_PLAIN_BYTES = 16
_LEAST_OF_OLD = bytes([0x40])


class LineKeys:
    """Names each line by its time, its content and how many equal ones came before, keyed with the file's secret.

    The time stands first, so that the keys of a log, which is in order of time, lie side by side in their index.
    ``timed=False`` names them as before there was a time in the name.
    """

    def __init__(self, secret: bytes, *, timed: bool = True) -> None:
        self._timed = timed
        self._secret = secret
        self._hash = blake2b(key=secret, digest_size=_HASH_BYTES if timed else _PLAIN_BYTES)
        self._seen: dict[bytes, int] = {}
        self._before: dict[bytes, int] = {}

    def make_key(self, at: int, line: bytes) -> bytes:
        """Return the key of the next line of the file."""
        hash_ = self._hash.copy()
        hash_.update(line)
        name = hash_.digest()
        if self._timed:
            name = at.to_bytes(_TIME_BYTES, "big") + name
        ordinal = self._seen.get(name)
        if ordinal is None:
            ordinal = self._before.get(name, 0)
        self._seen[name] = ordinal + 1
        if len(self._seen) > _KNOWN:  # equal lines are of the same second and so near each other
            self._before, self._seen = self._seen, {}
        return self._number(name, ordinal) if ordinal else name

    def _number(self, name: bytes, ordinal: int) -> bytes:
        size = self._hash.digest_size
        hash_ = blake2b(name + ordinal.to_bytes(8, "big"), key=self._secret, digest_size=size).digest()
        return name[:-size] + hash_


def has_untimed_keys(db: Database) -> bool:
    """Tell whether lines were imported when there was no time in their keys: any hash, not a time, comes first."""
    return db.conn.execute("SELECT 1 FROM scans WHERE import_key >= ? LIMIT 1", [_LEAST_OF_OLD]).fetchone() is not None

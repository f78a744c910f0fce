"""What each code stands for, for a million codes in some 100 MB: rows as JSON, in small parts by how codes begin.

The rows are written and joined by SQLite, which lets other threads run meanwhile, so that nobody waits for an answer
while a large file is read; a row is parsed when its code is asked for.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Self

from o2o.db import Database, load_query, rows

Row = tuple[Any, ...]
"""Code, kind, subject, store, campaign, carrier, label and when it was retired."""

_RANGE = 250_000
_FEW = 30_000  # of so many, two letters tell codes well enough apart


@dataclass(frozen=True, slots=True)
class Codebook:
    """All codes by their first letters; ``changed``: those read again since, None for what stands for nothing now."""

    length: int
    parts: dict[str, bytes]
    count: int
    changed: dict[str, Row | None] = field(default_factory=dict)

    def __len__(self) -> int:
        return self.count

    @classmethod
    def load(cls, db: Database, now: int) -> Self:
        """Read what each code stands for at a time."""
        last = db.conn.execute("SELECT coalesce(max(id), 0) FROM touchpoints").fetchone()[0]
        length = 2 if last <= _FEW else 3
        parts: dict[str, bytes] = {}
        total = 0
        for after in range(0, last, _RANGE):
            parameters = {"length": length, "now": now, "after": after, "range": _RANGE}
            for beginning, count, text in db.conn.execute(load_query("collect/routing/codebook.part"), parameters):
                parts[beginning] = parts.get(beginning, b"") + b"\n" + text.encode()
                total += count
        return cls(length, parts, total)

    def get(self, code: str) -> Row | None:
        """Return the row of a code, or None."""
        if code in self.changed:
            return self.changed[code]
        part = self.parts.get(code[: self.length], b"")
        start = part.find(f'\n["{code}",'.encode("utf-8", "replace")) + 1
        if not start:
            return None
        end = part.find(b"\n", start)
        return tuple(json.loads(part[start : end if end > 0 else len(part)]))

    def with_changes(self, db: Database, touchpoints: Iterable[int], now: int) -> Self:
        """Return the codebook after these touchpoints, by id, were read again."""
        found = rows(db, load_query("collect/routing/codebook.changed"), ids=json.dumps(list(touchpoints)), now=now)
        changed = {row["code"]: tuple(row)[:-1] if row["is_current"] else None for row in found}
        new = sum((row is not None) - (self.get(code) is not None) for code, row in changed.items())
        return type(self)(self.length, self.parts, self.count + new, self.changed | changed)

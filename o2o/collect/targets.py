"""Where each code leads, held in memory and read again when the file has changed."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from o2o.config import Settings
from o2o.db import Database, load_query
from o2o.destinations import Choice, Visit
from o2o.destinations.routes import Map, Route, load_map

_REMEMBERED = 16_384


class Target(NamedTuple):
    """A touchpoint as it stands now and the route of its scans."""

    code: str
    kind: str
    subject_id: str
    store_id: str | None
    campaign_id: str | None
    carrier: str
    label: str
    retired_at: int | None
    route: Route

    def choose(self, visit: Visit) -> Choice:
        """Return where a scan is sent."""
        return self.route.choose(visit)

    def is_retired(self, at: int) -> bool:
        """Tell whether scans no longer count at a time."""
        return self.retired_at is not None and at >= self.retired_at


@dataclass(frozen=True, slots=True)
class Targets:
    """All targets, the rules and destinations they go with, and until when this holds if nobody changes the file."""

    map: Map
    until: int | None
    # hundreds of thousands of codes are read again at each change: a Target is made when it is asked for
    rows_by_code: dict[str, tuple[Any, ...]]
    _made: dict[str, Target] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows_by_code)

    def find(self, code: str) -> Target | None:
        """Return the target of a code."""
        target = self._made.get(code)
        if target is None and (row := self.rows_by_code.get(code)):
            if len(self._made) >= _REMEMBERED:
                self._made.clear()
            route = self.map.make_route(self.map.find_site(row[:-1]))
            target = self._made[code] = Target._make((*row, route))
        return target

    @property
    def settings(self) -> Settings:
        """The settings of the file."""
        return self.map.settings

    @property
    def prefix(self) -> str:
        """The path of the base URL, without a slash at its end."""
        return self.settings.prefix


def load_targets(db: Database, now: int) -> Targets:
    """Return what each code leads to at ``now``."""
    found = db.conn.execute(load_query("collect/targets.load"), {"now": now})
    until = db.conn.execute(load_query("collect/targets.until"), {"now": now}).fetchone()[0]
    return Targets(load_map(db), until, {row[0]: row for row in found})

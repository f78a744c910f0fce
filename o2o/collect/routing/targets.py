"""Where each code leads, held in memory; what has changed in the file is read again."""

from dataclasses import dataclass, field
from typing import NamedTuple

from o2o.collect.routing.codebook import Codebook
from o2o.config import Settings
from o2o.db import Database, load_query
from o2o.destinations import Choice, Visit
from o2o.destinations.routes import Map, Route, load_map

_REMEMBERED = 16_384
_MOST_CHANGED = 50_000


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


class Position(NamedTuple):
    """How far a server has read the changes of a file; see migration 0006."""

    version: int
    touchpoint: int
    change: int

    @classmethod
    def read(cls, db: Database) -> "Position":
        """Return where the file is now."""
        return cls(*db.conn.execute(load_query("collect/routing/targets.position")).fetchone())


@dataclass(frozen=True, slots=True)
class Targets:
    """All targets, the rules and destinations they go with, and until when this holds if nobody changes the file."""

    map: Map
    until: int | None
    codebook: Codebook
    position: Position
    _made: dict[str, Target] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.codebook)

    def find(self, code: str) -> Target | None:
        """Return the target of a code."""
        target = self._made.get(code)
        if target is None and (row := self.codebook.get(code)):
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
    position = Position.read(db)  # first: what changes meanwhile is read again
    return Targets(load_map(db), _find_until(db, now), Codebook.load(db, now), position)


def refresh_targets(db: Database, targets: Targets, now: int) -> Targets:
    """Return what each code leads to at ``now``, reading again only what was changed."""
    position = Position.read(db)
    due = targets.until is not None and now >= targets.until
    if position == targets.position and not due:
        return targets
    query = load_query("collect/routing/targets.changed")
    changed = [row[0] for row in db.conn.execute(query, targets.position._asdict())]
    if due or len(changed) + len(targets.codebook.changed) > _MOST_CHANGED:
        return load_targets(db, now)
    map_ = targets.map if position.version == targets.position.version else load_map(db)
    if not changed:
        return Targets(map_, targets.until, targets.codebook, position)
    return Targets(map_, _find_until(db, now), targets.codebook.with_changes(db, changed, now), position)


def _find_until(db: Database, now: int) -> int | None:
    found: int | None = db.conn.execute(load_query("collect/routing/targets.until"), {"now": now}).fetchone()[0]
    return found

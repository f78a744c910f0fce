"""Where each code leads, held in memory and read again when the file has changed."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from o2o.config import Settings, load_settings
from o2o.db import Database, load_query
from o2o.destinations import Choice, Scope, Visit
from o2o.destinations.location import Location
from o2o.subjects import Carrier, Kind

_SUBJECT_PLACEHOLDERS = {Kind.PERSON: "person", Kind.PRODUCT: "sku", Kind.PLACE: "place"}
_REMEMBERED = 65_536


class Target(NamedTuple):
    """A touchpoint as it stands now and where its scans are sent; ``fallback`` is for those of which no rule holds."""

    code: str
    kind: str
    subject_id: str
    store_id: str | None
    campaign_id: str | None
    carrier: str
    label: str
    retired_at: int | None
    fallback: Location

    def choose(self, visit: Visit) -> Choice:
        """Return where a scan is sent."""
        return Choice(self.fallback.fill(visit))

    def is_retired(self, at: int) -> bool:
        """Tell whether scans no longer count at a time."""
        return self.retired_at is not None and at >= self.retired_at


@dataclass(frozen=True, slots=True)
class Targets:
    """All targets, the settings they go with, and until when this holds if nobody changes the file."""

    settings: Settings
    until: int | None
    # hundreds of thousands of codes are read again at each change: a Target is made when it is asked for
    rows_by_code: dict[str, tuple[Any, ...]]
    urls: dict[tuple[str, str], str]
    cities: dict[str, str]
    _made: dict[str, Target] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows_by_code)

    def find(self, code: str) -> Target | None:
        """Return the target of a code."""
        target = self._made.get(code)
        if target is None and (row := self.rows_by_code.get(code)):
            if len(self._made) >= _REMEMBERED:
                self._made.clear()
            target = self._made[code] = self._make(row)
        return target

    @property
    def prefix(self) -> str:
        """The path of the base URL, without a slash at its end."""
        return urlsplit(self.settings.base_url).path.rstrip("/")

    def _make(self, row: tuple[Any, ...]) -> Target:
        code, kind, *_ = row
        own, of_kind, default = (Scope.CODE, code), (Scope.KIND, kind), (Scope.DEFAULT, "")
        url = self.urls.get(own) or self.urls.get(of_kind) or self.urls.get(default) or f"{self.prefix}/p/{code}"
        return Target._make((*row, Location.make(url, self._values(row), self.settings.click_parameter)))

    def _values(self, row: tuple[Any, ...]) -> dict[str, str]:
        code, kind, subject_id, store_id, campaign_id, carrier, label, _ = row
        return {
            "code": code,
            "kind": kind,
            _SUBJECT_PLACEHOLDERS[Kind(kind)]: subject_id,
            "table": (label or subject_id) if carrier == Carrier.TABLE else "",
            "store": store_id or "",
            "city": self.cities.get(store_id or "", ""),
            "campaign": campaign_id or "",
            "carrier": carrier,
            "label": label,
        }


def load_targets(db: Database, now: int) -> Targets:
    """Return what each code leads to at ``now``."""
    found = db.conn.execute(load_query("collect/targets.load"), {"now": now})
    until = db.conn.execute(load_query("collect/targets.until"), {"now": now}).fetchone()[0]
    urls = {(scope, key): url for scope, key, url in db.conn.execute("SELECT scope, key, url FROM destinations")}
    cities = dict(db.conn.execute("SELECT store_id, city FROM stores").fetchall())
    return Targets(load_settings(db), until, {row[0]: row for row in found}, urls, cities)

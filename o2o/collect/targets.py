"""Where each code leads, held in memory and read again when the file has changed."""

from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from o2o.collect.location import make_ascii_url
from o2o.config import Settings, load_settings
from o2o.db import Database, load_query
from o2o.destinations import Scope, fill_destination
from o2o.subjects import Kind

_SUBJECT_PLACEHOLDERS = {Kind.PERSON: "person", Kind.PRODUCT: "sku", Kind.PLACE: "place"}


class Target(NamedTuple):
    """A touchpoint as it stands now and the destination of its scans, if one is set."""

    code: str
    kind: str
    subject_id: str
    store_id: str | None
    campaign_id: str | None
    carrier: str
    label: str
    retired_at: int | None
    url: str | None

    @property
    def destination(self) -> str | None:
        """The destination with its placeholders filled in, ready for a header."""
        return make_ascii_url(fill_destination(self.url, self._values())) if self.url else None

    def is_retired(self, at: int) -> bool:
        """Tell whether scans no longer count at a time."""
        return self.retired_at is not None and at >= self.retired_at

    def _values(self) -> dict[str, str]:
        return {
            "code": self.code,
            "kind": self.kind,
            _SUBJECT_PLACEHOLDERS[Kind(self.kind)]: self.subject_id,
            "store": self.store_id or "",
            "campaign": self.campaign_id or "",
            "carrier": self.carrier,
            "label": self.label,
        }


@dataclass(frozen=True, slots=True)
class Targets:
    """All targets, the settings they go with, and until when this holds if nobody changes the file."""

    settings: Settings
    until: int | None
    # hundreds of thousands of codes are read again at each change: a Target is made when it is asked for
    rows_by_code: dict[str, tuple[Any, ...]]
    urls: dict[tuple[str, str], str]

    def __len__(self) -> int:
        return len(self.rows_by_code)

    def find(self, code: str) -> Target | None:
        """Return the target of a code; the narrowest destination that is set wins."""
        row = self.rows_by_code.get(code)
        if row is None:
            return None
        own, of_kind = (Scope.CODE, code), (Scope.KIND, row[1])
        url = self.urls.get(own) or self.urls.get(of_kind) or self.urls.get((Scope.DEFAULT, ""))
        return Target._make((*row, url))

    @property
    def prefix(self) -> str:
        """The path of the base URL, without a slash at its end."""
        return urlsplit(self.settings.base_url).path.rstrip("/")


def load_targets(db: Database, now: int) -> Targets:
    """Return what each code leads to at ``now``."""
    found = db.conn.execute(load_query("collect/targets.load"), {"now": now})
    until = db.conn.execute(load_query("collect/targets.until"), {"now": now}).fetchone()[0]
    urls = {(scope, key): url for scope, key, url in db.conn.execute("SELECT scope, key, url FROM destinations")}
    return Targets(load_settings(db), until, {row[0]: row for row in found}, urls)

"""What of a touchpoint decides whether a hit counts: where it was when, and the store that it was in."""

from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from o2o.db import Database, as_json, data_version, load_query, rows
from o2o.subjects import Carrier

_STAFF_CARD = Carrier.STAFF_CARD.value


class Store(NamedTuple):
    """A store as the rules about places and times need it."""

    store_id: str
    city: str = ""
    timezone: str = ""
    latitude: float | None = None
    longitude: float | None = None
    hours: str = ""


class Period(NamedTuple):
    """Where a touchpoint was from when to when, and when it was placed there, if that is known."""

    valid_from: int
    valid_to: int | None
    store: Store | None = None
    placed_at: int | None = None


class Mark(NamedTuple):
    """A touchpoint; its periods in the order of time. ``timeless``: a hit counts as the same at whatever time."""

    id: int
    retired_at: int | None
    carrier: str = ""
    periods: tuple[Period, ...] = ()
    timeless: bool = False

    @property
    def is_card(self) -> bool:
        """Tell whether it is a card that marks phones of staff."""
        return self.carrier == _STAFF_CARD

    def period_at(self, at: int) -> Period | None:
        """Return where it was at a time."""
        for period in reversed(self.periods):
            if period.valid_from <= at and (period.valid_to is None or at < period.valid_to):
                return period
        return None


Position = tuple[int, int, int]
"""How far the file has been changed, of what a server reads; see targets.position."""


class Marks:
    """The touchpoints of codes, remembered until ``refresh`` finds them changed, or ``forget`` is called."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._version = 0
        self._position: Position = (0, 0, 0)
        self._marks: dict[str, Mark | None] = {}
        self._stores: dict[str, Store] = {}

    def find(self, codes: set[str]) -> dict[str, Mark | None]:
        """Return the touchpoint of each code, None for what is none."""
        if missing := {code for code in codes if code not in self._marks}:
            self._load(missing)
        return self._marks

    def refresh(self) -> int:
        """Forget all if others have changed touchpoints, and return the version of the file."""
        version = data_version(self._db)
        if version != self._version:
            self.refresh_position()
            self._version = version
        return version

    def refresh_position(self) -> Position:
        """Forget all if touchpoints have changed, and return how far the file has been."""
        position: Position = self._db.conn.execute(load_query("collect/routing/targets.position")).fetchone()
        if position != self._position:
            self.forget()
            self._position = position
        return position

    def forget(self) -> None:
        """Read all anew."""
        self._marks = {}
        self._stores = {}

    def _load(self, codes: set[str]) -> None:
        found = rows(self._db, load_query("collect/verdicts/marks.load"), codes=as_json(codes))
        self._marks |= dict.fromkeys(codes)
        for code, group in groupby(map(tuple, found), key=itemgetter(0)):
            lines = list(group)
            _, id_, retired_at, carrier = lines[0][:4]
            periods = tuple(
                Period(valid_from, valid_to, self._find_store(store_id), placed_at)
                for *_, valid_from, valid_to, store_id, placed_at in lines
                if valid_from is not None
            )
            timeless = retired_at is None and not any(map(_depends_on_time, periods))
            self._marks[code] = Mark(id_, retired_at, carrier, periods, timeless)

    def _find_store(self, store_id: str | None) -> Store | None:
        if store_id is None:
            return None
        if store_id not in self._stores:
            query = "SELECT store_id, city, timezone, latitude, longitude, hours FROM stores WHERE store_id = ?"
            self._stores[store_id] = Store(*self._db.conn.execute(query, [store_id]).fetchone())
        return self._stores[store_id]


def _depends_on_time(period: Period) -> bool:
    return period.placed_at is not None or bool(period.store and period.store.hours)

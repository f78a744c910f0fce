"""Signs that are probably torn off, hidden or broken: silent for longer than their history and neighbours explain."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from sqlite3 import Row
from zoneinfo import ZoneInfo

import numpy as np

from o2o.attribution.engines import Engine
from o2o.attribution.engines.choice import choose_engine
from o2o.config import Settings
from o2o.db import Database, load_query, rows
from o2o.errors import SettingError
from o2o.statistics.estimates import Numbers, Places
from o2o.statistics.silence import Silences, Watch, find_silences, traffic_between
from o2o.times import DAY, day_start, local_day, parse_zone

FEW_SCANS = 30
"""Neighbours that were scanned less often than this in all tell no days apart; then calendar days count."""


class SignOrder(StrEnum):
    """What a list of silent signs begins with: what is lost, or the first on the way through the first store."""

    LOSS = "loss"
    STORE = "store"


@dataclass(frozen=True, slots=True)
class SilenceTerms:
    """What is asked: until when, which history counts, what a scan is worth, and which signs are told.

    ``worth`` is money in minor units; ``least`` the smallest probability of a sign to be dead that puts it on the
    list; ``together`` how many scans come at a time where families scan together.
    """

    until: int
    since: int | None = None
    worth: int = 0
    least: float = 0.5
    together: float = 1.0
    order: SignOrder = SignOrder.LOSS

    def __post_init__(self) -> None:
        if not 0 < self.least <= 1:
            raise SettingError("chance", f"{self.least}", "not above 0 and at most 1", "write 0.5 for one in two")
        if self.together < 1:
            raise SettingError("together", f"{self.together}", "less than one scan at a time", "write 1 or more")
        if self.worth < 0:
            raise SettingError("worth", f"{self.worth}", "less than nothing", "give what a scan brings on average")


@dataclass(frozen=True, slots=True)
class SilentSign:
    """One sign to look at, where it is found, what is unlikely about it and what its silence costs a day.

    ``silent_since`` is its last scan, None if there was none; ``scans_a_day`` what it would be scanned on a usual day;
    ``chance`` that of so long a silence if it is well; ``dead`` the probability that it isn't; ``loss`` is money.
    """

    code: str
    kind: str
    subject_id: str
    name: str
    store_id: str
    store_name: str
    zone: str
    walk_order: int | None
    carrier: str
    label: str
    silent_since: int | None
    scans_a_day: float
    chance: float
    dead: float
    lost_scans: float
    loss: int


@dataclass(frozen=True, slots=True)
class _Histories:
    """Signs in one time zone and what they are used to; exposure is in usual days of their stores."""

    marks: list[Row]
    last_at: list[int | None]
    scans: Numbers
    exposure: Numbers
    window: Numbers


@dataclass(frozen=True, slots=True)
class _Traffic:
    """Scans of stores by day, from the first midnight on."""

    origin: int
    until: int
    stores: dict[str, int]
    days: Numbers

    @property
    def length(self) -> int:
        """How many days there are, the last one included."""
        return int(self.days.shape[1])

    def day_of(self, at: int) -> int:
        """Return the day of an instant; the first and the last for those before and after."""
        return min(max((at - self.origin) // DAY, 0), self.length)

    def open_days(self) -> Numbers:
        """Return for how many days each store has been scanned."""
        seen = self.days > 0
        return np.where(seen.any(1), self.length - seen.argmax(1), 1).astype(float)


def find_silent_signs(db: Database, settings: Settings, terms: SilenceTerms) -> list[SilentSign]:
    """Return the signs that are probably dead, the costliest first (drain the recorder's segments before).

    A sign is watched since it stands for what it does. Silence is measured in what its store's other signs were scanned
    meanwhile: where the shop was closed no sign is dead; where there are no others, in days.
    """
    engine = choose_engine(db, settings.engine)
    marks = list(rows(db, load_query("analytics/daily.marks"), now=terms.until))
    histories = [
        _watch(engine, terms.until, _find_first(db, terms, zone), [mark for mark in marks if mark["timezone"] == name])
        for name, zone in _list_zones(marks, settings)
    ]
    return _rank(histories, terms) if marks else []


def _list_zones(marks: Sequence[Row], settings: Settings) -> Iterator[tuple[str, ZoneInfo]]:
    for name in dict.fromkeys(mark["timezone"] for mark in marks):
        yield name, parse_zone(name) if name else settings.zone


def _find_first(db: Database, terms: SilenceTerms, zone: ZoneInfo) -> int:
    """Return the first midnight of what is watched."""
    (first,) = db.conn.execute("SELECT min(scanned_at) FROM scans").fetchone()
    at = max(first or 0, terms.since or 0) if first is not None else terms.until
    return day_start(local_day(min(at, terms.until), zone), zone)


def _watch(engine: Engine, until: int, origin: int, marks: list[Row]) -> _Histories:
    period = {"origin": origin, "until": until}
    with engine.session():
        days = engine.keep("days", load_query("analytics/daily.days"), period)
        placed = engine.keep("placed", load_query("analytics/daily.placed", days=days), {})
        scanned = list(engine.rows(load_query("analytics/daily.traffic", placed=placed), {}))
        found = engine.rows(load_query("analytics/daily.signs", placed=placed), {})
        signs = {row["touchpoint_id"]: row for row in found}
    stores = {store: number for number, store in enumerate(dict.fromkeys(mark["store_id"] for mark in marks))}
    days_of = np.zeros((len(stores), (until - origin) // DAY + 1))
    for row in scanned:
        if row["store_id"] in stores:
            days_of[stores[row["store_id"]], row["day"]] = row["scans"]
    return _expose(marks, [signs.get(mark["id"]) for mark in marks], _Traffic(origin, until, stores, days_of))


def _expose(marks: list[Row], signs: Sequence[Row | None], traffic: _Traffic) -> _Histories:
    store = np.array([traffic.stores[mark["store_id"]] for mark in marks])
    own = np.array([sign["scans"] if sign else 0 for sign in signs], float)
    start = np.array([_find_start(mark, sign, traffic) for mark, sign in zip(marks, signs, strict=True)])
    after = np.array([sign["last_day"] + 1 if sign else day for day, sign in zip(start, signs, strict=True)])
    exposure, window = _measure(traffic, store, own, (start, after))
    return _Histories(marks, [sign["last_at"] if sign else None for sign in signs], own, exposure, window)


def _find_start(mark: Row, sign: Row | None, traffic: _Traffic) -> int:
    """Return the first day on which a sign is watched: of one that was never scanned, the first whole one."""
    if sign:
        return traffic.day_of(min(mark["starts_at"], sign["first_at"]))
    return min(traffic.day_of(mark["starts_at"]) + 1, traffic.length)


def _measure(traffic: _Traffic, store: Places, own: Numbers, days: tuple[Places, Places]) -> tuple[Numbers, Numbers]:
    """Return exposure before and since the last scan, in usual days: what the neighbours were scanned, or days."""
    start, after = days
    end = np.full_like(after, traffic.length)
    others = traffic.days.sum(1)[store] - own
    usual = np.maximum(others, 1) / traffic.open_days()[store]
    before = (traffic_between(traffic.days, store, start, after) - own) / usual
    since = traffic_between(traffic.days, store, after, end) / usual
    passed = np.maximum((traffic.until - traffic.origin) / DAY - after, 0)
    alone = others < FEW_SCANS
    return np.where(alone, after - start, np.maximum(before, 0)), np.where(alone, passed, since)


def _rank(histories: Sequence[_Histories], terms: SilenceTerms) -> list[SilentSign]:
    marks = [mark for history in histories for mark in history.marks]
    last_at = [at for history in histories for at in history.last_at]
    scans, exposure, window = (
        np.concatenate([getattr(history, name) for history in histories]) for name in ("scans", "exposure", "window")
    )
    _, kind = np.unique([mark["carrier"] for mark in marks], return_inverse=True)
    places = np.flatnonzero(exposure + window > 0)
    if not places.size:
        return []
    watch = Watch(scans[places], exposure[places], np.zeros(len(places)), window[places], kind[places])
    found = find_silences(watch, together=terms.together)
    signs = [
        _describe(marks[places[row]], last_at[places[row]], found, (row, terms.worth))
        for row in found.order.tolist()
        if found.dead[row] >= terms.least
    ]
    return signs if terms.order is SignOrder.LOSS else sorted(signs, key=_find_turn)


def _describe(mark: Row, last_at: int | None, found: Silences, of: tuple[int, int]) -> SilentSign:
    row, worth = of
    lost, dead = float(found.loss[row]), float(found.dead[row])
    return SilentSign(
        *(mark["code"], mark["kind"], mark["subject_id"], mark["name"], mark["store_id"], mark["store_name"]),
        *(mark["zone"], mark["walk_order"], mark["carrier"], mark["label"], last_at, lost / dead),
        *(float(found.chance[row]), dead, lost, round(lost * worth)),
    )


def _find_turn(sign: SilentSign) -> tuple[object, ...]:
    last = sign.walk_order is None
    return sign.store_id, last, sign.walk_order or 0, sign.zone, sign.name, sign.code

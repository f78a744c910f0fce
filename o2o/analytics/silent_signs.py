"""Signs that are probably torn off, hidden or broken: silent for longer than their history and neighbours explain."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from sqlite3 import Row

import numpy as np

from o2o.analytics.daily import Period, ShopDays, count_days
from o2o.config import Settings
from o2o.db import Database
from o2o.errors import SettingError
from o2o.statistics.estimates import Numbers
from o2o.statistics.silence import Silences, Watch, find_silences


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


def find_last_scan(db: Database, until: int) -> int | None:
    """Return when any sign was scanned last: where all are silent, none stands out among its neighbours."""
    found: int | None = db.conn.execute("SELECT max(scanned_at) FROM scans WHERE scanned_at < ?", [until]).fetchone()[0]
    return found


def find_silent_signs(db: Database, settings: Settings, terms: SilenceTerms) -> list[SilentSign]:
    """Return the signs that are probably dead, the costliest first (drain the recorder's segments before).

    A sign is watched since it stands for what it does. Silence is measured in what its store's other signs were scanned
    meanwhile: where the shop was closed no sign is dead; where there are no others, in days. Badges aren't missed on
    days off, where shifts are known.
    """
    shops = count_days(db, settings, Period(terms.until, terms.since))
    return _rank([_watch(shop) for shop in shops], terms) if shops else []


def _watch(shop: ShopDays) -> _Histories:
    marks, signs = shop.marks, [shop.signs.get(mark["id"]) for mark in shop.marks]
    own = np.array([sign["scans"] if sign else 0 for sign in signs], float)
    start = shop.starts()
    after = np.array([sign["last_day"] + 1 if sign else day for day, sign in zip(start, signs, strict=True)])
    end = np.full_like(after, shop.length)
    exposure = shop.exposure(start, after, own)
    window = np.where(shop.alone, shop.days_shown(after, end), shop.traffic(after, end))
    return _Histories(marks, [sign["last_at"] if sign else None for sign in signs], own, exposure, window)


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

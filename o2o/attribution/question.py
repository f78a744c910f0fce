"""What an attribution report is asked: which conversions and models, which level, how far back, from when to when."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from o2o.attribution.models import Model
from o2o.errors import SettingError
from o2o.subjects import Kind
from o2o.times import DAY, day_end, day_start, parse_at, parse_date, parse_duration

WINDOW = 30 * DAY
"""How old a touch may be and still earn credit, unless the question says otherwise."""

_DAY = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?")


class Outcome(StrEnum):
    """What counts as a conversion."""

    VISITS = "visits"
    REGISTRATIONS = "registrations"
    REDEMPTIONS = "redemptions"
    ORDERS = "orders"
    LINES = "lines"

    @property
    def is_sale(self) -> bool:
        """Whether it is something bought, so that refunds take it back and money is what it is compared by."""
        return self in (Outcome.ORDERS, Outcome.LINES)


class Reach(StrEnum):
    """Whether journeys overlap (a scan may share in every conversion after it) or stop at their owner's last one."""

    OVERLAP = "overlap"
    STOP = "stop"


class Level(StrEnum):
    """By what credit is summed up, from the smallest to the largest."""

    TOUCHPOINT = "touchpoint"
    PERSON = "person"
    PRODUCT = "product"
    PLACE = "place"
    CARRIER = "carrier"
    ZONE = "zone"
    DEPARTMENT = "department"
    STORE = "store"
    CITY = "city"
    CAMPAIGN = "campaign"


class Thinning(StrEnum):
    """Which touches of a journey are left out."""

    UNIQUE = "unique"
    EXPOSURE = "exposure"
    FIRST = "first"
    DROP_TAIL = "drop-tail"
    DROP_ALL = "drop-all"


@dataclass(frozen=True, slots=True)
class Transform:
    """Which touches of a journey are left out, by their keys: ``drop-tail`` and ``drop-all`` name one."""

    thinning: Thinning = Thinning.UNIQUE
    key: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the transform of ``exposure`` or ``drop-tail:KEY``; else raise SettingError."""
        name, _, key = text.strip().partition(":")
        names_key = name in (Thinning.DROP_TAIL, Thinning.DROP_ALL)
        if name not in set(Thinning) or names_key != bool(key):
            advice = "write unique, exposure, first, drop-tail:KEY or drop-all:KEY"
            raise SettingError("transform", text, "not a transform", advice)
        return cls(Thinning(name), key)

    def __str__(self) -> str:
        return f"{self.thinning}:{self.key}" if self.key else str(self.thinning)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: ``window`` in milliseconds, conversions with ``since <= at < until`` (None: no bound).

    ``kind_windows`` are those of the kinds of touchpoints for which ``window`` doesn't hold; ``intervals`` asks how far
    chance may have moved each figure.
    """

    outcome: Outcome = Outcome.VISITS
    models: tuple[Model, ...] = (Model.LINEAR,)
    by: Level = Level.TOUCHPOINT
    window: int = WINDOW
    since: int | None = None
    until: int | None = None
    kind_windows: tuple[tuple[Kind, int], ...] = ()
    reach: Reach = Reach.OVERLAP
    transform: Transform = Transform()
    intervals: bool = True

    @property
    def longest_window(self) -> int:
        """The longest window of any kind."""
        return max(map(self.window_of, Kind))

    def window_of(self, kind: Kind) -> int:
        """Return how old a touch of a kind may be."""
        return dict(self.kind_windows).get(kind, self.window)


def parse_windows(texts: Iterable[str]) -> tuple[int, tuple[tuple[Kind, int], ...]]:
    """Return the window of ``30d`` and those of kinds, such as ``person=7d``; raises SettingError for a bad one."""
    found: dict[str, int] = {}
    for text in texts:
        kind, equals, duration = text.strip().rpartition("=")
        if (equals or ":" in duration) and kind not in set(Kind):
            raise SettingError("window", text, "not of a kind", f"write 30d, or person=7d for one of {', '.join(Kind)}")
        if kind in found:
            raise SettingError("window", text, "a second one for the same", "write each once")
        found[kind] = parse_duration(duration)
    return found.pop("", WINDOW), tuple((Kind(kind), window) for kind, window in sorted(found.items()))


def parse_since(text: str, zone: ZoneInfo) -> int:
    """Return the first instant of a period that begins on a local day or at an instant; else raise ValueError."""
    return day_start(parse_date(text), zone) if _DAY.fullmatch(text.strip()) else parse_at(text, zone)


def parse_until(text: str, zone: ZoneInfo) -> int:
    """Return the first instant after a period that ends with a local day or at an instant; else raise ValueError."""
    return day_end(parse_date(text), zone) if _DAY.fullmatch(text.strip()) else parse_at(text, zone)

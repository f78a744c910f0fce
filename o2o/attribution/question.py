"""What an attribution report is asked: which conversions and models, which level, how far back, from when to when."""

import re
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from o2o.attribution.models import Model
from o2o.times import DAY, day_end, day_start, parse_at, parse_date

_DAY = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?")


class Outcome(StrEnum):
    """What counts as a conversion."""

    VISITS = "visits"
    ORDERS = "orders"


class Level(StrEnum):
    """By what credit is summed up."""

    TOUCHPOINT = "touchpoint"
    PERSON = "person"
    PRODUCT = "product"
    PLACE = "place"
    STORE = "store"
    CAMPAIGN = "campaign"
    CARRIER = "carrier"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: ``window`` in milliseconds, conversions with ``since <= at < until`` (None: no bound)."""

    outcome: Outcome = Outcome.VISITS
    models: tuple[Model, ...] = (Model.LINEAR,)
    by: Level = Level.TOUCHPOINT
    window: int = 30 * DAY
    since: int | None = None
    until: int | None = None


def parse_since(text: str, zone: ZoneInfo) -> int:
    """Return the first instant of a period that begins on a local day or at an instant; else raise ValueError."""
    return day_start(parse_date(text), zone) if _DAY.fullmatch(text.strip()) else parse_at(text, zone)


def parse_until(text: str, zone: ZoneInfo) -> int:
    """Return the first instant after a period that ends with a local day or at an instant; else raise ValueError."""
    return day_end(parse_date(text), zone) if _DAY.fullmatch(text.strip()) else parse_at(text, zone)

"""What an attribution report is asked: which conversions and models, which level, how far back, from when to when."""

from dataclasses import dataclass
from enum import StrEnum

from o2o.times import DAY

HALF_LIFE = 7 * DAY
"""Time decay: a touch that is so much older than another earns half of its credit."""


class Outcome(StrEnum):
    """What counts as a conversion."""

    VISITS = "visits"
    ORDERS = "orders"


class Model(StrEnum):
    """How the credit of a conversion is shared out among its touches."""

    FIRST = "first"
    LAST = "last"
    LINEAR = "linear"
    TIME_DECAY = "time-decay"
    POSITION = "position"


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

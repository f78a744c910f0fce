"""What happens without a scan: orders of people who hadn't scanned, and people who came in and didn't."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from o2o.attribution.engines.choice import choose_engine
from o2o.attribution.journeys import gathered
from o2o.attribution.question import WINDOW, Outcome, Question
from o2o.config import Settings
from o2o.db import Database

_FIRST_DAY = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class UnscannedTerms:
    """From when to when orders are counted, and how old (ms) a scan may be that an order is said to follow."""

    since: int | None
    until: int
    window: int = WINDOW


@dataclass(frozen=True, slots=True)
class Unscanned:
    """Orders of a store (``""``: of all) or of a day: how many, of how many it is known whose they are, and how many
    came within the window after a scan."""

    key: str
    name: str
    day: date | None
    orders: int
    known: int
    scanned: int

    @property
    def unscanned(self) -> int:
        """How many followed no scan that is known of."""
        return self.orders - self.scanned


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who came into a store by its door counters, and scan visits that began meanwhile."""

    store_id: str
    name: str
    came: int
    visits: int


@dataclass(frozen=True, slots=True)
class UnscannedReport:
    """Orders without a scan in all, by store and by day, and crowds where doors are counted."""

    total: Unscanned
    stores: tuple[Unscanned, ...]
    days: tuple[Unscanned, ...]
    crowds: tuple[Crowd, ...]


def count_unscanned(db: Database, settings: Settings, terms: UnscannedTerms) -> UnscannedReport:
    """Return how many orders followed no scan, and how many who came in scanned (drain segments before)."""
    names = dict(db.conn.execute("SELECT store_id, name FROM stores"))
    (counters,) = db.conn.execute("SELECT count(*) FROM traffic").fetchone()
    question = Question(Outcome.ORDERS, window=terms.window, since=terms.since, until=terms.until)
    with gathered(choose_engine(db, settings.engine), settings, question) as journeys:
        rows = [
            Unscanned(row["store_id"], names.get(row["store_id"], ""), _FIRST_DAY + timedelta(days=row["day"]),
                      row["orders"], row["known"], row["scanned"])
            for row in journeys.rows("analytics/unscanned.days")
        ]  # fmt: skip
        crowds = []
        if counters:
            journeys.keep("visit_starts", "attribution/journeys.visits")
            found = sorted(journeys.rows("analytics/unscanned.crowds"), key=lambda row: str(row["store_id"]))
            crowds = [Crowd(row["store_id"], names[row["store_id"]], row["came"], row["visits"]) for row in found]
    stores = sorted(_add_up(rows, lambda row: (row.key, row.name, None)), key=lambda one: (-one.unscanned, one.key))
    days = sorted(_add_up(rows, lambda row: ("", "", row.day)), key=lambda one: one.day or _FIRST_DAY)
    (total,) = tuple(_add_up(rows, lambda _: ("", "", None))) or (Unscanned("", "", None, 0, 0, 0),)
    return UnscannedReport(total, tuple(stores), tuple(days), tuple(crowds))


def _add_up(
    rows: Sequence[Unscanned], key_of: Callable[[Unscanned], tuple[str, str, date | None]]
) -> Iterator[Unscanned]:
    sums: dict[tuple[str, str, date | None], list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        for place, count in enumerate((row.orders, row.known, row.scanned)):
            sums[key_of(row)][place] += count
    for key, counts in sums.items():
        yield Unscanned(*key, *counts)

"""What products cost before: margins of an order are of the cost that held on its day, not of today's.

The catalogue remembers each row as it was before an import changed it; nothing else needs to be kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from sqlite3 import Row

from o2o.config import Settings
from o2o.db import Database, load_query, rows
from o2o.times import day_start, local_day


@dataclass(frozen=True, slots=True)
class CostPeriod:
    """A former cost of a product (minor units, None: unknown), from an instant until another."""

    sku: str
    since: int
    until: int
    cost: int | None


def list_former_costs(db: Database, settings: Settings) -> list[CostPeriod]:
    """Return what products cost before, each until the day of the import that said otherwise.

    As with prices, what is said of a product for the first time was so since ever.
    """
    changes = rows(db, load_query("analytics/cost_prices.changes"))
    return [period for _, told in groupby(changes, itemgetter("sku")) for period in _list_periods(list(told), settings)]


def _list_periods(changes: Sequence[Row], settings: Settings) -> Iterator[CostPeriod]:
    costs = [change["cost"] for change in changes] + [changes[0]["now"]]
    first = next((cost for cost in costs if cost is not None), None)
    since, known = 0, False
    for change, cost, later in zip(changes, costs, costs[1:], strict=False):
        known = known or cost is not None
        said, told = (cost if known else first), (later if known or later is not None else first)
        until = day_start(local_day(change["imported_at"], settings.zone), settings.zone)
        if said != told and since < until:
            yield CostPeriod(change["sku"], since, until, said)
            since = until


def write_former_costs(periods: Sequence[CostPeriod]) -> str:
    """Return former costs as SQL; nothing where there are none."""
    if not periods:
        return ""
    listed = ", ".join(map(_write_period, periods))
    return f"SELECT * FROM (WITH former (sku, since, until, cost) AS (VALUES {listed}) SELECT * FROM former) AS former"


def _write_period(period: CostPeriod) -> str:
    sku = period.sku.replace("'", "''")
    return f"('{sku}', {period.since}, {period.until}, {'NULL' if period.cost is None else period.cost})"

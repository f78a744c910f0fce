"""Whether those who scan a touchpoint buy more often than other visitors of its store.

A ratio here is a comparison, not yet a cause: whoever seeks out a guide may have meant to buy anyway.
"""

from o2o.attribution.engines.sqlite import SqliteEngine
from o2o.attribution.journeys import identified
from o2o.attribution.question import Outcome, Question
from o2o.config import Settings
from o2o.db import Database
from o2o.statistics.rates import RateRatio, make_rate, make_rate_ratio
from o2o.touchpoints import Touchpoint


def compare_visitors(db: Database, settings: Settings, touchpoint: Touchpoint) -> RateRatio | None:
    """Return the ratio of purchase rates of a store's visitors with and without a scan of a touchpoint.

    None: too few purchases to say. A visitor has purchased when one of the orders is joined to its scans.
    """
    with identified(SqliteEngine(db), settings, Question(Outcome.ORDERS)) as journeys:
        mark = {"touchpoint": touchpoint.id, "store": touchpoint.store_id}
        counts = [tuple(row) for row in journeys.rows("analytics/influence.visitors", **mark)]
    rates = {bool(exposed): make_rate(buyers, visitors) for exposed, visitors, buyers in counts}
    nobody = make_rate(0, 0)
    return make_rate_ratio(rates.get(True, nobody), rates.get(False, nobody))

"""Signs, people, products or places by what a scan of them brings, so that the luckiest doesn't lead for its luck.

Of a hundred equal signs one looks best. Each is drawn towards what the others are like, the more the less it rests
on; instead of a bare rank there is the chance of truly being among the best, and who differs at all is told with a
bounded share of false alarms.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from o2o.analytics.people import load_names
from o2o.attribution.crediting import Rule
from o2o.attribution.engines.choice import choose_engine
from o2o.attribution.journeys import OTHER, Journeys, gathered
from o2o.attribution.question import WINDOW, Level, Outcome, Question
from o2o.config import Settings
from o2o.db import Database
from o2o.errors import SettingError
from o2o.statistics.discoveries import discover
from o2o.statistics.distributions import normal_below
from o2o.statistics.estimates import Estimate, Numbers, divide
from o2o.statistics.power import detectable_difference
from o2o.statistics.ratios import Sums, errors_if_alike
from o2o.statistics.shrinkage import chances_of_top, shrink_means

FEW = 30
"""Of what fewer customers and visitors scanned, nothing is said but the bare figure."""

_LINEAR = Rule("attribution/models.linear")


class Measure(StrEnum):
    """What is ranked by: linear credit, in conversions or in money, for each counted scan."""

    ORDERS = "orders-per-scan"
    REVENUE = "revenue-per-scan"
    REDEMPTIONS = "redemptions-per-scan"
    REGISTRATIONS = "registrations-per-scan"

    @property
    def outcome(self) -> Outcome:
        """The conversions that are credited."""
        return Outcome.ORDERS if self is Measure.REVENUE else Outcome(self.partition("-")[0])


class Standing(StrEnum):
    """Whether it differs from the average of all, told so that of those called different 5 % are chance."""

    ABOVE = "above"
    BELOW = "below"
    OPEN = "not told apart"
    FEW = "not enough data"


@dataclass(frozen=True, slots=True)
class RankingTerms:
    """What is asked: by what and of what, from when to when, the chance to be among how many best, the lookback."""

    by: Level = Level.TOUCHPOINT
    measure: Measure = Measure.ORDERS
    since: int | None = None
    until: int | None = None
    top: int = 3
    window: int = WINDOW

    def __post_init__(self) -> None:
        if self.top < 1:
            raise SettingError("top", f"{self.top}", "nobody", "write 1 or more")


@dataclass(frozen=True, slots=True)
class RankedKey:
    """One key: what it was credited with (conversions or minor units), its scans and who made them, what a scan brings.

    ``rate`` is the bare figure, ``likely`` the one drawn towards the others with its interval and ``chance`` that of
    truly being among the best; both None where there is too little. ``detectable`` is by how much it had to differ from
    the average to be told apart four times in five.
    """

    key: str
    name: str
    store_id: str
    owners: int
    scans: int
    credit: float
    rate: float
    likely: Estimate | None
    chance: float | None
    standing: Standing
    detectable: float


@dataclass(frozen=True, slots=True)
class SignRanking:
    """All keys, the likely best first and those with too little last, and what a scan brings on average."""

    terms: RankingTerms
    average: float
    rows: tuple[RankedKey, ...]


_Verdict = tuple[Estimate | None, float | None, Standing]


def rank_signs(db: Database, settings: Settings, terms: RankingTerms) -> SignRanking:
    """Rank what was scanned by what a scan brings (drain the recorder's segments first)."""
    question = Question(terms.measure.outcome, by=terms.by, window=terms.window, since=terms.since, until=terms.until)
    with gathered(choose_engine(db, settings.engine), settings, question) as journeys:
        rows = count_by_owner(journeys, terms.by)
        stores = {row["key"]: row["store_id"] for row in journeys.rows("attribution/report.names", by=terms.by)}
        names = load_names(journeys, settings, terms.by)
    counted = [row for row in rows if row["scans"] and row["key"] != OTHER]
    sums = sum_up(counted, "money" if terms.measure is Measure.REVENUE else "credit")
    average = float(sums.x.sum() / sums.y.sum()) if counted else 0.0
    common = errors_if_alike(sums)
    errors = _estimate_errors(sums, common)
    if_average = np.maximum(errors, common)
    verdicts = _judge(sums, errors, (sums.ratio - average) / np.where(if_average > 0, if_average, np.inf), terms.top)
    ranked = [
        RankedKey(
            key=row["key"],
            name=names.get(row["key"], ""),
            store_id=stores.get(row["key"]) or "",
            owners=int(row["owners"]),
            scans=int(row["scans"]),
            credit=float(sums.x[number]),
            rate=float(sums.ratio[number]),
            likely=verdicts[number][0],
            chance=verdicts[number][1],
            standing=verdicts[number][2],
            detectable=detectable_difference(float(if_average[number])),
        )
        for number, row in enumerate(counted)
    ]
    return SignRanking(terms, average, tuple(sorted(ranked, key=_order)))


def count_by_owner(journeys: Journeys, by: Level) -> list[dict[str, Any]]:
    """Return what each key of gathered journeys brought and how often it was scanned, and their squares by owner."""
    journeys.key_by(by)
    journeys.keep("steps", "attribution/models.steps")
    journeys.keep_owners()
    journeys.keep_keyed("scanned", "analytics/sign_ranking.scans")
    parts = {"credits": _LINEAR.credits_of(journeys)}
    return [dict(row) for row in journeys.rows("analytics/sign_ranking.sums", parts)]


def sum_up(rows: list[dict[str, Any]], above: str) -> Sums:
    """Return rows of what keys brought as sums of ``credit`` or ``money`` over scans."""
    columns = ("owners", above, "scans", f"{above}_squares", f"{above}_scans", "scan_squares")
    return Sums(*(np.array([row[column] for row in rows], np.float64) for column in columns))


def _estimate_errors(sums: Sums, common: Numbers) -> Numbers:
    """Return the errors of what a scan brings: own ones by the delta method, drawn towards what all come to.

    Who had three visitors knows nothing of his own error; what all scans come to counts as so many visitors' worth.
    """
    ratio = sums.ratio
    own = divide((sums.xx - 2 * ratio * sums.xy + ratio**2 * sums.yy).clip(0), sums.y**2)
    return np.asarray(np.sqrt((sums.groups * own + FEW * common**2) / (sums.groups + FEW)))


def _judge(sums: Sums, errors: Numbers, ahead: Numbers, top: int) -> list[_Verdict]:
    """Return of each row what it is likely to be, the chance of being among the best, and where it stands.

    ``ahead``: by how many errors each lies above the average.
    """
    verdicts: list[_Verdict] = [(None, None, Standing.FEW)] * len(errors)
    enough = np.flatnonzero((sums.groups >= FEW) & (errors > 0))
    if not len(enough):
        return verdicts
    ratio, error = sums.ratio[enough], errors[enough]
    shrunk = shrink_means(ratio, error)
    chances = chances_of_top(shrunk, top, np.random.default_rng(1)).tolist()
    differs = discover(2 * normal_below(-np.abs(ahead[enough]))).tolist()
    for place, row in enumerate(enough.tolist()):
        standing = (Standing.ABOVE if ahead[row] > 0 else Standing.BELOW) if differs[place] else Standing.OPEN
        verdicts[row] = _likely(shrunk.estimate, place, 0.0 if sums.x[row] >= 0 else -np.inf), chances[place], standing
    return verdicts


def _likely(found: Estimate, place: int, least: float) -> Estimate:
    value, low, high = (ends[place] for ends in (found.value, found.low, found.high))
    return Estimate(np.maximum(value, least), np.maximum(low, least), high, found.level)


def _order(row: RankedKey) -> tuple[bool, float, str]:
    return row.likely is None, -(float(row.likely.value) if row.likely else row.rate), row.key

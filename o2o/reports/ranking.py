"""Who leads and who trails when chance is kept in mind: intervals, and nobody ranked on too few scans."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import sqrt

from o2o.attribution.report import OTHER, UNATTRIBUTED, CreditRow
from o2o.reports.touchpoints import THIN_VISITORS
from o2o.statistics.estimates import LEVEL, spread_of
from o2o.statistics.rates import make_rate


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person, product or place with what it reached.

    With ``successes`` it is judged by their share of the trials (visitors who ordered), without by the
    count of trials itself (scan visits).
    """

    key: str
    name: str
    store_id: str
    scans: int
    trials: int
    successes: int | None = None

    @property
    def value(self) -> float:
        """What it is judged by."""
        return self.trials if self.successes is None else self.successes / max(self.trials, 1)

    def interval(self, level: float = LEVEL) -> tuple[float, float]:
        """Return the interval of the value."""
        if self.successes is None:
            return count_interval(self.trials, level)
        rate = make_rate(self.successes, self.trials, level)
        return rate.low, rate.high


@dataclass(frozen=True)
class Standing:
    """What can be said about the candidates of one kind: only the judged have enough data."""

    judged: tuple[Candidate, ...]
    thin: tuple[Candidate, ...]

    @cached_property
    def best(self) -> Candidate | None:
        """The one whose interval begins highest."""
        return max(self.judged, key=lambda c: c.interval()[0], default=None)

    @cached_property
    def worst(self) -> Candidate | None:
        """Of the others the one whose interval ends lowest.

        Where counts are compared and some have too few, none: the worst would be whoever has just enough.
        """
        others = [c for c in self.judged if c is not self.best]
        if self.thin and any(c.successes is None for c in others):
            return None
        return min(others, key=lambda c: c.interval()[1], default=None)

    @property
    def places(self) -> dict[str, Candidate]:
        """The two by their places: ``best`` and ``worst`` where they are apart, else only ``high`` and ``low``."""
        if not self.best or not self.worst:
            return {"only" if len(self.judged) == 1 else "best": self.best} if self.best else {}
        high, low = ("best", "worst") if self.apart else ("high", "low")
        return {high: self.best, low: self.worst}

    @property
    def apart(self) -> bool:
        """Whether best and worst differ by more than chance explains among so many.

        Of sixty equal signs the luckiest and the unluckiest look different; so the intervals
        are widened for as many comparisons (Bonferroni) before they must not touch.
        """
        if not self.best or not self.worst:
            return False
        level = 1 - (1 - LEVEL) / len(self.judged)
        return self.worst.interval(level)[1] < self.best.interval(level)[0]


def rank_candidates(candidates: Sequence[Candidate], minimum: int = THIN_VISITORS) -> Standing:
    """Part candidates into those with enough data to judge and the rest, most data first."""
    ordered = sorted(candidates, key=lambda c: (-c.trials, -c.scans, c.key))
    return Standing(
        tuple(c for c in ordered if c.trials >= minimum),
        tuple(c for c in ordered if c.trials < minimum),
    )


def count_interval(count: int, level: float = LEVEL) -> tuple[float, float]:
    """Return the score interval of a count of independent events."""
    z = spread_of(level)
    centre, half = count + z**2 / 2, z * sqrt(count + z**2 / 4)
    return max(0.0, centre - half), centre + half


@dataclass(frozen=True, slots=True)
class RankedRows:
    """The rows of one model as a table shows them: leaders, those too thin to rank, and what isn't listed."""

    leaders: tuple[CreditRow, ...]
    thin: tuple[CreditRow, ...]
    rest: tuple[CreditRow, ...]

    @property
    def listed(self) -> tuple[CreditRow, ...]:
        """The rows with a line of their own."""
        return self.leaders + self.thin


def rank_rows(
    rows: Sequence[CreditRow], value: Callable[[CreditRow], float], is_thin: Callable[[CreditRow], bool], limit: int
) -> RankedRows:
    """Order rows that have a key by value, thin ones after all others, and keep about ``limit`` of them."""
    keyed = (row for row in rows if row.key not in (OTHER, UNATTRIBUTED))
    ordered = sorted(keyed, key=lambda row: (-value(row), row.key))
    solid = [row for row in ordered if not is_thin(row)]
    thin = [row for row in ordered if is_thin(row)]
    room = max(limit - len(solid), limit // 4)
    return RankedRows(tuple(solid[:limit]), tuple(thin[:room]), tuple(solid[limit:] + thin[room:]))

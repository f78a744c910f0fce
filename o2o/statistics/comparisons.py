"""Fair comparisons: of people by the shifts they had, of minutes after a scan by the same minutes without one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from o2o.statistics.estimates import LEVEL, Estimate, Numbers, Places, as_counts, as_numbers, divide, spread_of


@dataclass(frozen=True, slots=True)
class Expected:
    """What people reached, and what others would have reached in the same shifts."""

    counts: Numbers
    expected: Numbers


def expect_of_others(counts: ArrayLike, exposures: ArrayLike, stratum: Places, person: Places) -> Expected:
    """Return what each person reached beside what others reach in the same circumstances.

    Rows are of a person in a stratum (a store at an hour of the week), with their exposure (hours, or visitors who came
    by). Expected = Σ exposure · (the others' count / the others' exposure there); where nobody else ever stood, all
    people's rate. Give both to ``shrinkage.shrink_counts``: 1 is as good as the others. Indirect standardisation,
    Breslow & Day (1987); Spiegelhalter (2005) on comparing providers.
    """
    events, exposed = as_counts("counts", counts), as_counts("exposures", exposures)
    of_all = [np.bincount(stratum, part)[stratum] - _own(part, stratum, person) for part in (events, exposed)]
    overall = float(events.sum()) / max(float(exposed.sum()), 1e-300)
    rates = np.where(of_all[1] > 1e-9, divide(of_all[0], np.maximum(of_all[1], 1e-300)), overall)
    return Expected(*(as_numbers(np.bincount(person, part)) for part in (events, exposed * rates)))


def extra_events(
    events: ArrayLike, minutes: ArrayLike, other_events: ArrayLike, other_minutes: ArrayLike, level: float = LEVEL
) -> Estimate:
    """Return how many more events (sales of the scanned SKU) came after scans than matched minutes would have had.

    Rows are strata (store, hour, weekday, SKU): events in so many minutes after scans, and in so many other minutes of
    the same stratum. Σ (x - m y/n), variance Σ (x + (m/n)² y) of Poisson counts; strata without other minutes are
    left out. A comparison, not credit: who scans may have meant to buy. After Breslow & Day (1987), chapter 3.
    """
    given = [
        as_counts(name, part)
        for name, part in (
            ("events", events),
            ("minutes", minutes),
            ("other events", other_events),
            ("other minutes", other_minutes),
        )
    ]
    x, m, y, n = (part[given[3] > 0] for part in np.broadcast_arrays(*given))
    share = m / n
    extra = (x - share * y).sum()
    half = spread_of(level) * np.sqrt((x + share**2 * y).sum())
    return Estimate(np.asarray(extra), np.asarray(extra - half), np.asarray(extra + half), level)


def _own(values: Numbers, stratum: Places, person: Places) -> Numbers:
    """Return what each row's person has in the row's stratum in all."""
    cells = stratum * (int(person.max(initial=0)) + 1) + person
    _, where = np.unique(cells, return_inverse=True)
    return as_numbers(np.bincount(where, values)[where])

"""Arms that got more visitors than they should."""

import numpy as np
import pytest

from o2o.statistics.estimates import FigureError
from o2o.statistics.sample_ratio import check_sample_ratio


def test_821588_and_815482_users_were_not_dealt_out_evenly() -> None:
    """The example of Kohavi, Tang & Xu (2020), chapter 3: p = 1.8e-6."""
    ratio = check_sample_ratio([821_588, 815_482], [1, 1])
    assert ratio.mismatched and ratio.chance == pytest.approx(1.8e-6, rel=0.03)


def test_agrees_with_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    counts, shares = [480, 260, 275], [0.5, 0.25, 0.25]
    ratio = check_sample_ratio(counts, shares)
    known = stats.chisquare(counts, np.array(shares) * sum(counts))
    assert (ratio.chi_square, ratio.chance) == (pytest.approx(known.statistic), pytest.approx(known.pvalue))


def test_alarms_are_rare_where_all_is_well() -> None:
    random = np.random.default_rng(1)
    arms = random.multinomial(5_000, [0.9, 0.1], 1_000)
    assert sum(check_sample_ratio(counts, [9, 1]).mismatched for counts in arms) <= 6


def test_nobody_yet_is_no_mismatch() -> None:
    assert not check_sample_ratio([0, 0], [1, 1]).mismatched


@pytest.mark.parametrize(("counts", "shares"), [([5], [1]), ([5, 6], [1, 0]), ([5, 6], [1, 1, 1])])
def test_arms_without_a_share_are_refused(counts, shares) -> None:
    with pytest.raises(FigureError, match="each of two arms"):
        check_sample_ratio(counts, shares)

"""What goes together: support, confidence, lift and chance against plain Python, SciPy and simulation."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from o2o.statistics.associations import Pairs, chance_of_pairs, confidence, lift, support
from o2o.statistics.estimates import FigureError

TABLES = st.tuples(*[st.integers(0, 400)] * 4).filter(lambda cells: sum(cells) > 0)


def pairs_of(both: int, first: int, other: int, none: int) -> Pairs:
    return Pairs.of([both + first], [both + other], [both], both + first + other + none)


@given_settings(deadline=None, max_examples=60)
@given(TABLES)
def test_figures_are_what_their_definitions_say(cells: tuple[int, int, int, int]) -> None:
    both, first, other, none = cells
    pairs, count = pairs_of(*cells), sum(cells)
    assert support(pairs).value[0] == pytest.approx(both / count)
    if both:
        assert confidence(pairs).value[0] == pytest.approx(both / (both + first))
        assert lift(pairs).value[0] == pytest.approx(both * count / (both + first) / (both + other))
    if both + first and both + other:
        assert lift(pairs).low[0] <= lift(pairs).value[0] <= lift(pairs).high[0]
    if min(both + first, both + other, first + none, other + none):
        expected = scipy.stats.chi2_contingency([[both, first], [other, none]]).pvalue
        # SciPy corrects by no more than the difference, as we do
        assert chance_of_pairs(pairs)[0] == pytest.approx(expected, rel=1e-6, abs=1e-12)


@given_settings(deadline=None, max_examples=30)
@given(TABLES)
def test_lift_is_the_same_from_either_side(cells: tuple[int, int, int, int]) -> None:
    both, first, other, none = cells
    one, turned = lift(pairs_of(*cells)), lift(pairs_of(both, other, first, none))
    assert one.value == pytest.approx(turned.value, nan_ok=True)


def test_intervals_of_lift_hold_the_truth() -> None:
    random, held = np.random.default_rng(4), 0
    for _ in range(300):
        first = random.random(400) < 0.3
        other = random.random(400) < np.where(first, 0.24, 0.1)
        pairs = Pairs.of([first.sum()], [other.sum()], [(first & other).sum()], 400)
        truth = 0.24 / (first.mean() * 0.24 + (1 - first.mean()) * 0.1)
        found = lift(pairs)
        held += bool(found.low[0] <= truth <= found.high[0])
    assert 276 <= held <= 296  # 95 %, by chance outside once in a thousand


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(FigureError):
        Pairs.of([3], [5], [4], 10)
    with pytest.raises(FigureError):
        Pairs.of([8], [8], [1], 10)

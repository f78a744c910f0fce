"""Which of many differences to believe."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from o2o.statistics.discoveries import adjust, discover

PUBLISHED = (
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0,
)  # fmt: skip
"""The fifteen p-values of Benjamini & Hochberg (1995), section 3.2: four are rejected, by Bonferroni three."""


def test_the_published_example_believes_four() -> None:
    assert discover(PUBLISHED).sum() == 4
    assert (np.array(PUBLISHED) <= 0.05 / 15).sum() == 3


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_adjusted_chances_are_scipy_s(chances: list[float]) -> None:
    stats = pytest.importorskip("scipy.stats")
    assert np.allclose(adjust(chances), stats.false_discovery_control(chances))


def test_of_what_is_believed_few_are_none() -> None:
    random = np.random.default_rng(1)
    shares = []
    for _ in range(300):
        chances = random.random(200)
        chances[:40] = random.beta(0.05, 5, 40)
        believed = discover(chances)
        shares.append(believed[40:].sum() / max(believed.sum(), 1))
    assert 0.02 < np.mean(shares) < 0.05


def test_none_is_none() -> None:
    assert adjust([]).tolist() == []

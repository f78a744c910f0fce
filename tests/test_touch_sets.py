"""Which touches met: sets instead of paths, and the pairs in them."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings

from o2o.attribution.paths import Paths
from o2o.attribution.touch_sets import gather_sets, pair_touches
from o2o.errors import SettingError
from tests.test_markov import make_paths, rows_of_paths


def named_sets(sets):
    ends = zip(sets.starts[:-1], sets.starts[1:], strict=True)
    return [frozenset(sets.touches[code] for code in sets.codes[start:end]) for start, end in ends]


@given(rows_of_paths)
@settings(max_examples=100, deadline=None)
def test_paths_of_the_same_touches_are_one_set_with_their_sums(rows) -> None:
    expected = [Counter(), Counter(), Counter()]
    for touches, *amounts in rows:
        for sums, amount in zip(expected, amounts, strict=True):
            sums[frozenset(touches)] += amount
    sets = gather_sets(make_paths(rows))
    names = named_sets(sets)
    assert len(names) == len(set(names)) == len({frozenset(touches) for touches, *_ in rows})
    for sums, found in zip(expected, (sets.conversions, sets.values, sets.nulls), strict=True):
        assert dict(zip(names, found, strict=True)) == {name: sums[name] for name in names}


@given(rows_of_paths)
@settings(max_examples=50, deadline=None)
def test_a_sum_over_pairs_is_of_the_sets_that_hold_both(rows) -> None:
    sets = gather_sets(make_paths(rows))
    weights = np.arange(1.0, len(sets.starts))
    table = pair_touches(sets, "any").sum(weights)
    for i, first in enumerate(sets.touches):
        for j, second in enumerate(sets.touches):
            both = [w for w, held in zip(weights, named_sets(sets), strict=True) if {first, second} <= held]
            assert table[i, j] == sum(both)


def test_too_many_touches_for_a_matrix_are_refused() -> None:
    sets = Paths.of([f"T{number}" for number in range(2_001)], np.ones(2_001))
    with pytest.raises(SettingError, match="2,001 touches are too many for it; give up to 2,000"):
        pair_touches(sets, "probabilistic")

"""Values told apart as NumPy tells them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from o2o.statistics.distinct import tell_apart


@given(st.lists(st.integers(-50, 50) | st.integers(-(10**12), 10**12), max_size=30), st.sampled_from([1, 0.5]))
def test_values_are_told_apart_as_numpy_tells_them(values: list[int], unit: float) -> None:
    given_values = np.array(values, np.int64) if unit == 1 else np.array(values, float) * unit
    distinct, which = tell_apart(given_values)
    expected = np.unique(given_values)
    assert distinct.tolist() == expected.tolist()
    assert distinct[which].tolist() == given_values.tolist()

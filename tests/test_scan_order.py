"""Scans in order, however large their numbers are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from o2o.analytics.scan_order import order_scans

ROWS = st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 4)), max_size=30)


@pytest.mark.parametrize("scale", [1, 1 << 40], ids=["packed", "too wide to be packed"])
@given(rows=ROWS, data=st.data())
def test_scans_are_in_order_of_unit_time_and_import(
    rows: list[tuple[int, int]], data: st.DataObject, scale: int
) -> None:
    numbers = data.draw(st.permutations(range(len(rows))))
    units, at, scans = ([unit * scale for unit, _ in rows], [time * scale for _, time in rows], numbers)
    order = order_scans(*(np.array(column, np.int64) for column in (units, at, scans)))
    expected = sorted(zip(units, at, scans, strict=True))
    assert [(units[row], at[row], scans[row]) for row in order.tolist()] == expected

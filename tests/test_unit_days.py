"""The days of units are what sets of days by unit are."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from o2o.analytics.unit_days import UnitDays, split_days

PAIRS = st.lists(st.tuples(st.integers(-5, 5), st.integers(0, 30) | st.just(376_199)))


def number(pairs):
    return np.array([unit * (1 << 20) + day for unit, day in pairs], np.int64)


def days_of(pairs):
    return {unit: sorted({day for one, day in pairs if one == unit}) for unit in sorted({unit for unit, _ in pairs})}


@given(PAIRS, PAIRS, st.integers(0, 31))
def test_units_have_their_days_in_order_and_each_once(pairs, others, day):
    found, expected = UnitDays.of(number(pairs), number(others)), days_of(pairs + others)
    units, days = split_days(found.numbers)
    assert list(zip(units.tolist(), days.tolist(), strict=True)) == [(u, d) for u in expected for d in expected[u]]
    assert found.units[found.places].tolist() == units.tolist()
    assert found.counts.tolist() == [len(ones) for ones in expected.values()]
    assert [*zip(found.first.tolist(), found.last.tolist(), strict=True)] == [
        (ones[0], ones[-1]) for ones in expected.values()
    ]
    assert found.count_before(day).tolist() == [sum(one < day for one in ones) for ones in expected.values()]


@given(PAIRS, st.lists(st.integers(-7, 7)))
def test_units_are_found_where_they_are(pairs, units):
    found = UnitDays.of(number(pairs))
    places, known = found.find(np.array(units, np.int64))
    assert known.tolist() == [unit in found.units for unit in units]
    assert found.units[places[known]].tolist() == [unit for unit in units if unit in found.units]
    own = split_days(number(pairs))[0]
    assert found.units[found.locate(own)].tolist() == own.tolist()

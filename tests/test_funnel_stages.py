"""Who reached a step when, beside plain counting, also where times are too far apart to be packed into one number."""

from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from o2o.analytics.funnel_stages import Acts, Stage

ROWS = st.lists(st.tuples(st.integers(-2, 2), st.integers(0, 2), st.integers(0, 9)), max_size=25)
ACTS = st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 9)), max_size=15)
SCALES = pytest.mark.parametrize("scale", [1, 1 << 58], ids=["packed", "too wide to be packed"])


def columns(rows: list[tuple[int, ...]], width: int, scale: int) -> list[np.ndarray]:
    table = np.array(rows, np.int64).reshape(-1, width)
    table[:, -1] *= scale
    return list(table.T)


def make_stage(rows: list[tuple[int, int, int]], scale: int) -> Stage:
    return Stage.of(*columns(rows, 3, scale))


def make_acts(acts: list[tuple[int, int]], scale: int) -> Acts:
    return Acts.of(*columns(acts, 2, scale))


def list_rows(stage: Stage, scale: int) -> list[tuple[int, int, int]]:
    many = np.diff(stage.starts)
    found = zip(np.repeat(stage.units, many), np.repeat(stage.codes, many), stage.at // scale, strict=True)
    return [(int(unit), int(code), int(at)) for unit, code, at in found]


@SCALES
@given(rows=ROWS, acts=ACTS)
def test_a_step_is_reached_within_its_window_after_the_one_before(
    scale: int, rows: list[tuple[int, int, int]], acts: list[tuple[int, int]]
) -> None:
    before = make_stage(rows, scale)
    assert list_rows(before, scale) == sorted(rows)
    reached = before.follow(make_acts(acts, scale).once(), 3 * scale, scale)
    expected = {
        (unit, code, done) for unit, code, at in rows for who, done in acts if who == unit and at + 1 <= done <= at + 3
    }
    assert list_rows(reached, scale) == sorted(expected)


@SCALES
@given(rows=ROWS)
def test_counts_and_medians_are_those_of_first_times(scale: int, rows: list[tuple[int, int, int]]) -> None:
    before = make_stage(rows, scale)
    reached = make_stage([(unit, code, at + code) for unit, code, at in rows if unit > 0], scale)
    assert reached.count(3).tolist() == [
        len({unit for unit, own, _ in rows if own == code and unit > 0}) for code in range(3)
    ]
    took = reached.medians_since(before, 3)
    assert [took[code] for code in range(3) if reached.count(3)[code]] == [
        median([code * scale]) for code in range(3) if reached.count(3)[code]
    ]
    assert reached.in_all.units.tolist() == sorted({unit for unit, _, _ in rows if unit > 0})


@given(acts=ACTS, times=st.integers(1, 3))
def test_an_act_is_repeated_where_a_unit_did_it_often_enough_in_the_period(
    acts: list[tuple[int, int]], times: int
) -> None:
    found = make_acts(acts, 1).repeated(times, 2, 8)
    within: dict[int, list[int]] = {}
    for unit, at in acts:
        if 2 <= at < 8:
            within.setdefault(unit, []).append(at)
    expected = {unit: min(at) for unit, at in within.items() if len(at) >= times}
    assert dict(zip(found.units.tolist(), found.at.tolist(), strict=True)) == expected

"""Which label lies in which cell: every label once, none in a cell that is used up, whatever the order."""

import tracemalloc
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from o2o.errors import SettingError
from o2o.printing.paper.imposition import Flip, Order, Plan, mirror, parse_cells


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    grid = draw(st.tuples(st.integers(1, 5), st.integers(1, 7)))
    cells = grid[0] * grid[1]
    used = draw(st.frozensets(st.integers(0, cells - 1), max_size=cells - 1))
    return Plan(grid, used, draw(st.sampled_from(Order)), draw(st.integers(0, 200)))


@given(plans())
def test_each_label_lies_in_one_cell_and_none_in_a_used_one(plan: Plan) -> None:
    seen = {(page, cell): label for page in range(plan.pages) for cell, label in plan.page(page)}
    assert sorted(seen.values()) == list(range(plan.labels))
    assert {plan.place(label): label for label in range(plan.labels)} == seen
    assert all(cell not in plan.used for page, cell in seen if page == 0)


@given(plans())
def test_no_more_sheets_are_taken_than_needed(plan: Plan) -> None:
    assert (plan.pages - 1) * plan.cells < plan.labels + len(plan.used)
    assert plan.pages * plan.cells >= plan.labels + len(plan.used) or not plan.labels


@given(plans())
def test_labels_in_the_turn_of_the_pages_are_all_labels(plan: Plan) -> None:
    assert sorted(plan.in_turn()) == list(range(plan.labels))
    pages = [plan.place(label)[0] for label in plan.in_turn()]
    assert pages == sorted(pages)


@given(plans())
def test_cut_through_all_sheets_the_stacks_laid_on_each_other_are_in_order(plan: Plan) -> None:
    if plan.order is Order.CUT_AND_STACK:
        placed = {plan.place(label): label for label in range(plan.labels)}
        stacks = [placed.get((page, cell)) for cell in range(plan.cells) for page in range(plan.pages)]
        assert [label for label in stacks if label is not None] == list(range(plan.labels))


ORDERS = [
    # order, used, the labels of the first page and of the second, by cell
    (Order.ROWS, "", [0, 1, 2, 3, 4, 5], [6, 7, 8]),
    (Order.COLUMNS, "", [0, 3, 1, 4, 2, 5], [6, None, 7, None, 8]),
    (Order.ROWS, "1-2,5", [None, None, 0, 1, None, 2], [3, 4, 5, 6, 7, 8]),
    (Order.COLUMNS, "1", [None, 2, 0, 3, 1, 4], [5, 8, 6, None, 7]),
    (Order.CUT_AND_STACK, "", [0, 2, 4, 6, 8], [1, 3, 5, 7]),
    (Order.CUT_AND_STACK, "1", [None, 1, 3, 5, 7], [0, 2, 4, 6, 8]),
]


@pytest.mark.parametrize(("order", "used", "first", "second"), ORDERS)
def test_orders_on_a_sheet_of_two_columns_and_three_rows(
    order: Order, used: str, first: list[int | None], second: list[int | None]
) -> None:
    plan = Plan((2, 3), parse_cells(used) if used else frozenset(), order, 9)
    for page, expected in enumerate((first, second)):
        assert dict(plan.page(page)) == {cell: label for cell, label in enumerate(expected) if label is not None}


def test_a_million_labels_take_no_memory() -> None:
    plan = Plan((3, 8), frozenset({0, 1}), Order.CUT_AND_STACK, 1_000_000)
    tracemalloc.start()
    assert len(list(islice(plan.in_turn(), 10_000))) == 10_000
    assert plan.place(999_999)[1] == 23
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


@pytest.mark.parametrize("text", ["0", "a", "5-1", "1-", "-3", "1,,2", "1 2"])
def test_what_is_no_list_of_labels_is_told(text: str) -> None:
    with pytest.raises(SettingError, match="write them as 1-5,9"):
        parse_cells(text)


@given(
    st.tuples(st.floats(10, 500), st.floats(10, 500)),
    st.tuples(st.floats(0, 5), st.floats(0, 5), st.floats(1, 5), st.floats(1, 5)),
    st.sampled_from(Flip),
)
def test_a_back_lies_behind_its_front(
    page: tuple[float, float], cell: tuple[float, float, float, float], flip: Flip
) -> None:
    back = mirror(page, cell, flip)
    upright = page[1] >= page[0]
    turned_sideways = (flip is Flip.LONG_EDGE) == upright
    # held against the light, what is x from the left on the front is x from the right on a back turned sideways
    seen = (page[0] - back[0] - cell[2], back[1]) if turned_sideways else (back[0], page[1] - back[1] - cell[3])
    assert seen == pytest.approx(cell[:2], abs=1e-9)
    assert mirror(page, (*back, *cell[2:]), flip) == pytest.approx(cell[:2], abs=1e-9)

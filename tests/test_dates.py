"""Dates as people and spreadsheets write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from o2o.importers.dates import DAY_FIRST, MONTH_FIRST, find_orders, parse_day, parse_last_day, usual_order
from o2o.importers.messages import NOT_A_DATE, YEAR_OUT_OF_RANGE, CellError

MAY_17 = date(2026, 5, 17)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-05-17", "2026/5/17", "2026.5.17", "20260517", "2026年5月17日", "２０２６年５月１７日", "17.05.2026",
        "17/5/2026", "17-05-2026", "2026-05-17 10:30:00", "2026/5/17 0:00", "17.05.2026 00:00", "2026-05-17T08:00",
        "46159", "46159.5",
    ],
)  # fmt: skip
def test_a_day_is_known_in_each_form(cell: str) -> None:
    assert parse_day(cell, DAY_FIRST) == MAY_17


@pytest.mark.parametrize("cell", ["05/17/2026", "5/17/2026", "05.17.2026"])
def test_the_month_may_come_first(cell: str) -> None:
    assert parse_day(cell, MONTH_FIRST) == MAY_17


@pytest.mark.parametrize(
    ("cell", "orders"),
    [
        ("17.05.2026", (DAY_FIRST,)),
        ("05/17/2026", (MONTH_FIRST,)),
        ("05/06/2026", (DAY_FIRST, MONTH_FIRST)),
        ("05/05/2026", ()),
        ("2026-05-06", ()),
        ("17/17/2026", ()),
    ],
)
def test_a_cell_says_in_which_order_it_is_or_that_it_cannot(cell: str, orders: tuple[str, ...]) -> None:
    assert find_orders(cell) == orders


def test_between_dots_the_day_comes_first_unless_its_column_says_another() -> None:
    assert (usual_order("05.06.2026"), usual_order("05/06/2026")) == (DAY_FIRST, None)


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("2026-02-30", NOT_A_DATE),
        ("soon", NOT_A_DATE),
        ("17.05.26", NOT_A_DATE),
        ("17052026", NOT_A_DATE),
        ("17/17/2026", NOT_A_DATE),
        ("1026-01-01", YEAR_OUT_OF_RANGE),
        ("12345", YEAR_OUT_OF_RANGE),
        ("9999-12-31", YEAR_OUT_OF_RANGE),
    ],
)
def test_what_is_no_day_is_refused(cell: str, message: object) -> None:
    with pytest.raises(CellError) as error:
        parse_day(cell)
    assert error.value.message is message


@pytest.mark.parametrize("cell", ["", "9999-12-31", "31.12.9999", "99991231"])
def test_what_never_ends_has_no_last_day(cell: str) -> None:
    assert parse_last_day(cell) is None


@given(
    st.dates(date(1970, 1, 1), date(2999, 12, 31)), st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日"])
)
def test_a_day_with_its_year_first_is_read_back(day: date, form: str) -> None:
    assert (find_orders(day.strftime(form)), parse_day(day.strftime(form))) == ((), day)


@given(st.dates(date(1970, 1, 1), date(2999, 12, 31)), st.sampled_from(["%d.%m.%Y", "%m/%d/%Y"]))
def test_a_day_with_its_year_last_is_read_back_in_an_order_it_can_have(day: date, form: str) -> None:
    orders = find_orders(day.strftime(form)) or (DAY_FIRST,)
    assert day in {parse_day(day.strftime(form), order) for order in orders}

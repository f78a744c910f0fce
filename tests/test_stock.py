"""Sheets of paper."""

import pytest

from o2o.errors import SettingError
from o2o.printing.stock import Stock, find_stock, read_stocks


@pytest.mark.parametrize("stock", read_stocks().values(), ids=lambda stock: stock.name)
def test_the_cells_of_a_stock_lie_on_its_page_and_apart(stock: Stock) -> None:
    right, bottom = (stock.corner(stock.cells - 1)[axis] + stock.cell[axis] for axis in (0, 1))
    assert right <= stock.page[0] + 0.01
    assert bottom <= stock.page[1] + 0.01
    assert stock.grid[0] == 1 or stock.pitch[0] >= stock.cell[0]
    assert stock.grid[1] == 1 or stock.pitch[1] >= stock.cell[1]


def test_cells_count_row_by_row() -> None:
    stock = find_stock("a4-24")
    assert [stock.corner(cell) for cell in (0, 2, 3, 23)] == [(0, 0), (140, 0), (0, 37.125), (140, 259.875)]


def test_an_unknown_stock_lists_those_there_are() -> None:
    with pytest.raises(SettingError, match="A4-24, A4-21"):
        find_stock("A4-99")

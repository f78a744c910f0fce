"""The stocks that come with o2o and those of the shop's own."""

import re
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from click.testing import Result
from PIL import Image

from o2o.db import Database
from o2o.errors import NotFoundError, SettingError
from o2o.printing.paper.stock import Stock, check_stock, parse_grid, parse_size
from o2o.printing.paper.stocks import StockSearch, add_stock, find_stock, list_stocks, remove_stock, shipped_stocks
from tests.prints import page_texts

Run = Callable[..., Result]
MINE = Stock("my-tags", "", (210, 297), (65, 35), (3, 8), (5, 8.5), (67.5, 35))
ROOT = Path(__file__).parent.parent


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where the drawing goes."""
    return tmp_path / "out.pdf"


def test_the_cells_of_each_stock_lie_on_its_page_and_apart() -> None:
    for stock in list_stocks(None):
        check_stock(stock)


def test_each_stock_is_found_by_its_name_and_no_name_is_given_twice() -> None:
    names = [stock.name for stock in list_stocks(None)]
    assert len(set(names)) == len(names) > 900
    assert [find_stock(None, name.upper()).name for name in names] == names


def test_there_are_sheets_of_the_trade_rolls_cards_and_posters() -> None:
    assert sum(1 for stock in list_stocks(None, StockSearch(page="A4")) if stock.cells > 1) > 400
    assert {"roll-40x30", "roll-70x38", "card-90x55", "A1", "60x90cm", "80x180cm"} < {s.name for s in shipped_stocks()}


def test_cells_count_row_by_row_from_the_top_left() -> None:
    stock = find_stock(None, "a4-24")
    assert [stock.corner(cell) for cell in (0, 2, 3, 23)] == [(0, 0), (140, 0), (0, 37.125), (140, 259.875)]
    assert stock.end == (210, 297)


@pytest.mark.parametrize("name", ["avery-7160", "avery-l7160", "L7160", "l7160", "Avery L7160", "j8160"])
def test_a_sheet_is_found_by_its_number_with_its_maker_or_without(name: str) -> None:
    stock = find_stock(None, name)
    assert (stock.name, stock.grid) == ("avery-7160", (3, 7))
    assert stock.pitch == (66.04, 38.1)


def test_a_roll_may_be_for_a_printer_of_other_dots() -> None:
    assert find_stock(None, "roll-40x30").dpi == 203
    assert find_stock(None, "roll-40x30@300").dpi == 300
    with pytest.raises(SettingError, match="no dots per inch"):
        find_stock(None, "roll-40x30@x")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("avry-l7160", "did you mean avery-7160"),
        ("A4-2O", "A4-2"),
        ("32015", "use one of avery-32015, zweckform-32015"),
        ("小标签", "'o2o stock list' shows all"),
    ],
)
def test_of_an_unknown_stock_those_near_are_named(name: str, hint: str) -> None:
    with pytest.raises(SettingError, match=re.escape(hint)):
        find_stock(None, name)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        (StockSearch(page="A4", cell="70x37", words="avery"), ["A4-24"]),
        (StockSearch(words="标价签 80"), ["roll-80x50"]),
        (StockSearch(page="210x297", cell="63.5x38.1", words="avery mailing"), ["avery-7160"]),
    ],
)
def test_stocks_are_searched_by_page_cell_and_words(search: StockSearch, found: list[str]) -> None:
    assert [stock.name for stock in list_stocks(None, search)] == found


def test_the_shops_own_stock_is_kept_found_before_others_and_removed(db: Database) -> None:
    add_stock(db, MINE)
    assert find_stock(db, "My_Tags") == MINE
    add_stock(db, Stock("a4-24", "ours", (210, 297), (60, 30)))
    assert find_stock(db, "A4-24").about == "ours"
    assert [stock.name for stock in list_stocks(db, StockSearch(own=True))] == ["a4-24", "my-tags"]
    remove_stock(db, "A4-24")
    assert find_stock(db, "A4-24").cells == 24
    with pytest.raises(NotFoundError, match="come with o2o stay"):
        remove_stock(db, "A4-24")


@pytest.mark.parametrize(
    ("grid", "origin", "pitch", "reason"),
    [
        ((4, 8), (5, 8.5), (67.5, 35), "the columns end at 272.5 mm, the page at 210"),
        ((3, 9), (5, 8.5), (67.5, 35), "the rows end at 323.5 mm, the page at 297"),
        ((3, 8), (5, 8.5), (60, 35), "the columns overlap, as a cell has a width of 65 mm"),
        ((3, 8), (5, 8.5), (67.5, 30), "the rows overlap, as a cell has a height of 35 mm"),
        ((3000, 8000), (5, 8.5), (67.5, 35), "a page has at most 9,999 cells"),
    ],
)
def test_a_stock_that_can_not_be_is_told(
    grid: tuple[int, int], origin: tuple[float, float], pitch: tuple[float, float], reason: str
) -> None:
    with pytest.raises(SettingError, match=re.escape(reason)):
        check_stock(Stock("x", "", (210, 297), (65, 35), grid, origin, pitch))


def test_a_page_larger_than_any_pdf_is_told() -> None:
    with pytest.raises(SettingError, match="sides of at most 5080 mm"):
        check_stock(Stock("x", "", (210, 5081), (65, 35)))


def test_lengths_are_written_as_people_write_them() -> None:
    assert parse_size("70x37.125") == parse_size("70 × 37.125") == parse_size("70mm * 37.125mm") == (70, 37.125)
    assert parse_grid("3x8") == (3, 8)
    for text in ("70", "axb", "70x", "-1x2"):
        with pytest.raises(SettingError, match=r"write them as 70x37\.125"):
            parse_size(text)
    for text in ("3.5x8", "0x8"):
        with pytest.raises(SettingError, match="write them as 3x8"):
            parse_grid(text)


def test_stocks_are_listed_shown_drawn_added_and_removed_from_the_command(run: Run, db: Database, out: Path) -> None:
    measures = ("--page", "A4", "--cell", "65x35", "--grid", "3x8", "--origin", "5,8.5", "--pitch", "67.5,35")
    assert run("stock", "add", "my-tags", *measures).stdout == "kept stock my-tags\n"
    assert "my-tags,210x297,65x35,3x8" in run("stock", "list", "--own", "--format", "csv").stdout
    assert "3x8: 24 cell(s)" in run("stock", "show", "my-tags", "--out", out).stdout
    assert {str(cell) for cell in range(1, 25)} < set(page_texts(out)[0].split())
    assert "按 100% 打印" in page_texts(out)[0]
    picture = out.with_suffix(".png")
    assert run("stock", "show", "my-tags", "--out", picture).exit_code == 0
    with Image.open(picture) as drawn:
        assert drawn.height == 1200
    assert run("stock", "remove", "my-tags").exit_code == 0
    assert isinstance(run("stock", "show", "my-tags").exception, SettingError)
    assert run("stock", "add", "x", "--page", "A4", "--cell", "65x35", "--grid", "3x8").exit_code == 2


def test_a_drawing_has_the_size_of_the_page(run: Run, db: Database, out: Path) -> None:
    run("stock", "show", "A4-21", "--out", out)
    with pypdfium2.PdfDocument(out) as document:
        assert document[0].get_size() == pytest.approx((595.3, 841.9), abs=0.2)
    assert "is a .pdf or a .png" in str(run("stock", "show", "A4-21", "--out", out.with_suffix(".doc")).exception)


def test_the_public_sheets_come_with_their_licence() -> None:
    assert "Jaye Evins" in (ROOT / "templates" / "label_sheets.LICENSE.txt").read_text(encoding="utf-8")


def test_the_documentation_names_each_stock_of_o2os_own() -> None:
    words = set(re.findall(r"[\w-]+", (ROOT / "docs" / "print.md").read_text(encoding="utf-8")))
    assert {stock.name for stock in shipped_stocks()} - words == set()

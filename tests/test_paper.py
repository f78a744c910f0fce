"""Pages as they come off the printer: order, copies, backs, marks, bleed, and printers that are off."""

import re
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pypdfium2
import pytest
from click.testing import Result
from numpy.typing import NDArray
from PIL import Image

from o2o.config import change_setting
from o2o.db import Database
from o2o.errors import SettingError
from o2o.printing.drawing.items import Panel
from o2o.printing.paper.marks import RULE, cut_lines, outlines, rule
from o2o.printing.paper.pages import PaperTerms, choose_paper
from o2o.printing.paper.printers import Printer, save_printer
from o2o.printing.paper.stock import Stock
from o2o.printing.paper.stocks import add_stock, find_stock, list_stocks
from o2o.printing.template.file import find_template
from tests.prints import cells_of, fill_shop, page_sizes, page_texts, read_codes

Run = Callable[..., Result]
MM = 72 / 25.4


@pytest.fixture
def shop(db: Database) -> Database:
    """A small shop whose codes can be printed."""
    fill_shop(db)
    change_setting(db, "base_url", "https://s.shop.cn")
    return db


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where the PDF goes."""
    return tmp_path / "out.pdf"


def print_tags(run: Run, out: Path, *more: str) -> Result:
    return run("print", "tags", "--store", "S1", "--out", out, *more)


def places(db: Database) -> list[tuple[object, ...]]:
    """Return page, cell and touchpoint of each cell of the last job."""
    return [(cell["page"], cell["cell"], cell["touchpoint_id"]) for cell in cells_of(db)]


ORDERS = [
    # options, page and cell of each of three copies of the first tag, then of the second
    (("--skip", "1-22"), [(1, 23), (1, 24), (2, 1)], [(2, 2), (2, 3), (2, 4)]),
    (("--skip", "2,4-24"), [(1, 1), (1, 3), (2, 1)], [(2, 2), (2, 3), (2, 4)]),
    (("--start", "22", "--skip", "23"), [(1, 22), (1, 24), (2, 1)], [(2, 2), (2, 3), (2, 4)]),
    (("--order", "columns"), [(1, 1), (1, 4), (1, 7)], [(1, 10), (1, 13), (1, 16)]),
    (("--cut-and-stack", "--skip", "3-24"), [(1, 1), (2, 1), (1, 2)], [(2, 2), (2, 3), (2, 4)]),
]


@pytest.mark.parametrize(("options", "first", "second"), ORDERS)
def test_labels_go_where_they_are_asked_to(
    shop: Database, run: Run, out: Path, options: tuple[str, ...], first: list[object], second: list[object]
) -> None:
    print_tags(run, out, "--copies", "3", *options)
    found: dict[object, list[object]] = {}
    for page, cell, touchpoint in sorted(places(shop), key=lambda place: place[:2]):
        found.setdefault(touchpoint, []).append((page, cell))
    if "--cut-and-stack" not in options:
        assert [found[touchpoint] for touchpoint in found] == [first, second]
    assert sum(map(len, found.values())) == 6
    assert run("proof", out).exit_code == 0


def test_stacks_that_are_cut_and_piled_are_in_the_order_of_the_walk(shop: Database, run: Run, out: Path) -> None:
    print_tags(run, out, "--copies", "20", "--cut-and-stack")
    in_stacks = [touchpoint for _, _, touchpoint in sorted(places(shop), key=lambda place: (place[1], place[0]))]
    assert len(in_stacks) == 40
    assert in_stacks == [in_stacks[0]] * 20 + [in_stacks[-1]] * 20
    assert run("proof", out).exit_code == 0


@pytest.mark.parametrize("more", [(), ("--cut-and-stack",)])
def test_a_list_says_how_often_each_is_printed(
    shop: Database, run: Run, out: Path, tmp_path: Path, more: tuple[str, ...]
) -> None:
    (tmp_path / "list.csv").write_text("sku,份数\n007,3\n008,\n", encoding="utf-8")
    assert print_tags(run, out, "--from", str(tmp_path / "list.csv"), "--copies", "2", *more).exception is None
    query = """
        SELECT subject_id, count(*) AS printed FROM print_cells
        JOIN touchpoints ON touchpoints.id = touchpoint_id GROUP BY subject_id ORDER BY subject_id
    """
    assert [tuple(row.values()) for row in shop.query(query)] == [("007", 6), ("008", 2)]
    assert run("proof", out).exit_code == 0
    (tmp_path / "list.csv").write_text("barcode,copies\n6901234567892,4\n", encoding="utf-8")
    assert "4 printed" in print_tags(run, out, "--from", str(tmp_path / "list.csv"), *more).stdout
    (tmp_path / "list.csv").write_text("sku,copies\n007,many\n", encoding="utf-8")
    assert "line 2" in str(print_tags(run, out, "--from", str(tmp_path / "list.csv"), *more).exception)


def test_labels_of_several_sizes_make_no_stacks(shop: Database, run: Run, out: Path) -> None:
    result = run("print", "signage", "--store", "S1", "--cut-and-stack", "--out", out)
    assert "name one --template" in str(result.exception)
    assert not out.exists()


@pytest.mark.parametrize("skip", ["1-24", "25", "x"])
def test_labels_that_a_sheet_has_not_are_told(shop: Database, run: Run, out: Path, skip: str) -> None:
    assert isinstance(print_tags(run, out, "--skip", skip).exception, SettingError)
    assert not out.exists()


TWO_SIDES = """
size = [60, 30]
stock = "{stock}"
duplex = "{flip}"
[box.qr]
kind = "qr"
x = 30
y = 2
width = 26
height = 26
[box.place]
kind = "text"
text = "{{sku}}"
side = "back"
x = 1
y = 1
width = 28
height = 6
size = 9
[box.again]
kind = "qr"
side = "back"
x = 2
y = 8
width = 20
height = 20
"""


@pytest.mark.parametrize(("flip", "x", "y"), [("long-edge", 140, 0), ("short-edge", 0, 259.875)])
def test_a_back_lies_behind_its_front_on_the_next_page(
    shop: Database, run: Run, out: Path, flip: str, x: float, y: float
) -> None:
    template = out.with_name("two.toml")
    template.write_text(TWO_SIDES.format(stock="A4-24", flip=flip), encoding="utf-8")
    assert print_tags(run, out, "--template", str(template), "--copies", "13").exception is None
    cells = cells_of(shop)
    assert [cell["page"] for cell in cells] == [1] * 24 + [2] * 24 + [3] * 2 + [4] * 2
    fronts, backs = cells[:24], cells[24:48]
    assert [cell["touchpoint_id"] for cell in fronts] == [cell["touchpoint_id"] for cell in backs]
    assert (backs[0]["x"], backs[0]["y"]) == (x, y)
    seen = [code for code in read_codes(out, dpi=150) if code.page == 2]
    assert all(any(code.text == cell["url"] and code.lies_in(cell) for code in seen) for cell in backs)
    assert b"/Duplex/DuplexFlip" + {"long-edge": b"Long", "short-edge": b"Short"}[flip] in out.read_bytes()
    assert run("proof", out).exit_code == 0


def test_marks_and_bleed_widen_the_page_and_tell_a_print_shop_where_it_is_cut(
    shop: Database, run: Run, out: Path
) -> None:
    badge = ("print", "badges", "--person", "E01", "--stock", "label", "--out", out)
    assert run(*badge, "--marks", "crop", "--bleed", "3").exception is None
    with pypdfium2.PdfDocument(out) as document:
        page = document[0]
        width, height = page.get_size()
        trim, bleed = page.get_trimbox(), page.get_bleedbox()
    assert (trim[2] - trim[0]) / MM == pytest.approx(85.6, abs=0.01)
    assert (bleed[3] - bleed[1]) / MM == pytest.approx(54 + 6, abs=0.01)
    assert (width / MM, height / MM) == pytest.approx((85.6 + 18, 54 + 18), abs=0.2)
    assert run("proof", out).exit_code == 0
    run(*badge, "--marks", "none")
    assert page_sizes(out) == [(86, 54)]
    run(*badge, "--marks", "bleed")
    assert page_sizes(out) == [(92, 60)]


EDGE = """
size = [60, 40]
stock = "pair"
bleed = 3
[box.edge]
kind = "rect"
x = -3
y = -3
width = 10
height = 46
fill = "#C8102E"
[box.code]
kind = "qr"
x = 14
y = 2
width = 36
height = 36
"""
BLEEDS = [
    # gap between the cells, options, where the left edges of both are painted
    (0.0, (), [(27, 37), (90, 97)]),
    (2.0, (), [(27, 37), (91, 99)]),
    (10.0, (), [(27, 37), (97, 107)]),
    (10.0, ("--bleed", "1"), [(29, 37), (99, 107)]),
    (10.0, ("--marks", "none"), [(30, 37), (100, 107)]),
]


def test_tags_come_as_one_walks_or_as_they_are_named(shop: Database, run: Run, out: Path) -> None:
    walked, named = [], []
    for first, second in (("007", "008"), ("008", "007")):
        assert print_tags(run, out, "--sku", first, "--sku", second).exception is None
        walked.append([cell["touchpoint_id"] for cell in cells_of(shop)])
        assert print_tags(run, out, "--sku", first, "--sku", second, "--as-named").exception is None
        named.append([cell["touchpoint_id"] for cell in cells_of(shop)])
    assert walked[0] == walked[1] and named[0] == named[1][::-1] and walked[0] in named


def bands(page: NDArray[np.uint8]) -> list[tuple[int, int]]:
    """Return from where to where a line at the top of the cells is not white, in mm, ten pixels each."""
    dark = [at for at, grey in enumerate(page[205]) if grey < 200]
    ends = [at for at in dark if at + 1 not in dark]
    starts = [at for at in dark if at - 1 not in dark]
    return [(round(start / 10), round((end + 1) / 10)) for start, end in zip(starts, ends, strict=True)]


@pytest.mark.parametrize(("gap", "options", "painted"), BLEEDS)
def test_a_cell_bleeds_no_farther_than_halfway_to_the_next(
    shop: Database, run: Run, out: Path, gap: float, options: tuple[str, ...], painted: list[tuple[int, int]]
) -> None:
    add_stock(shop, Stock("pair", "", (210, 297), (60, 40), (2, 1), (30, 20), (60 + gap, 40)))
    template = out.with_suffix(".toml")
    template.write_text(EDGE)
    assert print_tags(run, out, "--template", str(template), *options).exception is None
    with pypdfium2.PdfDocument(out) as document:
        assert bands(document[0].render(scale=10 / MM, grayscale=True).to_numpy()) == painted
    assert run("proof", out).exit_code == 0
    picture = out.with_suffix(".zip")
    assert print_tags(run, picture, "--template", str(template), *options).exception is None
    with ZipFile(picture) as pictures, pictures.open("out-001.png") as file, Image.open(file) as image:
        assert bands(np.asarray(image.convert("L").resize((2100, 2970)))) == painted
    assert run("proof", picture).exit_code == 0


@pytest.mark.parametrize("marks", ["cross", "crop,none"])
def test_what_is_no_mark_is_told(shop: Database, run: Run, out: Path, marks: str) -> None:
    assert print_tags(run, out, "--marks", marks).exit_code == 2


def test_a_sheet_with_waste_carries_a_rule_and_one_without_none(shop: Database, run: Run, out: Path) -> None:
    run("print", "badges", "--store", "S1", "--out", out)
    assert "按 100% 打印" in page_texts(out)[0]
    print_tags(run, out)
    assert "100%" not in page_texts(out)[0]


def _area(stock: Stock) -> tuple[float, float, float, float]:
    """Return the corners of the rule on a stock."""
    (turned,) = rule(stock)
    words = turned.items[-1]
    length, height = words.x + 62, 2.4
    if turned.degrees:
        return turned.x, turned.y - length, turned.x + height, turned.y
    return turned.x, turned.y, turned.x + length, turned.y + height


def test_the_rule_never_touches_a_cell_a_mark_or_the_edge_of_the_sheet() -> None:
    ruled = 0
    for stock in list_stocks(None):
        if not rule(stock):
            continue
        ruled += 1
        left, top, right, bottom = _area(stock)
        assert min(left, top) >= 3.4, stock.name
        assert right <= stock.page[0] - 3.4
        assert bottom <= stock.page[1] - 3.4
        clear = 5 if stock.cut_marks else 0
        beside = (
            right <= stock.origin[0] - clear or left >= stock.end[0] + clear,
            bottom <= stock.origin[1] - clear or top >= stock.end[1] + clear,
        )
        assert any(beside), stock.name
    assert ruled > 400


def test_the_rule_is_as_long_as_it_says() -> None:
    (turned,) = rule(find_stock(None, "A4-21"))
    line = turned.items[0]
    assert (line.x, line.to_x) == (0, RULE) == (0, 50)


def test_outlines_are_those_of_the_cells_and_cut_lines_lie_outside() -> None:
    stock = find_stock(None, "A4-10")
    assert [(panel.x, panel.y) for panel in outlines(stock)] == [stock.corner(cell) for cell in range(10)]
    for line in cut_lines(stock, bleed=3):
        ends = ((line.x, line.y), (line.to_x, line.to_y))
        assert not any(all(stock.origin[axis] - 4 < end[axis] < stock.end[axis] + 4 for axis in (0, 1)) for end in ends)


def test_a_printer_that_is_off_moves_cells_to_whole_dots_and_leaves_codes_their_size(
    shop: Database, run: Run, out: Path
) -> None:
    save_printer(shop, Printer("desk", (0.8, -0.5), (1.002, 0.998), 600))
    print_tags(run, out)
    plain, sizes = cells_of(shop), code_sizes(out)
    print_tags(run, out, "--printer", "Desk")
    moved = cells_of(shop)
    for was, now in zip(plain, moved, strict=True):
        middle_x = float(str(was["x"])) + 35
        assert float(str(now["x"])) + 35 == pytest.approx((middle_x - 0.8) / 1.002, abs=0.001)
    codes = {seen.text for seen in read_codes(out)}
    assert {cell["url"] for cell in moved} < codes
    assert code_sizes(out) == pytest.approx(sizes, abs=25.4 / 300)
    assert run("proof", out).exit_code == 0
    assert "use one of desk" in str(print_tags(run, out, "--printer", "other").exception)


def test_marks_go_along_with_the_cells_of_a_printer_that_is_off(shop: Database) -> None:
    save_printer(shop, Printer("desk", (0.8, -0.5), (1.002, 0.998)))
    terms = PaperTerms("A4-10", printer="desk", outlines=True)
    paper = choose_paper(shop, find_template("badge"), terms)
    drawn = [item for item in paper.around(terms) if isinstance(item, Panel)]
    for number, panel in enumerate(drawn):
        assert (panel.x, panel.y, panel.width, panel.height) == pytest.approx(paper.cell(number))
    assert len(drawn) == 10


def code_sizes(out: Path) -> list[float]:
    """Return the size of a module of each QR, as the file has it, in mm."""
    with pypdfium2.PdfDocument(out) as document:
        image = document[0].render(scale=600 / 72).to_pil().convert("L")
    import zxingcpp

    found = zxingcpp.read_barcodes(image, zxingcpp.BarcodeFormat.QRCode)
    return sorted((f.position.top_right.x - f.position.top_left.x) / 600 * 25.4 for f in found)


def test_outlines_are_drawn_for_a_trial(shop: Database, run: Run, out: Path) -> None:
    def strokes() -> int:
        with pypdfium2.PdfDocument(out) as document:
            return len(list(document[0].get_objects()))

    print_tags(run, out)
    without = strokes()
    print_tags(run, out, "--outlines")
    assert strokes() == without + 24
    assert not re.search("Outline", page_texts(out)[0])

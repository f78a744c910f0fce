"""The page on which a printer is measured: what it says it is long is so long, and its codes are read."""

from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from o2o.db import Database
from o2o.errors import SettingError
from o2o.printing.paper.calibration import CORNER, MODULES, SIDE, read_measures, write_calibration
from o2o.printing.paper.printers import Printer, find_printer
from tests.prints import page_texts, read_codes

Run = Callable[..., Result]
DPI = 254


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where the page goes."""
    return tmp_path / "calibration.pdf"


def test_the_square_lies_where_it_is_due_and_is_as_long_as_it_says(out: Path) -> None:
    write_calibration(out, dpi=DPI)
    with pypdfium2.PdfDocument(out) as document:
        image = document[0].render(scale=DPI / 72).to_pil().convert("L")
    (left, top), end = CORNER, SIDE
    row = [x / 10 for x in range(image.width) if image.getpixel((x, round((top + 55.5) * 10))) < 200]
    column = [y / 10 for y in range(image.height) if image.getpixel((round((left + 95.5) * 10), y)) < 200]
    for due in (left, left + end):
        assert min(abs(x - due) for x in row) < 0.15
    for due in (top, top + end):
        assert min(abs(y - due) for y in column) < 0.15


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_each_code_of_the_ladder_says_its_own_size_in_whole_dots(out: Path, dpi: int) -> None:
    write_calibration(out, dpi=dpi)
    said = [seen.text for seen in read_codes(out, dpi=600)]
    sizes = sorted(round(size * dpi / 25.4) * 25.4 / dpi for size in MODULES)
    assert sorted(said) == [f"O2O {size:.2f} MM" for size in sizes]


def test_a_page_too_small_is_refused(out: Path) -> None:
    with pytest.raises(SettingError, match="choose A4 or Letter"):
        write_calibration(out, (100, 150))
    assert not out.exists()


@given(st.floats(-5, 5), st.floats(-5, 5), st.floats(0.98, 1.02), st.floats(0.98, 1.02))
def test_the_four_measures_give_back_offset_and_scale(x: float, y: float, scale_x: float, scale_y: float) -> None:
    measures = (x + scale_x * CORNER[0], y + scale_y * CORNER[1], SIDE * scale_x, SIDE * scale_y)
    offset, scale = read_measures(*measures)
    assert offset == pytest.approx((x, y), abs=1e-3)
    assert scale == pytest.approx((scale_x, scale_y), abs=1e-5)


def test_a_printer_is_calibrated_added_listed_and_removed_from_the_command(run: Run, db: Database, out: Path) -> None:
    assert run("printer", "calibrate", "--page", "Letter", "--out", out).exit_code == 0
    assert "o2o printer add NAME --measured A,B,C,D --dpi 300" in page_texts(out)[0]
    added = run("printer", "add", "desk", "--measured", "50.9,59.4,100.2,99.8", "--dpi", "600")
    assert added.stdout == "kept printer desk: +0.8 mm to the right, -0.48 down, 1.002 and 0.998 times as long\n"
    assert find_printer(db, "desk") == Printer("desk", (0.8, -0.48), (1.002, 0.998), 600)
    assert "desk,600,0.8,-0.48,1.002,0.998," in run("printer", "list", "--format", "csv").stdout
    assert run("printer", "add", "x", "--measured", "1,2,3").exit_code == 2
    assert run("printer", "add", "x", "--measured", "50,60,100,100", "--offset", "1,1").exit_code == 2
    assert run("printer", "remove", "desk").exit_code == 0

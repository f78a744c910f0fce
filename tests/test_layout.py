"""Boxes and values in, things to draw or problems out."""

from pathlib import Path

import pytest
from PIL import Image

from o2o.codes.symbol import make_symbol
from o2o.printing.items import Bars, Matrix, Picture, Text
from o2o.printing.layout import Layout, lay_out
from o2o.printing.template import Box, EanBox, ImageBox, PriceBox, QrBox, Template, TextBox
from tests.prints import EAN

URL = "https://S.SHOP.CN/K7M2X9PQ"
SYMBOL = make_symbol(URL)
AREA = {"x": 1.0, "y": 2.0, "width": 40.0, "height": 30.0}


def place(box: Box, *, dpi: int = 300, folder: Path = Path(), **values: str) -> Layout:
    template = Template("test", folder / "test.toml", 70, 37, dpi, "", {}, (box,))
    return lay_out(template, {"url": URL, **values}, SYMBOL, dpi)


def reasons(layout: Layout) -> list[str]:
    return [trouble.reason for trouble in layout.troubles]


@pytest.mark.parametrize("dpi", [203, 300, 600])
@pytest.mark.parametrize("side", [20.0, 21.7, 33.3])
def test_a_code_lies_on_the_dots_of_the_printer_as_large_as_its_box_allows(dpi: int, side: float) -> None:
    layout = place(QrBox(name="qr", x=1.23, y=4.56, width=side, height=side), dpi=dpi)
    (code,) = [item for item in layout.items if isinstance(item, Matrix)]
    dots = [length * dpi / 25.4 for length in (code.x, code.y, code.module)]
    assert dots == pytest.approx([round(length) for length in dots], abs=1e-6)
    modules = SYMBOL.size + 8
    assert modules * code.module <= side < modules * (code.module + 25.4 / dpi)
    (zone,) = layout.codes
    assert (zone.width, code.x - zone.x, code.y - zone.y) == pytest.approx(
        (modules * code.module, 4 * code.module, 4 * code.module)
    )


@pytest.mark.parametrize(("dpi", "least"), [(203, "0.50"), (300, "0.34"), (600, "0.25")])
def test_modules_that_no_phone_could_read_are_a_problem(dpi: int, least: str) -> None:
    layout = place(QrBox(name="qr", x=0, y=0, width=8, height=8), dpi=dpi)
    assert f"phones need {least}" in reasons(layout)[0]
    assert layout.items == []


def test_an_ean_lies_on_the_dots_and_is_no_finer_than_tills_read() -> None:
    layout = place(EanBox(name="ean", **AREA), ean=EAN)
    (bars,) = [item for item in layout.items if isinstance(item, Bars)]
    assert bars.module == pytest.approx(4 * 25.4 / 300)
    assert layout.ean == EAN
    assert layout.texts == ["6", "901234", "567892"]
    assert "tills need 0.264" in reasons(place(EanBox(name="ean", x=0, y=0, width=30, height=10), ean=EAN))[0]


def test_a_box_without_value_or_against_its_condition_is_left_out() -> None:
    assert place(EanBox(name="ean", **AREA)).items == []
    assert place(TextBox(name="t", **AREA, size=9, text="{name} {spec}"), name="鸡蛋").items == []
    assert place(TextBox(name="t", **AREA, size=9, field=("name",), when=("spec",)), name="鸡蛋").items == []
    assert place(TextBox(name="t", **AREA, size=9, field=("name",), unless=("name",)), name="鸡蛋").items == []
    joined = place(TextBox(name="t", **AREA, size=9, field=("name", "spec", "unit"), join="/"), name="鸡蛋", unit="盒")
    assert joined.texts == ["鸡蛋/盒"]


@pytest.mark.parametrize(
    ("price", "suffix", "texts"),
    [
        ("¥12.80", "袋", ["¥", "12", ".80", "/袋"]),
        ("¥1,299.00", "", ["¥", "1,299", ".00"]),
        ("¥980", "袋", ["¥", "980", "/袋"]),
        ("CHF 5.00", "", ["CHF ", "5", ".00"]),
    ],
)
def test_a_price_has_large_digits_and_small_cents(price: str, suffix: str, texts: list[str]) -> None:
    box = PriceBox(name="price", **AREA, size=40, min_size=20, suffix=("unit",))
    layout = place(box, price=price, unit=suffix)
    assert layout.texts == texts
    shown = [item for item in layout.items if isinstance(item, Text)]
    assert max(shown, key=lambda item: item.size).text == texts[1]
    assert shown[0].x < shown[1].x < shown[2].x


def test_a_price_shrinks_to_its_least_size_and_no_further() -> None:
    assert place(PriceBox(name="p", x=0, y=0, width=12, height=9, size=40, min_size=8), price="¥1,299.00").items
    narrow = PriceBox(name="p", x=0, y=0, width=5, height=9, size=40, min_size=20)
    assert reasons(place(narrow, price="¥1,299.00")) == ["does not fit at 20 pt"]


def test_a_picture_keeps_its_proportions_inside_its_box(tmp_path: Path) -> None:
    Image.new("RGB", (200, 100), "red").save(tmp_path / "logo.png")
    box = ImageBox(name="logo", **AREA, file="logo.png")
    assert place(box, folder=tmp_path).items == [Picture(1, 7, 40, 20, tmp_path / "logo.png")]
    assert reasons(place(box, folder=tmp_path / "none")) == ["is no picture that can be read, as there is no such file"]


def test_texts_are_aligned_in_their_box() -> None:
    starts = {}
    for align in ("left", "center", "right"):
        (item,) = place(TextBox(name="t", **AREA, size=10, field=("name",), align=align), name="鸡蛋").items
        assert isinstance(item, Text)
        starts[align] = item.x
    assert starts["left"] == 1
    assert starts["center"] == pytest.approx((starts["left"] + starts["right"]) / 2)

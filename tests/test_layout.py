"""Boxes and values in, things to draw or problems out."""

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from o2o.codes.smallest import make_symbol
from o2o.printing.drawing.fonts import BOLD, text_width
from o2o.printing.drawing.items import Bars, Bitmap, Figure, Matrix, Panel, Picture, Text, Turned
from o2o.printing.drawing.look import Shape
from o2o.printing.layout.composer import lay_out
from o2o.printing.layout.parts import Layout
from o2o.printing.pdf.writer import PdfWriter
from o2o.printing.template.boxes import (
    Box,
    EanBox,
    ImageBox,
    LogoBox,
    MiniProgramBox,
    PriceBox,
    QrBox,
    RectBox,
    Template,
    TextBox,
)
from tests.prints import EAN, make_picture, read_codes

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


@pytest.mark.parametrize("rotate", [90, 180, 270, -90])
@pytest.mark.parametrize("dpi", [203, 300])
def test_a_turned_code_lies_on_the_dots_and_reads_where_its_area_is(tmp_path: Path, rotate: int, dpi: int) -> None:
    boxes = (
        QrBox(name="qr", x=3.3, y=5.1, width=22.2, height=24, rotate=rotate),
        EanBox(name="ean", x=28.7, y=24.3, width=44, height=12.3, rotate=rotate),
    )
    template = Template("test", Path("test.toml"), 80, 60, dpi, "", {}, boxes)
    layout = lay_out(template, {"url": URL, "ean": EAN}, SYMBOL, dpi)
    frames = [item for item in layout.items if isinstance(item, Turned)]
    dots = [length * dpi / 25.4 for frame in frames for length in (frame.x, frame.y)]
    assert dots == pytest.approx([round(length) for length in dots], abs=1e-6)
    assert (layout.has_qr, layout.ean, layout.texts) == (True, EAN, ["6", "901234", "567892"])
    out = tmp_path / "turned.pdf"
    with out.open("wb") as file:
        writer = PdfWriter(file, "turned", "en")
        writer.start_page(80, 60, dpi)
        writer.place(layout.items, 0, 0)
        writer.end_page()
        writer.finish("turned")
    seen = {code.text: code for code in read_codes(out)}
    assert seen.keys() == {URL, EAN}
    for text, area in zip((URL, EAN), layout.codes, strict=True):
        middle = area.x + area.width / 2, area.y + area.height / 2
        assert (seen[text].x, seen[text].y) == pytest.approx(middle, abs=2.5)


def test_a_box_is_turned_about_its_middle() -> None:
    layout = place(RectBox(name="bar", x=10, y=10, width=20, height=4, fill="#000000", rotate=90))
    (frame,) = layout.items
    assert isinstance(frame, Turned)
    assert (frame.degrees, frame.items) == (90, (Panel(0, 0, 20, 4, "#000000", "", 0.25, 0),))
    assert (frame.x, frame.y) == pytest.approx((22, 2), abs=25.4 / 300)


def test_boxes_of_the_back_and_what_is_preprinted_are_left_out_of_the_front() -> None:
    text = TextBox(name="name", **AREA, size=9, text="正面 front")
    boxes = (text, replace(text, name="frame", text="印好的 printed", preprinted=True))
    back = (replace(text, name="back", text="背面 back"),)
    template = Template("test", Path("test.toml"), 70, 37, 300, "", {}, boxes, back)
    sides = {side: lay_out(template, {"url": URL}, SYMBOL, 300, back=side).texts for side in (False, True)}
    assert sides == {False: ["正面 front"], True: ["背面 back"]}
    assert lay_out(template.with_preprinted(), {"url": URL}, SYMBOL, 300).texts == ["正面 front", "印好的 printed"]


def test_a_logo_is_that_of_the_settings_else_that_of_the_template_else_none(tmp_path: Path) -> None:
    (tmp_path / "shop.jpg").write_bytes(make_picture())
    (tmp_path / "own.jpg").write_bytes(make_picture())
    shop, own = tmp_path / "shop.jpg", LogoBox(name="logo", **AREA, file="own.jpg")
    found = [place(own, folder=tmp_path, logo=str(shop)), place(own, folder=tmp_path)]
    assert [item.path for layout in found for item in layout.items if isinstance(item, Picture)] == [
        shop,
        tmp_path / "own.jpg",
    ]
    assert place(LogoBox(name="logo", **AREA), folder=tmp_path).items == []


def test_a_price_may_be_reckoned_and_what_can_not_be_is_a_problem() -> None:
    values = {"price": "¥12.80", "promo_price": "¥9.90", "currency": "CNY"}
    saved = PriceBox(name="saved", **AREA, size=20, text="{price - promo_price|price}", when=("promo_price < price",))
    assert place(saved, **values).texts == ["¥", "2", ".90"]
    assert place(saved, **values | {"promo_price": ""}).items == []
    assert reasons(place(saved, **values | {"promo_price": "free"})) == ["'free' is no number"]


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


@pytest.mark.parametrize(
    ("price", "suffix", "texts"),
    [
        ("12,99\u00a0€", "", ["12", ",99€"]),
        ("1.299,90\u00a0€", "kg", ["1.299", ",90", "€/kg"]),
        ("12\u00a0990\u00a0₽", "кг", ["12\u00a0990", "₽", "/кг"]),
        ("8.8折", "", ["8", ".8折"]),
    ],
)
def test_a_currency_behind_its_amount_is_small(price: str, suffix: str, texts: list[str]) -> None:
    layout = place(PriceBox(name="price", **AREA, size=40, min_size=20, suffix=("unit",)), price=price, unit=suffix)
    assert layout.texts == texts
    shown = [item for item in layout.items if isinstance(item, Text)]
    assert max(shown, key=lambda item: item.size).text == texts[0]
    assert max(item.x + text_width(item.text, BOLD, item.size) for item in shown) <= AREA["x"] + AREA["width"] + 1e-6


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


def test_a_plain_code_is_not_tried_and_one_in_colour_is() -> None:
    plain, coloured = (place(QrBox(name="qr", **AREA, colour=colour)) for colour in ("#000000", "#103A7A"))
    assert plain.styled == []
    assert [code.box for code in coloured.styled] == ["qr"]
    assert [type(item) for item in plain.items] == [type(item) for item in coloured.items] == [Panel, Matrix]


@pytest.mark.parametrize("shape", [Shape.DOT, Shape.ROUNDED])
@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("call", ["", "扫码领券"])
def test_the_modules_of_a_look_lie_on_the_dots_of_the_printer_too(shape: Shape, dpi: int, call: str) -> None:
    layout = place(QrBox(name="qr", x=1.23, y=4.56, width=33.3, height=41.7, shape=shape, call=call), dpi=dpi)
    [code] = layout.styled
    [figure, *_] = [item for item in layout.items if isinstance(item, Figure)]
    first = 4 + (1.5 if call else 0)  # modules before the first one: quiet zone and frame
    dots = [(length + first * figure.module) * dpi / 25.4 for length in (figure.x, figure.y)]
    assert dots == pytest.approx([round(length) for length in dots], abs=1e-6)
    assert figure.module * dpi / 25.4 == pytest.approx(round(figure.module * dpi / 25.4))
    assert 1.23 - 25.4 / dpi <= code.area.x
    assert code.area.width <= 33.3
    assert code.area.height <= 41.7


def test_a_call_stands_in_a_frame_with_its_fields_and_without_a_value_there_is_no_frame() -> None:
    box = QrBox(name="qr", **AREA, call="{name} 扫一扫")
    assert place(box, name="鸡蛋").texts == ["鸡蛋 扫一扫"]
    bare = place(box)
    assert (bare.texts, bare.styled) == ([], [])
    assert place(box, name="鸡蛋").codes[0].width < bare.codes[0].width


@pytest.mark.parametrize(
    ("look", "reason"),
    [
        ({"call": "扫" * 40}, "is too long for the frame of the code"),
        ({"call": "扫 \U0001f600"}, "has '\U0001f600' (U+1F600), which no font has"),
        ({"call": "wxaurl.cn/x"}, "expires within 30 days"),
        ({"logo": "none.png"}, "is no picture that can be read, as there is no such file"),
        ({"call": "扫", "width": 8.0}, "its modules would be"),
    ],
)
def test_a_look_that_can_not_be_drawn_is_a_problem(look: dict[str, object], reason: str, tmp_path: Path) -> None:
    layout = place(QrBox(name="qr", **AREA | look), folder=tmp_path)  # type: ignore[arg-type]
    assert reason in reasons(layout)[0]
    assert layout.items == []


def mini(side: float, pixels: int, *, optional: bool = False) -> Layout:
    box = MiniProgramBox(name="mini", x=1, y=2, width=side + 10, height=side, optional=optional)
    template = Template("test", Path("test.toml"), 900, 900, 300, "", {}, (box,))
    return lay_out(template, {"url": URL}, SYMBOL, 300, lambda: make_picture(pixels) if pixels else None)


def test_a_mini_program_code_is_a_square_in_the_middle_of_its_box() -> None:
    [ground, picture] = mini(40, 430).items
    assert isinstance(picture, Bitmap)
    assert (picture.x, picture.y, picture.width, picture.height) == (6, 2, 40, 40)
    assert mini(40, 430).codes == [ground]
    assert not mini(40, 430).has_qr


@pytest.mark.parametrize(("side", "coarse"), [(72, 0), (73, 149), (145, 75)])
def test_a_mini_program_code_of_few_pixels_is_remarked_on(side: float, coarse: int) -> None:
    assert (mini(side, 430).coarse, reasons(mini(side, 430))) == (coarse, [])


def test_a_mini_program_code_is_not_blown_up_beyond_75_dpi() -> None:
    [trouble] = mini(150, 430).troubles
    assert "of 430 pixels would have 72 dpi, 75 are needed" in trouble.reason
    assert "o2o wechat fetch --width 886" in trouble.advice
    assert "--width 1280" in mini(800, 1280).troubles[0].advice


def test_a_mini_program_code_that_is_not_there_is_a_problem_unless_it_is_optional() -> None:
    [trouble] = mini(40, 0).troubles
    assert "no mini-program code" in trouble.reason
    assert "o2o wechat fetch" in trouble.advice
    assert (mini(40, 0, optional=True).troubles, mini(40, 0, optional=True).items) == ([], [])


@pytest.mark.parametrize(
    ("box", "values"),
    [
        (TextBox(name="text", **AREA, size=10, text="领券 {name}"), {"name": "https://wxaurl.cn/AbC"}),
        (QrBox(name="qr", **AREA), {"url": "weixin://dl/business/?t=AbC"}),
        (EanBox(name="ean", **AREA), {"barcode": "https://a.wxmpurl.cn/x"}),
        (PriceBox(name="price", **AREA, size=10), {"price": "https://wxaurl.cn/AbC"}),
    ],
)
def test_a_link_that_expires_is_not_printed_wherever_it_stands(box: Box, values: dict[str, str]) -> None:
    layout = place(box, **values)
    assert "expires within 30 days, printed paper doesn't" in reasons(layout)[0]
    assert layout.items == []

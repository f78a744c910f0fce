"""Codes as they are printed, tried before they are."""

from pathlib import Path

import pytest
from PIL import Image

from o2o.codes.smallest import make_symbol
from o2o.printing.drawing.items import Panel
from o2o.printing.drawing.look import Shape
from o2o.printing.layout.composer import lay_out
from o2o.printing.layout.parts import Layout, Part
from o2o.printing.picture.trial import PASSING_SCORE, UnreadableCodeError, check_reading, try_print
from o2o.printing.template.boxes import QrBox, Template

URL = "https://S.SHOP.CN/K7M2X9PQ"


def place(side: float, text: str = URL, level: str = "M", *, folder: Path = Path(), **look: str) -> Layout:
    shape = Shape(look.pop("shape", "square"))
    box = QrBox(name="qr", x=3, y=4, width=side, height=side, shape=shape, **look)
    template = Template("test", folder / "test.toml", 100, 100, 300, "", {}, (box,))
    return lay_out(template, {"url": text}, make_symbol(text, level=level), 300)


@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("side", [15, 40])
def test_each_shape_passes_as_small_as_a_tag_and_as_large_as_a_poster(shape: Shape, side: float) -> None:
    layout = place(side, shape=shape, colour="#103A7A", call="扫码领券" if side > 20 else "")
    [code] = layout.styled
    assert try_print(layout, code, URL, 300, "it") >= PASSING_SCORE


def test_what_lies_over_a_code_is_seen() -> None:
    layout = place(30, colour="#103A7A")
    [code] = layout.styled
    layout.add(Part((Panel(3, 4, 15, 15, fill="#FFFFFF"),)))
    with pytest.raises(UnreadableCodeError, match="it can't be read back from the picture; make its box larger"):
        try_print(layout, code, URL, 300, "it")


def test_a_look_that_too_many_troubles_spoil_is_refused(tmp_path: Path) -> None:
    Image.new("RGB", (90, 90), "#404040").save(tmp_path / "logo.png")
    text = "https://s.example.com/" + "x" * 40
    look = {"shape": "dot", "colour": "#C43E00", "ground": "#E8E8E8", "logo": "logo.png", "call": "扫码领券"}
    layout = place(30, text, "H", folder=tmp_path, **look)
    [code] = layout.styled
    with pytest.raises(UnreadableCodeError, match=r"it would be hard to scan: \d+ of 18 trials read, 15 are needed"):
        try_print(layout, code, text, 300, "it")


def test_another_code_is_not_the_one_wanted() -> None:
    symbol = make_symbol("https://s.example.com/other")
    image = Image.new("L", (symbol.size + 8,) * 2, 255)
    for y, row in enumerate(symbol.rows, start=4):
        for x, dark in enumerate(row, start=4):
            image.putpixel((x, y), 255 * (not dark))
    with pytest.raises(UnreadableCodeError):
        check_reading(image.resize((300, 300)), URL, URL, "look")

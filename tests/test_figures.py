"""Drawings in modules become things on a page, in mm."""

import io

import pytest
from PIL import Image

from o2o.codes.smallest import make_symbol
from o2o.printing.drawing.figures import figures_of, fit_bitmap
from o2o.printing.drawing.fonts import text_width
from o2o.printing.drawing.items import Figure, Panel, Text
from o2o.printing.drawing.look import Look, Shape, arrange

SYMBOL = make_symbol("https://S.SHOP.CN/K7M2X9PQ")


@pytest.mark.parametrize("shape", Shape)
def test_a_look_without_frame_and_logo_is_one_figure(shape: Shape) -> None:
    drawing = arrange(SYMBOL, Look(shape))
    assert list(figures_of(drawing.parts, Panel(1, 2, 30, 30), 0.5)) == [Figure(1, 2, 0.5, drawing.parts)]


def test_the_words_of_a_frame_stand_in_the_middle_below_the_code() -> None:
    drawing = arrange(SYMBOL, Look(call="扫码领券"))
    area = Panel(10, 20, drawing.width * 0.5, drawing.height * 0.5)
    (words,) = [item for item in figures_of(drawing.parts, area, 0.5) if isinstance(item, Text)]
    assert words.x + text_width(words.text, words.font, words.size) / 2 == pytest.approx(10 + drawing.width * 0.25)
    assert 20 + drawing.width * 0.5 < words.y < 20 + drawing.height * 0.5


def test_an_image_is_in_the_middle_of_its_place_whole_and_undistorted() -> None:
    out = io.BytesIO()
    Image.new("RGB", (200, 100)).save(out, "PNG")
    drawn = fit_bitmap(out.getvalue(), Panel(5, 5, 40, 40))
    assert (drawn.x, drawn.y, drawn.width, drawn.height) == (5, 15, 40, 20)

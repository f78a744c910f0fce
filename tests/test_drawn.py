"""What a box draws by itself: where each thing lies, and what lies over what."""

from dataclasses import replace

import pytest

from o2o.codes.smallest import make_symbol
from o2o.printing.drawing.items import Panel, Text
from o2o.printing.layout.drawn import draw_box, ground_of, surrounds, touches
from o2o.printing.template.examples import EXAMPLE_SHOP, example_cases
from o2o.printing.template.file import find_template

AREA = Panel(10, 10, 20, 20)


@pytest.mark.parametrize(
    ("extent", "over", "around"),
    [
        ((0, 0, 10, 10), False, False),
        ((0, 0, 10.04, 30), False, False),
        ((0, 0, 11, 11), True, False),
        ((10, 10, 30, 30), True, True),
        ((0, 0, 40, 40), True, True),
        ((30, 30, 40, 40), False, False),
    ],
)
def test_an_extent_lies_over_an_area_or_around_it(
    extent: tuple[float, float, float, float], over: bool, around: bool
) -> None:
    assert touches(extent, AREA) is over
    assert surrounds(Panel(0, 0, 1, 1), extent, AREA) is around


def test_text_stands_on_the_panel_that_was_drawn_last() -> None:
    panels = [(replace(AREA, fill=fill), (10.0, 10.0, 30.0, 30.0)) for fill in ("#111111", "#222222")]
    assert ground_of((12, 12, 14, 14), panels) == "#222222"
    assert ground_of((40, 12, 44, 14), panels) == "#FFFFFF"


def test_a_box_turned_by_ninety_degrees_draws_upright_things_on_their_side() -> None:
    template = find_template("shelf-tag")
    values = next(iter(example_cases(template, EXAMPLE_SHOP)))
    symbol = make_symbol(values["url"])
    name = next(box for box in template.boxes if box.name == "name")
    for turned in (0, 90):
        drawn = draw_box(template, replace(name, rotate=turned), values, symbol)
        texts = [extent for item, extent in drawn.things if isinstance(item, Text)]
        assert texts
        assert all((right - left < bottom - top) is (turned == 90) for left, top, right, bottom in texts)

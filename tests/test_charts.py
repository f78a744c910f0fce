"""Strips of SVG hold what they are given and nothing more."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from o2o.reports.charts import (
    Mark,
    Scale,
    Shade,
    Shape,
    draw_bar,
    draw_dumbbell,
    draw_heat,
    draw_interval,
    draw_key,
    draw_span,
)

amounts = st.integers(-(10**12), 10**12)


def attributes(svg: str, name: str) -> list[float]:
    return [float(value) for value in re.findall(rf' {name}="(-?[\d.e+-]+)%"', svg)]


@given(st.lists(amounts))
def test_zero_and_every_value_lie_within_the_scale(values: list[int]) -> None:
    scale = Scale.of(values)
    assert all(0 <= scale.percent(value) <= 100 for value in (*values, 0))
    assert scale.percent(scale.low) == 0 and scale.percent(scale.high) == 100


@given(st.lists(amounts, min_size=1))
def test_no_bar_leaves_its_strip(values: list[int]) -> None:
    scale = Scale.of(values)
    for value in values:
        bar = draw_bar(scale, value, "")
        (x,), (width,) = attributes(bar[bar.index("<rect") :], "x"), attributes(bar, "width")
        assert x >= 0 and width >= 0 and x + width <= 100.01


def test_a_bar_is_as_long_as_its_share_of_the_largest() -> None:
    assert 'x="0%" y="2" width="25%"' in draw_bar(Scale.of([400, 100]), 100, "a")


def test_a_small_amount_is_still_seen_and_none_is_not() -> None:
    assert 'width="0.4%"' in draw_bar(Scale.of([1_000_000]), 1, "a")
    assert 'width="0%"' in draw_bar(Scale.of([1_000_000]), 0, "a")


def test_a_negative_amount_lies_left_of_a_line_at_zero() -> None:
    bar = draw_bar(Scale.of([-100, 300]), -100, "refunded")
    assert 'class="minus" x="0%" y="2" width="25%"' in bar
    assert 'class="zero" x1="25%"' in bar


def test_a_step_of_a_waterfall_begins_where_the_one_before_ended() -> None:
    assert 'class="minus" x="60%" y="2" width="20%"' in draw_span(Scale.of([100]), (60, 80), "bots", "minus")


def test_an_interval_is_a_line_with_a_dot_on_it() -> None:
    drawn = draw_interval(Scale.of([1.0]), 0.25, (0.1, 0.5), "a")
    assert 'x1="10%" x2="50%"' in drawn and 'cx="25%"' in drawn


def test_a_dumbbell_spans_its_models_and_has_the_chosen_one_on_top() -> None:
    marks = [Mark(20, Shape.CHOSEN), Mark(10, Shape.FIRST), Mark(80, Shape.LAST), Mark(30, Shape.OTHER)]
    drawn = draw_dumbbell(Scale.of([100]), marks, "a")
    assert 'x1="10%" x2="80%"' in drawn
    assert drawn.rindex('class="chosen"') > max(
        drawn.rindex(f'class="{shape}"') for shape in ("first", "last", "other")
    )


def test_a_dumbbell_of_no_model_is_an_empty_strip() -> None:
    assert "circle" not in draw_dumbbell(Scale.of([]), [], "a")


@pytest.mark.parametrize("shape", list(Shape))
def test_a_legend_shows_the_shape_that_the_chart_uses(shape: Shape) -> None:
    assert f'class="{shape}"' in draw_key(shape)


def test_a_label_is_text_and_not_markup() -> None:
    assert 'aria-label="&quot;&gt;&lt;script&gt;&amp;"' in draw_bar(Scale.of([1]), 1, '"><script>&')


def test_a_heat_map_is_the_darker_the_larger_a_value_is_and_short_rows_end_early() -> None:
    rows = [("May", [Shade("100%", None), Shade("40%", 0.4)]), ("June", [Shade("0%", 0.0)])]
    drawn = draw_heat("Cohorts", ["month", "0", "1"], rows)
    assert '<th scope="row">May</th><td>100%</td><td class="heat-7">40%</td>' in drawn
    assert '<th scope="row">June</th><td class="heat-0">0%</td></tr>' in drawn


def test_a_heat_map_tells_which_columns_a_narrow_screen_has_no_room_for() -> None:
    rows = [("May", [Shade("100%", None), Shade("40%", 0.4), Shade("9%", 0.1)])]
    drawn = draw_heat("Cohorts", ["month", "0", "1", "2"], rows, narrow=[1])
    assert '<th scope="col" class="wide-only">0</th><th scope="col">1</th>' in drawn
    assert '<td class="wide-only">100%</td><td class="heat-7">40%</td><td class="heat-2 wide-only">9%</td>' in drawn
    assert "wide-only" not in draw_heat("Cohorts", ["month", "0", "1", "2"], rows)

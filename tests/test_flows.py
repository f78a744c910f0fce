"""Flows: drawn as high as they have something to tell apart."""

import re

from o2o.reports.flows import Flow, draw_flows


def height_of(flows: list[Flow]) -> int:
    found = re.search(r'viewBox="0 0 1000 (\d+)"', draw_flows(flows, {}, "flows", {}))
    assert found is not None
    return int(found[1])


def test_a_single_way_is_a_band_and_no_wall() -> None:
    assert height_of([Flow((0, "door"), (1, "order"), 900)]) == 100


def test_many_ways_fill_the_picture_and_no_more() -> None:
    assert height_of([Flow((0, f"{number}"), (1, "order"), 1) for number in range(20)]) == 420

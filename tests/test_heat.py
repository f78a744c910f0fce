"""Heat: names are cut to the room that they have, shades tell amounts or ranks."""

import re

import pytest

from o2o.config import Language
from o2o.reports.heat import HeatRow, Shading, draw_heat


def test_names_of_rows_and_columns_are_cut_to_their_room_and_whole_when_pointed_at() -> None:
    name = "西湖旗舰店 West Lake"
    heat = draw_heat([HeatRow(name, [1.0] * 12, ["one"] * 12)], [name] * 12, "heat")
    assert f"<title>{name}</title>西湖旗舰店 West L…<" in heat
    assert f"<title>{name}</title>西湖旗舰…<" in heat


def test_short_names_are_left_whole() -> None:
    assert ">生鲜区<" in draw_heat([HeatRow("生鲜区", [1.0], ["one"])], [], "heat")


def shades(values: list[float], shading: Shading) -> list[float]:
    heat = draw_heat([HeatRow("row", values, [""] * len(values))], [], "heat", shading)
    return [float(found) for found in re.findall(r'fill-opacity="([\d.]+)"', heat)][: len(values)]


def test_by_rank_one_peak_does_not_pale_the_rest() -> None:
    values = [0.0, 1.0, 2.0, 3.0, 4.0, 900.0]
    assert shades(values, Shading.SHARE)[4] < 0.1
    assert shades(values, Shading.RANK) == sorted(shades(values, Shading.RANK))
    assert shades(values, Shading.RANK)[4] > 0.7


def test_what_is_over_the_cap_is_darkest() -> None:
    values = [*(float(number) for number in range(1, 41)), 5_000.0]
    found = shades(values, Shading.CAPPED)
    assert found[-1] == 1.0
    assert 0.45 < found[19] < 0.6


@pytest.mark.parametrize("shading", Shading)
def test_cells_without_anything_are_palest_and_equal_ones_alike(shading: Shading) -> None:
    assert shades([0.0, 0.0], shading) == [0.03, 0.03]
    one, other, more = shades([2.0, 2.0, 5.0], shading)
    assert one == other < more


def test_the_key_says_what_shades_are_in_the_language_of_the_page() -> None:
    row = HeatRow("生鲜区", [1.0], ["one"], ["7"])
    assert "颜色按名次" in draw_heat([row], [], "heat", Shading.RANK, Language.ZH)
    assert "shades are ranks" in draw_heat([row], [], "heat", Shading.RANK)
    assert re.search('class="light"[^>]*>7<', draw_heat([row], [], "heat", Shading.RANK))

"""Heat: names are cut to the room that they have."""

from o2o.reports.heat import HeatRow, draw_heat


def test_names_of_rows_and_columns_are_cut_to_their_room_and_whole_when_pointed_at() -> None:
    name = "西湖旗舰店 West Lake"
    heat = draw_heat([HeatRow(name, [1.0] * 12, ["one"] * 12)], [name] * 12, "heat")
    assert f"<title>{name}</title>西湖旗舰店 West L…<" in heat
    assert f"<title>{name}</title>西湖旗舰…<" in heat


def test_short_names_are_left_whole() -> None:
    assert ">生鲜区<" in draw_heat([HeatRow("生鲜区", [1.0], ["one"])], [], "heat")

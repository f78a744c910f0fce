import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest

from o2o.config import Language, Settings
from o2o.errors import NotFoundError
from o2o.reports.sheet_files import write_parquet
from o2o.reports.sheet_page import render_analysis
from o2o.reports.sheets import (
    Analysis,
    Column,
    Sheet,
    Unit,
    Word,
    choose_rows,
    compare_analyses,
    make_analysis_data,
    present_sheet,
    say_compared,
    say_duration,
    tabulate_sheet,
)
from o2o.statistics.estimates import Estimate
from o2o.statistics.intervals import mover, newcombe, wilson


def settings(language: Language = Language.EN) -> Settings:
    return Settings("https://o2o.example.cn", "CNY", "Asia/Shanghai", language=language)


SETTINGS = settings()
COLUMNS = (
    Column("sign", ("触点", "sign")),
    Column("day", ("日期", "day"), Unit.DAY),
    Column("scans", ("扫码", "scans"), Unit.COUNT),
    Column("rate", ("转化率", "rate"), Unit.SHARE, is_doubted=True),
    Column("revenue", ("销售额", "revenue"), Unit.MONEY),
)


def make_analysis(scans: int = 1_200, orders: int = 60, signs: int = 1) -> Analysis:
    rows = [(f"门贴 {n}", date(2026, 5, 1), scans, wilson(orders, scans), 128_000) for n in range(signs)]
    sheet = Sheet("signs", ("触点表", "Signs"), COLUMNS, [*rows, ("空", date(2026, 5, 1), 0, None, 0)], 2, "rate", 3)
    return Analysis("signs", ("哪个触点有效？", "Which sign works?"), (sheet,), said=(("很好。", "It does."),))


def test_programs_get_the_interval_of_a_figure_in_columns_of_its_own() -> None:
    table = tabulate_sheet(make_analysis().sheets[0], SETTINGS.zone)
    assert table.header == ("sign", "day", "scans", "rate", "rate_low", "rate_high", "revenue")
    assert table.rows[0][:4] == ("门贴 0", "2026-05-01", 1_200, 0.05)
    assert table.rows[1] == ("空", "2026-05-01", 0, None, None, None, 0)


def test_people_get_units_and_the_interval_behind_its_figure() -> None:
    table = present_sheet(make_analysis().sheets[0], SETTINGS)
    assert table.rows[0] == ("门贴 0", "2026-05-01", "1,200", "5.0% (3.9% to 6.4%)", "¥1,280.00")
    assert table.rows[1] == ("空", "2026-05-01", "0", "", "¥0.00")


def test_the_period_before_stands_beside_each_figure_and_the_change_has_an_interval() -> None:
    compared = compare_analyses(make_analysis(1_200, 60), make_analysis(1_000, 30)).sheets[0]
    table = tabulate_sheet(compared, SETTINGS.zone)
    row = dict(zip(table.header, table.rows[0], strict=True))
    assert (row["scans"], row["scans_previous"], row["scans_change"]) == (1_200, 1_000, 200)
    assert (row["rate_previous"], row["rate_change"]) == pytest.approx((0.03, 0.02))
    change = newcombe(60, 1_200, 30, 1_000)
    assert (row["rate_change_low"], row["rate_change_high"]) == pytest.approx((float(change.low), float(change.high)))
    assert "+2.0 pt (+0.3 pt to +3.6 pt)" in present_sheet(compared, SETTINGS).rows[0]


def test_a_row_that_the_period_before_lacks_has_no_change() -> None:
    compared = compare_analyses(make_analysis(signs=2), make_analysis(signs=1)).sheets[0]
    row = tabulate_sheet(compared, SETTINGS.zone).rows[1]
    assert row[3:5] == (None, None)


def test_the_change_of_two_rates_is_newcombes() -> None:
    one, other = wilson([56, 0], [70, 10]), wilson([48, 0], [80, 20])
    assert np.allclose(mover(one, other).low, newcombe([56, 0], [70, 10], [48, 0], [80, 20]).low)


def test_json_holds_the_question_first_and_each_sheet_by_its_name() -> None:
    data = json.loads(json.dumps(make_analysis_data(make_analysis(), SETTINGS)))
    assert list(data)[:2] == ["question", "said"]
    assert data["signs"][0]["rate_low"] == pytest.approx(0.039, abs=0.001)


@pytest.mark.parametrize(("language", "title"), [(Language.ZH, "哪个触点有效？"), (Language.EN, "Which sign works?")])
def test_the_page_is_in_the_language_of_the_shop_and_says_how_many_rows_it_leaves_out(
    language: Language, title: str
) -> None:
    page = render_analysis(make_analysis(signs=5), settings(language), 0)
    assert f"<h1>{title}</h1>" in page
    assert ("另有 3 行" if language is Language.ZH else "3 more rows") in page


def test_a_name_in_a_page_is_text_and_never_code() -> None:
    sheet = Sheet("signs", ("表", "Signs"), COLUMNS[:1], [("<script>alert(1)</script>",)])
    assert "<script" not in render_analysis(Analysis("signs", ("问", "Q"), (sheet,)), SETTINGS, 0)


@pytest.mark.parametrize("signs", [0, 3])
def test_parquet_has_the_types_of_the_units(tmp_path: Path, signs: int) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    sheet = make_analysis(signs=signs).sheets[0]
    write_parquet(tmp_path / "signs.parquet", sheet, SETTINGS.zone)
    table = parquet.read_table(tmp_path / "signs.parquet")
    assert table.num_rows == signs + 1
    assert [str(field.type) for field in table.schema] == ["string", "date32[day]"] + ["int64"] + ["double"] * 3 + [
        "int64"
    ]


def test_a_word_is_read_in_its_language_and_known_to_programs_by_its_name() -> None:
    sheet = Sheet("signs", ("表", "Signs"), COLUMNS[:1], [(Word("door", ("门贴", "door sign")),)])
    assert tabulate_sheet(sheet, SETTINGS.zone).rows == [("door",)]
    assert present_sheet(sheet, SETTINGS).rows == [("door sign",)]
    page = render_analysis(Analysis("signs", ("问", "Q"), (sheet,)), settings(Language.ZH), 0)
    assert "门贴" in page
    assert "door sign" not in page


def test_a_sheet_for_programs_is_not_on_the_page() -> None:
    sheet = Sheet("signs", ("表", "Signs"), COLUMNS[:1], [("a",)], shown=0)
    assert "<table" not in render_analysis(Analysis("signs", ("问", "Q"), (sheet,)), SETTINGS, 0)


@pytest.mark.parametrize(
    ("duration", "english", "chinese"),
    [
        (0, "0 s", "0 秒"),
        (1_500, "1.5 s", "1.5 秒"),
        (90_000, "1.5 min", "1.5 分钟"),
        (5_400_000, "1.5 h", "1.5 小时"),
        (129_600_000, "1.5 d", "1.5 天"),
        (30 * 86_400_000, "30 d", "30 天"),
    ],
)
def test_a_duration_is_told_in_the_largest_unit_that_it_fills(duration: int, english: str, chinese: str) -> None:
    assert (say_duration(duration), say_duration(duration, Language.ZH)) == (english, chinese)


def test_a_chinese_page_tells_durations_in_chinese_and_a_midnight_as_a_day() -> None:
    columns = (COLUMNS[0], Column("wait", ("等待", "wait"), Unit.DURATION), Column("at", ("始", "from"), Unit.INSTANT))
    sheet = Sheet("waits", ("表", "Waits"), columns, [("入口", 7_200_000, 1_767_196_800_000)])
    page = render_analysis(Analysis("waits", ("问", "Q"), (sheet,)), settings(Language.ZH), 0)
    assert ">2 小时<" in page
    assert ">2026-01-01<" in page


def test_short_chinese_cells_and_headings_are_not_broken_letter_by_letter() -> None:
    columns = (COLUMNS[0], Column("segment", ("分群", "segment")))
    sheet = Sheet(
        "waits", ("表", "Waits"), columns, [("入口", "重要挽留客户"), ("出口", "一个很长很长很长很长很长的中文名称")]
    )
    page = render_analysis(Analysis("waits", ("问", "Q"), (sheet,)), settings(Language.ZH), 0)
    assert '<span class="short">分群</span>' in page
    assert '<span class="short">重要挽留客户</span>' in page
    assert "<td>一个很长" in page


def test_people_are_not_shown_columns_of_which_nothing_is_known_and_programs_are() -> None:
    columns = (COLUMNS[0], Column("goal", ("目标", "goal")), Column("cost", ("费用", "cost"), Unit.MONEY))
    sheet = Sheet("campaigns", ("表", "Campaigns"), columns, [("入口", "", 5), ("出口", "", None)])
    assert present_sheet(sheet, SETTINGS).header == ("sign", "cost")
    assert tabulate_sheet(sheet, SETTINGS.zone).header == ("sign", "goal", "cost")


def test_a_sheet_without_rows_says_so() -> None:
    page = render_analysis(Analysis("signs", ("问", "Q"), (Sheet("signs", ("表", "S"), COLUMNS, []),)), SETTINGS, 0)
    assert "Nothing to show." in page
    assert "<table" not in page


def test_in_a_chinese_page_intervals_are_chinese_and_a_key_stands_small_beside_its_name() -> None:
    columns = (Column("key", ("编号", "key")), Column("name", ("名称", "name")), COLUMNS[3])
    sheet = Sheet("signs", ("表", "Signs"), columns, [("M65", "纯牛奶", wilson(60, 1_200))], bar="rate")
    page = render_analysis(Analysis("signs", ("问", "Q"), (sheet,)), settings(Language.ZH), 0)
    assert "5.0%（3.9% 至 6.4%）" in page
    assert "<bdi>纯牛奶</bdi><small><bdi>M65</bdi></small>" in page
    assert ">编号<" not in page


def test_a_page_warns_apart_from_what_it_explains() -> None:
    analysis = replace(make_analysis(), remarks=(("别信", "don't trust it"),), notes=(("说明", "how it is made"),))
    page = render_analysis(analysis, SETTINGS, 0)
    assert '<p class="warn">don&#x27;t trust it</p>' in page
    assert "<li>how it is made</li>" in page
    assert page.index("don&#x27;t trust") < page.index("<table") < page.index("how it is made")


def test_a_table_too_wide_for_the_page_goes_on_in_another_with_the_names_of_its_rows() -> None:
    columns = (Column("key", ("编号", "key")), *(Column(f"c{n}", ("数", f"amount {n}"), Unit.MONEY) for n in range(10)))
    sheet = Sheet("wide", ("表", "Wide"), columns, [("door", *[123_456_789] * 10)], bar="c0")
    page = render_analysis(Analysis("wide", ("问", "Q"), (sheet,)), SETTINGS, 0)
    assert page.count("<table") == page.count(">door<") == 2
    assert page.count('<svg class="strip"') == 1
    assert all(f"amount {number}" in page for number in range(10))


def test_a_page_tells_the_change_beneath_the_figure() -> None:
    page = render_analysis(compare_analyses(make_analysis(1_200, 60), make_analysis(1_000, 30)), SETTINGS, 0)
    assert '<span class="range-of">+200 since</span>' in page
    assert "scans change" not in page


def test_a_column_that_is_a_change_of_its_own_is_not_taken_for_one_of_the_column_before() -> None:
    moved = Column("mover_change", ("份额变化", "its share"), Unit.SHARE, is_change=True)
    sheet = Sheet("moves", ("表", "Moves"), (COLUMNS[0], Column("mover", ("谁", "mover")), moved), [("a", "door", 0.1)])
    page = render_analysis(Analysis("moves", ("问", "Q"), (sheet,)), SETTINGS, 0)
    assert "its share" in page and "+10.0 pt" in page and "since" not in page


def test_each_key_stands_small_beneath_its_own_name() -> None:
    columns = tuple(Column(name, (name, name)) for name in ("one", "name", "other", "other_name"))
    sheet = Sheet("pairs", ("对", "Pairs"), columns, [("P1", "Milk", "P2", "Bread")], keys=4)
    page = render_analysis(Analysis("pairs", ("问", "Q"), (sheet,)), SETTINGS, 0)
    assert page.count("<small>") == 2
    assert page.index("Milk") < page.index("P1") < page.index("Bread") < page.index("P2")


def test_a_narrow_screen_is_told_the_heading_of_each_cell_of_a_wide_table() -> None:
    assert 'data-label="scans"' in render_analysis(make_analysis(), SETTINGS, 0)


def test_rows_are_chosen_by_what_programs_read_in_them() -> None:
    words = [(Word("win-back", ("重要挽留", "to win back")), 3), (Word("lost", ("流失", "lost")), 4)]
    sheet = Sheet("customers", ("客户", "Customers"), (COLUMNS[0], COLUMNS[2]), words)
    assert choose_rows(sheet, {"sign": "win-back", "scans": "3"}, SETTINGS.zone).rows == words[:1]
    with pytest.raises(NotFoundError, match="the columns of customers are sign, scans"):
        choose_rows(sheet, {"segment": "lost"}, SETTINGS.zone)


def test_what_cannot_be_told_is_null_for_programs() -> None:
    sheet = Sheet("signs", ("表", "Signs"), COLUMNS[2:4], [(float("nan"), Estimate(0.5, 0.1, float("inf"), 0.95))])
    assert tabulate_sheet(sheet, SETTINGS.zone).rows == [(None, 0.5, 0.1, None)]


def test_a_parquet_file_has_days_as_dates_and_instants_in_the_time_zone_of_the_shop(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    columns = COLUMNS[1], Column("at", ("时间", "at"), Unit.INSTANT)
    sheet = Sheet("days", ("日", "Days"), columns, [(date(2026, 5, 1), 1_777_564_800_000), (None, None)])
    write_parquet(tmp_path / "days.parquet", sheet, SETTINGS.zone)
    rows = parquet.read_table(tmp_path / "days.parquet").to_pylist()
    assert rows[0]["day"] == date(2026, 5, 1)
    assert rows[0]["at"] == datetime.fromisoformat("2026-05-01T00:00:00+08:00")
    assert rows[1] == {"day": None, "at": None}


def test_a_compared_analysis_says_of_which_days_its_changes_are() -> None:
    day = 86_400_000
    since = 1_777_564_800_000  # 2026-05-01 in Shanghai
    _, english = say_compared(make_analysis(), since, since + 7 * day, SETTINGS.zone).notes[0]
    assert "2026-05-01 to 2026-05-07" in english


def test_a_share_that_hardly_changed_has_no_minus() -> None:
    change = COLUMNS[3].change()
    sheet = Sheet("signs", ("表", "Signs"), (COLUMNS[0], change), [("door", Estimate(-0.0001, -0.01, 0.01, 0.95))])
    assert present_sheet(sheet, SETTINGS).rows == [("door", "+0.0 pt (-1.0 pt to +1.0 pt)")]

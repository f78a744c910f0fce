"""``o2o path attribute``: the contract for paths of one's own."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from o2o.cli import cli
from o2o.errors import InputFileError, SettingError

PATHS = "path,conversions,value,nulls\n导购小王 > 货架卡,3,300.5,10\n货架卡,2,20,5\n门口海报 > 货架卡,0,,7\n"


def run(path, *options):
    result = CliRunner().invoke(cli, ["path", "attribute", str(path), *options], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_touch_model_credit_and_effect_are_printed_in_any_encoding(tmp_path, encoding) -> None:
    path = tmp_path / "paths.csv"
    path.write_bytes(PATHS.encode(encoding))
    rows = list(csv.DictReader(io.StringIO(run(path, "--model", "first,markov", "--format", "csv"))))
    assert list(rows[0]) == ["touch", "model", "conversions", "value", "removal_effect"]
    assert [tuple(row.values()) for row in rows[:3]] == [
        ("导购小王", "first", "3.0", "300.5", ""),
        ("货架卡", "first", "2.0", "20.0", ""),
        ("门口海报", "first", "0.0", "0.0", ""),
    ]
    markov = {row["touch"]: row for row in rows[3:]}
    assert float(markov["货架卡"]["removal_effect"]) == pytest.approx(1)
    assert sum(float(row["conversions"]) for row in rows[3:]) == pytest.approx(5)
    assert sum(float(row["value"]) for row in rows[3:]) == pytest.approx(320.5)


def test_columns_may_be_named_in_chinese_and_stand_in_any_order(tmp_path) -> None:
    path = tmp_path / "paths.csv"
    path.write_text("转化数,备注,触点路径\n4,x,A > B\n", encoding="utf-8")
    rows = json.loads(run(path, "--format", "json"))
    assert [(row["touch"], row["conversions"], row["value"]) for row in rows] == [("A", 2.0, 0.0), ("B", 2.0, 0.0)]


@pytest.mark.parametrize("touch", ["=1+1", "+86 138", "-15%", "@shop", 'say "hi", you', "a\nb", "é", "👨‍👩‍👧"])
def test_csv_gives_back_a_touch_byte_for_byte(tmp_path, touch) -> None:
    path = tmp_path / "paths.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("path", "conversions"), (f"{touch} > B > {touch}", 1)])
    rows = csv.reader(io.StringIO(run(path, "--model", "first", "--format", "csv"), newline=""))
    assert [row[0] for row in rows] == ["touch", touch, "B"]


@pytest.mark.parametrize("touch", ["\u3000A", "A\xa0", "\tA", "\u200bA", "A\ufeff", "'=1", '="1"'])
def test_a_touch_is_the_same_wherever_it_stands_in_its_path(tmp_path, touch) -> None:
    path = tmp_path / "paths.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("path", "conversions"), (f"{touch} > B", 1), (f"B > {touch} > {touch}", " 1\xa0")])
    rows = csv.reader(io.StringIO(run(path, "--model", "shapley", "--format", "csv"), newline=""))
    assert sorted(row[0] for row in rows) == sorted(["touch", touch, "B"])


def test_rows_with_nothing_in_them_are_passed_over(tmp_path) -> None:
    path = tmp_path / "paths.csv"
    path.write_text("path,conversions\n\nA,1, \n , \nB\t,x\n", encoding="utf-8")
    with pytest.raises(InputFileError, match="line 5: conversions 'x': not a plain decimal"):
        run(path)


def test_a_path_may_have_a_million_touches(tmp_path) -> None:
    path = tmp_path / "paths.csv"
    path.write_text(f"path,conversions\n{'A > B > ' * 499_999}A > B,1\n", encoding="utf-8")
    rows = json.loads(run(path, "--model", "shapley,markov", "--format", "json"))
    assert [row["conversions"] for row in rows] == [0.5] * 4


def test_a_line_that_would_fill_the_memory_is_refused(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("o2o.importers.paths._LONGEST", 3_000_000)
    path = tmp_path / "paths.csv"
    path.write_text(f"path,conversions\n{'A > ' * 1_200_000}B,1\n", encoding="utf-8")
    with pytest.raises(InputFileError, match="a line of 3,000,000 bytes or more is no row of a table"):
        run(path)


def test_all_are_the_models_that_need_nothing_but_paths(tmp_path) -> None:
    path = tmp_path / "paths.csv"
    path.write_text("path,conversions\nA > B,2\n", encoding="utf-8")
    rows = json.loads(run(path, "--model", "all,first", "--format", "json"))
    models = ["first", "last", "linear", "position", "participation", "markov", "shapley"]
    assert list(dict.fromkeys(row["model"] for row in rows)) == models
    assert len(rows) == 2 * len(models)


def test_without_a_model_nothing_is_guessed(tmp_path) -> None:
    path = tmp_path / "paths.csv"
    path.write_text(PATHS, encoding="utf-8")
    with pytest.raises(SettingError, match="no model of paths is named; there are first"):
        run(path, "--model", " , ")


def test_a_touch_with_a_comma_is_passed_over_by_name(tmp_path) -> None:
    path = tmp_path / "paths.csv"
    path.write_text('path,conversions\n"A > East, door",3\n', encoding="utf-8")
    shown = run(path, "--model", r"last-non:East\, door,first", "--format", "csv")
    assert shown.splitlines()[1:3] == [
        'A,"last-non:East, door",3.0,0.0,',
        '"East, door","last-non:East, door",0.0,0.0,',
    ]


def test_the_order_of_markov_can_be_given(tmp_path) -> None:
    path = tmp_path / "paths.csv"
    path.write_text("path,conversions,nulls\nA > C > D,4,0\nB > C > E,0,4\n", encoding="utf-8")
    for order, effect in (("1", 0.5), ("2", 1.0)):
        rows = json.loads(run(path, "--model", "markov", "--order", order, "--format", "json"))
        assert {row["touch"]: row["removal_effect"] for row in rows}["A"] == pytest.approx(effect)


def test_the_order_that_was_chosen_is_said(tmp_path) -> None:
    path = tmp_path / "paths.csv"
    path.write_text("path,conversions\nA > C > A,500\nB > C > B,500\n", encoding="utf-8")
    result = CliRunner().invoke(cli, ["path", "attribute", str(path), "--model", "markov", "--order", "auto"])
    assert result.stderr == "order 2 by BIC\n"
    result = CliRunner().invoke(cli, ["path", "attribute", str(path), "--model", "markov", "--order", "auc"])
    assert result.stderr == "order 1 by penalised AUC\n"


@pytest.mark.parametrize(
    ("rows", "remark"),
    [
        ("", "there are no paths below the header\n"),
        ("A>B,1\n", "taken for one touch: 'A>B', for touches are joined by ' > ', with blanks\n"),
        ("A > B,1\n", ""),
    ],
)
def test_what_may_not_be_meant_is_said(tmp_path, rows, remark) -> None:
    path = tmp_path / "paths.csv"
    path.write_text(f"path,conversions\n{rows}", encoding="utf-8")
    assert CliRunner().invoke(cli, ["path", "attribute", str(path)]).stderr == remark


def test_how_exact_drawn_orders_are_is_said(tmp_path) -> None:
    path = tmp_path / "paths.csv"
    rows = "\n".join(f"T{number} > T{(7 * number + 3) % 10} > T0,{number},9" for number in range(10))
    path.write_text(f"path,conversions,nulls\n{rows}\n", encoding="utf-8")
    options = ["path", "attribute", str(path), "--model", "shapley-ordered,bagged-logistic", "--format", "csv"]
    first, again, other = (
        CliRunner().invoke(cli, [*options, "--samples", *more]) for more in (["20"], ["20"], ["20", "--seed", "2"])
    )
    assert first.stdout == again.stdout != other.stdout
    assert first.stderr.startswith("shapley-ordered: standard error of up to ")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("A > > B,1", "line 3: path 'A > > B': a touch in it is empty"),
        (",3", "line 3: path '': a touch in it is empty"),
        ("A,-1", "line 3: conversions '-1': not a plain decimal"),
        ("A,1e3", "line 3: conversions '1e3': not a plain decimal"),
        ("A,nan", "line 3: conversions 'nan': not a plain decimal"),
        ('A,"1,000"', "line 3: conversions '1,000': not a plain decimal"),
        ("A,", "line 3: conversions '': is missing"),
        ("A,1,2.5.1", "line 3: value '2.5.1': not a plain decimal"),
        ("A,0,5", "line 3: value '5': a value without a conversion"),
        ("A,1,2,-3", "line 3: nulls '-3': not a plain decimal"),
        ("A," + "9" * 101, "too large to be true; check the numbers of this column"),
        ("A,1,2,3,4", "line 3: the row has 5 cells, the header 4"),
    ],
)
def test_a_bad_row_is_refused_with_its_file_and_line(tmp_path, row, message) -> None:
    path = tmp_path / "paths.csv"
    path.write_text(f"path,conversions,value,nulls\nX,1\n{row}\n", encoding="utf-8")
    with pytest.raises(InputFileError) as refusal:
        run(path)
    assert str(refusal.value).startswith(f"{path}, line 3: ")
    assert message in str(refusal.value)


def test_a_file_without_its_columns_is_refused(tmp_path) -> None:
    path = tmp_path / "paths.csv"
    path.write_text("route,conversions\nA,1\n", encoding="utf-8")
    with pytest.raises(InputFileError, match="the header has no path; name it path,conversions,value,nulls"):
        run(path)

"""CSV and its like: the separator is found, quotes are respected, lines are counted."""

from pathlib import Path

import pytest

from o2o.errors import InputFileError
from o2o.importers import delimited
from o2o.importers.delimited import find_separator, read_delimited


def read(path: Path, text: str) -> list[tuple[int, list[str]]]:
    path.write_bytes(text.encode())
    return [row for batch in read_delimited(path, "utf-8") for row in zip(batch.lines, batch.rows, strict=True)]


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("sku,name\n1,egg\n", ","),
        ("sku;name\n1;egg\n", ";"),
        ("sku\tname\n1\tegg\n", "\t"),
        ("sku|name\n1|egg\n", "|"),
        ("sku;name", ";"),
        ("007\n008\n", ","),
        ("indeks;nazwa;cena\n1;Mleko;3,49\n2;Ser;4,99\n", ";"),
        ("sku;name;price;member\n1;a;1,50;1,20\n2;b;2,50;2,20\n3;c;2,50;2,20\n", ";"),
        ("商品主档，2026年，全部\n\nsku,name\n1,egg\n2,milk\n", ","),
        ("Export; all stores\nsku,name,price\n1,egg,2\n2,milk,3\n", ","),
        ('sku,name\n1,"a;b;c"\n2,"d;e;f"\n', ","),
        ('sku\tname\n1\t"a, b"\n2\tc, d\n', "\t"),
        ('sku;name\n1;"two\nlines, really"\n2;b\n', ";"),
        ("sep=;\nsku;name\n1;egg\n", ";"),
    ],
)
def test_the_separator_is_what_gives_most_lines_one_width(text: str, separator: str) -> None:
    assert find_separator(text.splitlines(keepends=True)) == separator


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\r\n1,2\r\n", [(1, ["a", "b"]), (2, ["1", "2"])]),
        ("a,b\r1,2\r", [(1, ["a", "b"]), (2, ["1", "2"])]),
        ('a,"b\nc"\n1,2\n', [(1, ["a", "b\nc"]), (3, ["1", "2"])]),
        ('a,"b\r\nc\n\n"\n1,2\n', [(1, ["a", "b\r\nc\n\n"]), (5, ["1", "2"])]),
        ('a,b\n\n\n1,"say ""hi"""', [(1, ["a", "b"]), (2, []), (3, []), (4, ["1", 'say "hi"'])]),
        ("sep=;\na;b\n", [(2, ["a", "b"])]),
    ],
)
def test_rows_have_the_lines_on_which_they_begin(tmp_path: Path, text: str, rows: list) -> None:
    assert read(tmp_path / "file.csv", text) == rows


def test_lines_are_counted_over_many_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "BATCH", 3)
    text = "".join(f'{number},"x\ny"\n' if number % 4 == 0 else f"{number},x\n" for number in range(20))
    found = read(tmp_path / "file.csv", text)
    lines = text.splitlines()
    assert all(lines[line - 1].startswith(f"{cells[0]},") for line, cells in found)
    assert len(found) == 20


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('sku,name\n1,a\n2,"abc\n3,d\n', "line 3: not a CSV table .unexpected end of data.; save it as CSV again"),
        ('sku,name\n1,"a\nb"\n2,"abc" d\n', "line 4: not a CSV table"),
    ],
)
def test_quotes_that_do_not_fit_are_said_with_the_line_where_the_row_begins(tmp_path: Path, text, message) -> None:
    with pytest.raises(InputFileError, match=message):
        read(tmp_path / "file.csv", text)


def test_a_line_that_never_ends_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="line 200001: a line of 1,000,000 bytes or more is no row"):
        read(tmp_path / "file.csv", "sku,name\n1,egg\n" * 100_000 + "1," + "a" * 2_500_000)


def test_a_cell_that_never_ends_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="line 2: not a CSV table"):
        read(tmp_path / "file.csv", 'sku,name\n1,"' + f"{'a' * 900_000}\n" * 20)

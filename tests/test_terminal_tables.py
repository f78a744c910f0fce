from itertools import pairwise

import pytest

from o2o.cli.terminal_tables import lay_out_table

HEADER = ("code", "name", "scans", "rate", "revenue", "95 % range of revenue", "carrier")
ROWS = [
    (
        "SFMB4YQ6",
        "云樾纯牛奶 Yunyue Whole milk",
        956,
        "20.3% (17.9% to 23.0%)",
        "¥10,498.77",
        "¥8,703 to ¥12,570",
        "tag",
    ),
    ("YYJQFCH9", "牛奶堆头 Milk end-cap", 952, "25.4% (22.8% to 28.3%)", "¥10,764.00", "¥9,065 to ¥12,710", "endcap"),
]
FIGURES = ("rate", "revenue", "95 % range of revenue")


def lay_out(width: int, keys: int = 2) -> list[str]:
    return lay_out_table(HEADER, ROWS, FIGURES, keys, width).split("\n")


def test_a_table_that_fits_is_one() -> None:
    lines = lay_out(200)
    assert len(lines) == 4
    assert "20.3% (17.9% to 23.0%)   ¥10,498.77" in lines[2]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_table_too_wide_goes_on_beneath_with_what_names_its_rows(width: int) -> None:
    from rich.cells import cell_len

    lines = lay_out(width)
    assert max(map(cell_len, lines)) <= width
    heads = [line for line, below in pairwise(lines) if below.startswith("───")]
    assert len(heads) == sum(line.startswith("SFMB4YQ6") for line in lines) == {60: 3, 80: 2, 120: 1}[width]


def test_neither_a_word_nor_an_interval_is_broken() -> None:
    text = "\n".join(lay_out(60))
    for whole in ("SFMB4YQ6", "¥8,703 to ¥12,570", "(17.9% to 23.0%)", "carrier", "endcap"):
        assert whole in text


def test_on_a_very_narrow_screen_only_the_first_column_is_said_again() -> None:
    lines = lay_out(36)
    assert sum("SFMB4YQ6" in line for line in lines) > sum("Yunyue" in line for line in lines) == 1


def test_a_table_without_rows_has_its_heading() -> None:
    assert lay_out_table(("key", "name"), [], (), 1, 80).split("\n")[0] == "key   name"


def test_what_is_broken_goes_on_in_its_column_and_figures_stand_at_the_right() -> None:
    rows = [("a", "one of many words", 5), ("b", "two\nlines", 1200)]
    assert lay_out_table(("key", "what", "scans"), rows, (), 1, 26).split("\n") == [
        "key   what           scans",
        "──────────────────────────",
        "a     one of many        5",
        "      words",
        "b     two             1200",
        "      lines",
    ]

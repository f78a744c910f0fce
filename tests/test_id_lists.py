"""Lists of ids: tables and plain lines."""

from pathlib import Path

import pytest

from o2o.errors import InputFileError
from o2o.importers.id_lists import read_ids
from o2o.subjects import Kind


@pytest.mark.parametrize(
    "text",
    ["007\n008\n007\n", "品名,商品编码\n鸡蛋,007\n牛奶,008\n", "name,sku\negg,007\n,\nmilk,008\nmilk again,008\n"],
)
def test_ids_come_from_their_column_or_the_first_one_each_once(text: str, tmp_path: Path) -> None:
    (tmp_path / "ids.csv").write_text(text, encoding="utf-8")
    assert read_ids(tmp_path / "ids.csv", Kind.PRODUCT) == ("007", "008")


def test_a_list_without_ids_is_refused_rather_than_taken_for_all(tmp_path: Path) -> None:
    (tmp_path / "ids.csv").write_text("place_id,name\n,door\n", encoding="utf-8")
    with pytest.raises(InputFileError, match="list one place_id a line"):
        read_ids(tmp_path / "ids.csv", Kind.PLACE)

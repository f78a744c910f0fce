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


def test_ids_of_a_kind_come_from_an_export_of_touchpoints(tmp_path: Path) -> None:
    rows = "code,url,kind,subject_id,store_id\nA,u,product,007,\nB,u,place,P1,\nC,u,product,008,\n"
    (tmp_path / "export.csv").write_text(rows, encoding="utf-8")
    assert read_ids(tmp_path / "export.csv", Kind.PRODUCT) == ("007", "008")


def test_a_table_without_a_column_of_ids_is_refused_rather_than_read_from_another(tmp_path: Path) -> None:
    (tmp_path / "ids.csv").write_text("货架,数量\nA1,3\n", encoding="utf-8")
    with pytest.raises(InputFileError, match="name one sku, or list one a line"):
        read_ids(tmp_path / "ids.csv", Kind.PRODUCT)

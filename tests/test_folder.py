"""The demo's folder: its own files go, anybody else's stay."""

from pathlib import Path

import pytest

from o2o.demo.folder import prepare_folder
from o2o.errors import OutputError

OWN = ("demo.db*", "*.pdf", "input/orders.csv")


def test_an_earlier_demo_is_replaced_and_foreign_files_stay(tmp_path: Path) -> None:
    out = tmp_path / "new" / "out"
    prepare_folder(out, OWN)
    (out / "demo.db").write_text("")
    (out / "demo.db.segments").mkdir()
    (out / "demo.db.segments" / "1").write_text("")
    (out / "input" / "orders.csv").write_text("")
    (out / "input" / "mine.csv").write_text("")
    (out / "notes.txt").write_text("")
    prepare_folder(out, OWN)
    assert sorted(path.name for path in out.rglob("*")) == [".o2o-demo", "input", "mine.csv", "notes.txt"]


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "demo.db").write_text("precious")
    with pytest.raises(OutputError, match="choose a new or empty folder with --out"):
        prepare_folder(tmp_path, OWN)
    assert [path.name for path in tmp_path.iterdir()] == ["demo.db"]


def test_a_name_that_is_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(OutputError):
        prepare_folder(tmp_path / "out", OWN)


def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    prepare_folder(tmp_path, OWN)
    assert (tmp_path / "input").is_dir()

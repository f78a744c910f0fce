"""Templates to start from: read at once, whole or upon another."""

from pathlib import Path

import pytest

from o2o.errors import SettingError
from o2o.printing.template.file import find_template, read_template, shipped_templates
from o2o.printing.template.starters import start_template


def test_a_whole_template_has_a_box_of_each_kind_that_a_tag_needs(tmp_path: Path) -> None:
    start_template(tmp_path / "mine.toml")
    template = read_template(tmp_path / "mine.toml")
    assert [box.name for box in template.boxes] == ["name", "facts", "price", "saved", "ean", "qr", "call"]
    assert "template check mine.toml" in (tmp_path / "mine.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [path.stem for path in shipped_templates()])
def test_a_template_upon_another_is_the_other_until_it_is_changed(tmp_path: Path, name: str) -> None:
    start_template(tmp_path / "mine.toml", name)
    mine, base = read_template(tmp_path / "mine.toml"), find_template(name)
    assert (mine.boxes, mine.back, mine.carrier, mine.width) == (base.boxes, base.back, base.carrier, base.width)


def test_what_is_there_already_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("mine", encoding="utf-8")
    with pytest.raises(SettingError, match="there is such a file already"):
        start_template(tmp_path / "mine.toml")
    with pytest.raises(SettingError, match=r"name it mine\.toml"):
        start_template(tmp_path / "mine.txt")
    with pytest.raises(SettingError, match="o2o ships one of this name"):
        start_template(tmp_path / "badge.toml")
    assert (tmp_path / "mine.toml").read_text(encoding="utf-8") == "mine"

"""The tables of a template's file: those of the template that it extends lie beneath, and each key knows its line."""

from pathlib import Path

import pytest

from o2o.errors import InputFileError
from o2o.printing.template.draft import read_draft

BASE = """size = [70, 37]
about = "a tag"
[words.zh]
call = "扫一扫"
more = "更多"
[box.name]
kind = "text"
x = 2
size = 11
lines = 1
[box.qr]
kind = "qr"
"""


def write(folder: Path, content: str, name: str = "tag.toml") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def test_each_key_knows_where_it_is_written(tmp_path: Path) -> None:
    path = write(tmp_path, BASE)
    draft = read_draft(path)
    assert (draft.top["about"].path, draft.top["about"].line) == (path, 2)
    assert {key: entry.line for key, entry in draft.boxes["name"].items()} == {
        "": 6, "kind": 7, "x": 8, "size": 9, "lines": 10,
    }  # fmt: skip


def test_a_template_extends_another_at_its_own_scale(tmp_path: Path) -> None:
    base = write(tmp_path, BASE, "base.toml")
    own = 'extends = "base"\nscale = 2\nwithout = ["qr"]\n[words.zh]\ncall = "看看"\n[box.name]\nx = 3\n'
    draft = read_draft(write(tmp_path, own))
    assert list(draft.boxes) == ["name"]
    name = {key: entry.value for key, entry in draft.boxes["name"].items() if key}
    assert name == {"kind": "text", "x": 3, "size": 22, "lines": 1}
    assert draft.top["size"].value == [140, 74]
    assert "about" not in draft.top
    assert {key: entry.value for key, entry in draft.words["zh"].items() if key} == {"call": "看看", "more": "更多"}
    assert draft.boxes["name"]["size"].path == base


def test_a_mistake_in_the_template_below_is_told_with_its_own_file(tmp_path: Path) -> None:
    base = write(tmp_path, BASE.replace("about", "abuot"), "base.toml")
    with pytest.raises(InputFileError, match="unknown key 'abuot'") as caught:
        read_draft(write(tmp_path, 'extends = "base"\n'))
    assert str(caught.value).startswith(f"{base}, line 2")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('extends = "none"\n', r"there is no template 'none\.toml'"),
        ('extends = "tag"\n', "extends itself"),
        ('extends = "base"\nwithout = ["x"]\n', r"no box 'x' in base\.toml; use name, qr"),
        ("words = 1\n", r"'words' is not a table; write \[words\]"),
        ("[box]\nname = 1\n", r"box\.name is not a table"),
        ("size = seventy\n", "not TOML"),
    ],
)
def test_what_is_no_template_is_refused(tmp_path: Path, content: str, message: str) -> None:
    write(tmp_path, BASE, "base.toml")
    with pytest.raises(InputFileError, match=message):
        read_draft(write(tmp_path, content))

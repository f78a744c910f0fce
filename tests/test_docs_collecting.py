"""docs/collecting.md: the rules that it shows can be written, and it names every condition and placeholder."""

import re
import shlex
from pathlib import Path

import pytest

from o2o.cli import cli
from o2o.db import Database
from o2o.destinations.conditions import CONDITIONS, QUERY
from o2o.destinations.location import PLACEHOLDERS
from o2o.destinations.rule_files import import_rules
from o2o.destinations.wording import parse_conditions

TEXT = (Path(__file__).parent.parent / "docs" / "collecting.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ o2o ((?:destination|wechat|scan|check).*)$", TEXT, re.MULTILINE)


@pytest.mark.parametrize("name", [*CONDITIONS, QUERY])
def test_each_condition_is_told(name: str) -> None:
    assert f"`{name}" in TEXT


def test_each_placeholder_is_told() -> None:
    assert all(f"{{{name}}}" in TEXT for name in PLACEHOLDERS)


def test_each_example_of_a_condition_can_be_written() -> None:
    examples = re.findall(r"`((?:[a-z]+|query\.\w+)=[^`…]+)`", TEXT)
    assert len(examples) > len(CONDITIONS)
    for example in examples:
        assert parse_conditions(example)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_options_that_there_are(command: str) -> None:
    words = shlex.split(command.partition(" > ")[0])
    with cli.make_context("o2o", ["--help"], resilient_parsing=True) as context:
        group = cli
        while hasattr(group, "get_command") and words and (found := group.get_command(context, words[0])):
            group, words = found, words[1:]
        group.make_context("command", words)


def test_the_file_of_rules_can_be_imported(db: Database, tmp_path: Path) -> None:
    [block] = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    (tmp_path / "rules.toml").write_text(block, encoding="utf-8")
    assert import_rules(db, tmp_path / "rules.toml", 0).new == 1

"""The command itself: every help has an example, every failure is one line."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from o2o.cli import COMMANDS, cli

ROOT = Path(__file__).parent.parent


def walk(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            assert found is not None
            yield from walk(found, f"{name} {child}")


ALL = list(walk(cli, "o2o"))


def o2o(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    env = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run([sys.executable, "-m", "o2o", *arguments], capture_output=True, env=env, check=False)


@pytest.mark.parametrize(("name", "command"), ALL, ids=[name for name, _ in ALL])
def test_every_help_has_an_example(name: str, command: click.Command) -> None:
    assert command.help
    assert "Example:\n" in command.help
    assert "o2o " in command.help.split("Example:")[1]


@pytest.mark.parametrize("name", list(COMMANDS))
def test_the_list_says_what_the_command_says(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert (command.help or "").split("\n")[0] == COMMANDS[name][1]


@pytest.mark.parametrize(("name", "command"), ALL[1:], ids=[name for name, _ in ALL[1:]])
def test_a_command_is_found_under_its_own_name(name: str, command: click.Command) -> None:
    assert name.endswith(f" {command.name}")


@pytest.mark.parametrize(("name", "command"), ALL, ids=[name for name, _ in ALL])
def test_a_group_lists_its_commands_in_whole_sentences(name: str, command: click.Command) -> None:
    if isinstance(command, click.Group):
        shown = " ".join(command.get_help(click.Context(command)).split())
        for child in command.list_commands(click.Context(command)):
            found = command.get_command(click.Context(command), child)
            assert found is not None
            assert f"{child} {(found.help or '').splitlines()[0]}" in shown


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from o2o.cli import cli\n"
        "try: cli(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = ('reportlab', 'PIL', 'rich', 'uvicorn', 'numpy', 'qrcode', 'sqlite_utils')\n"
        "print([module for module in heavy if module in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert run.stdout.splitlines()[-1] == "[]"


def test_a_failure_is_one_line_that_says_what_to_do(tmp_path: Path) -> None:
    run = o2o("setting", "list", "--db", str(tmp_path / "none.db"))
    assert run.returncode == 1
    assert run.stdout == b""
    lines = run.stderr.decode().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("Error: ")
    assert "o2o init" in lines[0]


def test_an_unknown_option_is_a_usage_error() -> None:
    run = o2o("setting", "list", "--colour", "red")
    assert run.returncode == 2
    assert b"Traceback" not in run.stderr


def test_a_chinese_windows_terminal_shows_what_it_can(tmp_path: Path) -> None:
    path = str(tmp_path / "shop.db")
    made = o2o("init", "--db", path, "--base-url", "https://s.shop.com", "--currency", "CNY", "--timezone", "UTC")
    assert made.returncode == 0
    o2o("setting", "set", "--db", path, "no_customer", "散客¥✓é")
    run = o2o("setting", "list", "--db", path, PYTHONIOENCODING="cp936")
    assert run.returncode == 0, run.stderr
    assert "散客￥√é" in run.stdout.decode("cp936")


def test_data_for_a_file_is_never_changed_to_what_its_encoding_has(tmp_path: Path) -> None:
    path = str(tmp_path / "shop.db")
    o2o("init", "--db", path, "--base-url", "https://s.shop.com", "--currency", "CNY", "--timezone", "UTC")
    o2o("setting", "set", "--db", path, "no_customer", "散客,żaden")
    run = o2o("setting", "list", "--db", path, "--format", "csv", PYTHONIOENCODING="cp936")
    assert (run.returncode, run.stdout) == (1, b"")
    assert b"gbk has no '\\u017c'; write a file with --out, or set PYTHONUTF8=1" in run.stderr
    assert "żaden" in o2o("setting", "list", "--db", path, "--format", "csv", PYTHONUTF8="1").stdout.decode()


def test_shell_completion_works() -> None:
    result = CliRunner().invoke(cli, [], prog_name="o2o", env={"_O2O_COMPLETE": "bash_source"})
    assert result.exit_code == 0
    assert "_O2O_COMPLETE" in result.output

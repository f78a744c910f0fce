"""The README: each command in it runs, each picture and each section that it names is there."""

import gzip
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line.removeprefix("$ ")
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("$ ")
]
SET_UP = ("make ", "pip ")  # these make the environment that the tests run in
LONG = ("o2o demo --dataset",)  # has a test of its own
PORT = 8000
LOG_LINE = (
    '192.0.2.7 - - [17/May/2026:10:05:03 +0800] "GET /{code} HTTP/1.1" 302 0 "-" '
    '"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.50"\n'
)


def start(command: str, folder: Path) -> subprocess.Popen[str]:
    arguments = shlex.split(command)
    assert arguments[0] == "o2o"
    return subprocess.Popen(
        [sys.executable, "-m", "o2o", *arguments[1:]],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(command: str, folder: Path) -> str:
    with start(command, folder) as process:
        out, err = process.communicate(timeout=300)
    assert process.returncode == 0, f"{command}\n{out}\n{err}"
    return out


def write_log(folder: Path) -> None:
    codes = [line.split(",")[0] for line in (folder / "touchpoints.csv").read_text("utf-8-sig").splitlines()[1:4]]
    text = "".join(LOG_LINE.format(code=code) for code in codes)
    (folder / "access.log.gz").write_bytes(gzip.compress(text.encode()))


def scan_once(folder: Path) -> int:
    code = (folder / "touchpoints.csv").read_text("utf-8-sig").splitlines()[1].split(",")[0]
    for _ in range(100):
        try:
            connection = HTTPConnection("127.0.0.1", PORT, timeout=5)
            connection.request("GET", f"/{code}", headers={"User-Agent": "Mozilla/5.0 (Linux; Android 15) Mobile"})
            return connection.getresponse().status
        except ConnectionRefusedError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise AssertionError("the server can't be reached")


@pytest.mark.skipif(sys.platform == "win32", reason="the server is stopped by a signal")
def test_each_command_runs_in_the_order_of_the_page(tmp_path: Path) -> None:
    run("o2o demo --out demo-out --shoppers 200", tmp_path)
    served = []
    for command in COMMANDS:
        if command.startswith((*SET_UP, *LONG)):
            continue
        if command.startswith("o2o serve"):
            with start(command, tmp_path) as server:
                served.append(scan_once(tmp_path))
                server.send_signal(signal.SIGTERM)
                server.communicate(timeout=30)
            assert server.returncode == 0
            continue
        if "access.log.gz" in command:
            write_log(tmp_path)
        run(command, tmp_path)
    assert served == [302]
    for name in ("tags.pdf", "badges.pdf", "signage.pdf", "places.csv", "report.html", "touchpoints.csv"):
        assert (tmp_path / name).stat().st_size > 0


def test_the_two_commands_of_a_newcomer_are_targets_of_make() -> None:
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert {"demo", "test", "lint", "bench"} <= set(targets)
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)h#][^)]*)\)", README))
def test_each_picture_and_page_is_there(target: str) -> None:
    assert (ROOT / target).is_file()


@pytest.mark.parametrize("anchor", re.findall(r"\]\(#([^)]*)\)", README))
def test_each_link_within_the_page_leads_somewhere(anchor: str) -> None:
    headings = re.findall(r"^#+ (.*)$", README, re.MULTILINE)
    assert anchor in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}

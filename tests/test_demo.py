"""The whole loop, walked small: real files, real PDFs read back, a real server, a report that adds up."""

import csv
import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner, Result

from o2o.cli import cli
from o2o.db import Database, open_database
from o2o.demo.live import lan_address
from o2o.demo.paper import read_paper
from o2o.demo.server import ServerNotReadyError
from o2o.demo.walk import Demo, Plan, run_demo
from o2o.errors import OutputError

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile Safari/604.1"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A demo of few shoppers."""
    return run_demo(tmp_path_factory.mktemp("demo"), Plan(shoppers=1_000), lambda _: None)


@pytest.fixture
def shop(demo: Demo) -> Iterator[Database]:
    """The file that the demo left."""
    with closing(open_database(demo.database)) as db:
        yield db


def count(db: Database, sql: str) -> int:
    number: int = db.conn.execute(sql).fetchone()[0]
    return number


def test_the_catalogue_was_imported_without_a_problem(demo: Demo) -> None:
    assert not list(demo.out.rglob("*.problems.csv"))


def test_every_printed_code_reads_back_and_is_of_a_touchpoint_of_its_own(demo: Demo, shop: Database) -> None:
    codes = [url.rpartition("/")[2] for url in read_paper(demo.pdfs)]
    assert len(set(codes)) == demo.codes == 300 + 12 + 60
    carriers = dict(shop.conn.execute("SELECT code, carrier FROM touchpoints").fetchall())
    assert set(codes) <= carriers.keys()
    twice = {carriers[code] for code, times in Counter(codes).items() if times > 1}
    assert twice == {"hanging_flag", "leaflet", "table"}, "they show their code on two sides"
    assert len(demo.pdfs) >= 3


def test_shoppers_only_asked_for_what_is_on_paper(demo: Demo, shop: Database) -> None:
    codes = {url.rpartition("/")[2] for url in read_paper(demo.pdfs)}
    asked = {code for (code,) in shop.conn.execute("SELECT DISTINCT code FROM scans WHERE verdict <> 'orphan'")}
    assert asked <= codes


def test_every_shopper_is_one_visitor_and_no_machine_is(shop: Database) -> None:
    assert count(shop, "SELECT count(DISTINCT visitor_id) FROM scans WHERE verdict = 'human'") == 1_000


def test_bots_previews_and_slips_are_kept_and_not_counted(shop: Database) -> None:
    verdicts = dict(shop.conn.execute("SELECT verdict, count(*) FROM scans GROUP BY verdict").fetchall())
    assert verdicts.keys() == {"human", "bot", "preview", "duplicate", "orphan"}
    agents = "SELECT verdict FROM scans JOIN user_agents AS a ON a.id = user_agent_id WHERE a.user_agent LIKE '%bot%'"
    assert {verdict for (verdict,) in shop.conn.execute(agents)} <= {"bot", "preview"}


def test_no_order_is_before_the_scan_that_it_names(shop: Database) -> None:
    joined = "FROM orders JOIN scans USING (scan_id)"
    assert count(shop, f"SELECT count(*) {joined}") > 50
    assert count(shop, f"SELECT count(*) {joined} WHERE ordered_at < scanned_at") == 0


def test_some_orders_can_be_joined_by_customer_alone_and_some_not_at_all(shop: Database) -> None:
    assert count(shop, "SELECT count(*) FROM orders WHERE scan_id IS NULL AND customer IS NOT NULL") > 10
    assert count(shop, "SELECT count(*) FROM orders WHERE scan_id IS NULL AND customer IS NULL AND amount > 0") > 10
    assert count(shop, "SELECT count(*) FROM orders WHERE refund_of IS NOT NULL") > 0


def test_the_report_adds_up_to_the_till(demo: Demo, shop: Database) -> None:
    with (demo.out / "attribution.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    total = count(shop, "SELECT sum(amount) FROM orders")
    for model in {row["model"] for row in rows}:
        assert sum(int(row["revenue"]) for row in rows if row["model"] == model) == total
    assert any(row["key"] == "" for row in rows)


def test_what_was_planted_is_found_within_its_interval(demo: Demo) -> None:
    assert [finding.influence.multiplier for finding in demo.findings] == [3.0, 2.0, 1.5, 1.0]
    for finding in demo.findings:
        assert finding.ratio
        assert finding.ratio.low <= finding.influence.multiplier <= finding.ratio.high, str(finding)


def test_the_page_holds_the_planted_truth_beside_what_was_found(demo: Demo) -> None:
    page = demo.report.read_text(encoding="utf-8")
    for finding in demo.findings:
        assert finding.ratio
        assert f"{finding.influence.multiplier:.1f}×" in page
        assert f"{finding.ratio.value:.2f}×" in page
    assert "http://" not in page.replace("http://www.w3.org/", "")


def run(*arguments: str | int | Path) -> Result:
    return CliRunner().invoke(cli, ["demo", *map(str, arguments)])


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("precious")
    result = run("--out", tmp_path)
    assert isinstance(result.exception, OutputError)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.doc"]


def test_live_and_dataset_exclude_each_other(tmp_path: Path) -> None:
    assert run("--live", "--dataset", "complete-journey", "--out", tmp_path).exit_code == 2


def test_a_port_in_use_is_told_before_anything_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        result = run("--live", "--host", "127.0.0.1", "--port", other.getsockname()[1], "--out", tmp_path / "out")
    assert isinstance(result.exception, ServerNotReadyError)
    assert not (tmp_path / "out").exists()


def test_a_port_is_for_live_only(tmp_path: Path) -> None:
    assert run("--port", 8000, "--out", tmp_path).exit_code == 2


def test_the_lan_address_is_an_address() -> None:
    assert len(lan_address().split(".")) == 4


@pytest.fixture
def live(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """`o2o demo --live` of few shoppers, as typed."""
    options = ["--out", str(tmp_path / "out"), "--shoppers", "100", "--live", "--host", "127.0.0.1"]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1]), "PYTHONUTF8": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "o2o", "demo", *options], stdout=subprocess.PIPE, text=True, env=environment,
        encoding="utf-8",
    ) as process:  # fmt: skip
        yield process
        if process.poll() is None:
            process.send_signal(signal.SIGINT)  # killed outright it would leave its server behind


def read_until(process: subprocess.Popen[str], wanted: Callable[[str], bool]) -> list[str]:
    assert process.stdout
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if wanted(line):
            return lines
    raise AssertionError(f"ended with {lines}")


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C can't be sent to one process there")
def test_live_shows_a_phones_own_scan_and_ends_cleanly(live: subprocess.Popen[str]) -> None:
    lines = read_until(live, lambda line: "http://127.0.0.1:" in line)
    summary = [line for line in lines if not set(line) <= set(" ▀▄█")]
    assert len(summary) < 12
    url = urlsplit(next(word for word in lines[-1].split() if word.startswith("http://")))
    connection = HTTPConnection(url.netloc, timeout=5)
    connection.request("GET", url.path, headers={"User-Agent": PHONE})
    assert connection.getresponse().status == 302
    connection.close()
    read_until(live, lambda line: "human" in line and url.path[1:].upper() in line)
    live.send_signal(signal.SIGINT)
    assert read_until(live, lambda line: "stopped" in line)[-1].endswith("live.db: 1")
    assert live.wait(10) == 0

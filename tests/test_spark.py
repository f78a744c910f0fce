"""Spark gives the report that the shop's file gives, on a real cluster of two workers, also when one is lost midway.

It takes minutes, most of them Spark's own: it runs where O2O_TEST_SPARK is set.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from o2o.attribution.engines.dialect import translate
from o2o.attribution.engines.sqlite import SqliteEngine
from o2o.attribution.models import Model
from o2o.attribution.question import Level, Outcome, Question
from o2o.attribution.report import answer_levels, attribute_levels
from o2o.errors import SettingError
from tests.attribution_oracle import Mark, Order, Period, Scan, World
from tests.conftest import SETTINGS
from tests.test_engines import same

pytest.importorskip("duckdb")

from o2o.attribution.engines.export import LakeExport, export_lake
from o2o.attribution.engines.lake import Lake
from o2o.attribution.engines.spark import SparkEngine

DAY = 86_400_000
FRAMED = "WINDOW w AS (PARTITION BY c ORDER BY a ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)"


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            f"SELECT row_number() OVER w AS r FROM t {FRAMED}",
            "ROW_NUMBER() OVER (PARTITION BY c ORDER BY a) AS BIGINT)",
        ),
        (f"SELECT max(a) OVER w - a AS older FROM t {FRAMED}", "(MAX(a) OVER w) - a"),
        ("WITH t AS MATERIALIZED (SELECT 1 AS a) SELECT a / 2 AS h FROM t", "WITH t AS (SELECT 1 AS a) SELECT a DIV 2"),
    ],
)
def test_the_text_is_what_spark_understands(sql, expected):
    assert expected in translate(sql, "spark", {}).sql


@pytest.fixture
def shop(db):
    """A shop with scans and orders of three marks, known and unknown visitors, and refunds."""
    periods = (Period("X1", "S1", "N1", 0), Period("X2", None, None, 15 * DAY))
    marks = [Mark(f"CODE{number}", kind, periods) for number, kind in enumerate(("person", "product", "place"))]
    scans = [
        Scan(n * 7919 % 40 * DAY + n * 60_000, marks[n % 3], "abcd"[n % 4] if n % 5 else None, "human", f"k{n}")
        for n in range(60)
    ]
    orders = [
        Order(f"o{n}", n * 31 % 40 * DAY + 5, 999 * n, None, None if n % 3 else f"C{n % 4}", "abcd"[n % 4], None)
        for n in range(25)
    ]
    World(marks, scans, [*orders, Order("r1", 39 * DAY, -500, refund_of="o3")]).save(db)
    return db


class Cluster:
    """A master and two workers on this machine."""

    def __init__(self, folder):
        self.home = Path(pytest.importorskip("pyspark").__file__).parent
        self.folder, self.processes = folder, []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"spark://127.0.0.1:{self.port}"
        self.start("master.Master", "--host", "127.0.0.1", "--port", str(self.port), "--webui-port", "0")
        for _ in range(60):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    break
            time.sleep(1)
        self.workers = [
            self.start("worker.Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "1g", "--webui-port", "0",
                       "--work-dir", str(folder / f"worker{number}"), self.address)
            for number in range(2)
        ]  # fmt: skip

    def start(self, name, *arguments):
        spark = {"SPARK_HOME": str(self.home), "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
        environment = os.environ | spark
        log = (self.folder / f"{len(self.processes)}.log").open("w")
        command = [str(self.home / "bin" / "spark-class"), f"org.apache.spark.deploy.{name}", *arguments]
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        log.close()
        self.processes.append(process)
        return process

    def stop(self):
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.mark.skipif("O2O_TEST_SPARK" not in os.environ, reason="O2O_TEST_SPARK is not set")
def test_a_cluster_that_loses_a_worker_agrees_with_sqlite(shop, tmp_path, monkeypatch):
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    export_lake(shop, str(tmp_path / "lake"), LakeExport(2))
    lake = Lake.open(str(tmp_path / "lake"))
    question = Question(Outcome.ORDERS, (Model.POSITION,), Level.PLACE)
    cluster = Cluster(tmp_path)
    killed = []

    class Losing(SparkEngine):
        def keep(self, part, sql, parameters, index=""):
            kept = super().keep(part, sql, parameters, index)
            if part == "placed":
                os.killpg(cluster.workers[0].pid, signal.SIGKILL)
                killed.append(part)
            return kept

    try:
        engine = Losing(cluster.address, lake)
        found = answer_levels(engine, lambda: lake.manifest.state, SETTINGS, question, [Level.PLACE])
    finally:
        cluster.stop()
    assert killed == ["placed"]
    assert not list((tmp_path / "lake").glob("kept-*"))
    expected = attribute_levels(shop, SETTINGS, question, [Level.PLACE], SqliteEngine(shop))
    assert same(found[Level.PLACE], expected[Level.PLACE])


def test_a_master_that_has_no_address_is_told():
    pytest.importorskip("pyspark")
    with pytest.raises(SettingError, match="Invalid master URL"), SparkEngine("spark://", None).session():
        pass

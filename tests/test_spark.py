"""Spark gives the report that the shop's file gives, on a real cluster of two workers, also when one is lost midway.

It takes a minute or two, most of it Java's own: it runs where O2O_TEST_SPARK or O2O_TEST_ALL is set.
"""

import os
import re
import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from o2o.attribution.engines.dialect import translate
from o2o.attribution.engines.sqlite import SqliteEngine
from o2o.attribution.models import MODELS, Model
from o2o.attribution.question import Level, Outcome, Question
from o2o.attribution.report import answer_levels, attribute_levels
from o2o.errors import SettingError
from tests.attribution_oracle import Mark, Order, Period, Scan, World
from tests.conftest import SETTINGS
from tests.programs import need_module, need_program
from tests.test_engines import same

pytest.importorskip("duckdb")

from o2o.attribution.engines.export import LakeExport, export_lake
from o2o.attribution.engines.lake import Lake
from o2o.attribution.engines.spark import SparkEngine

DAY = 86_400_000
PATIENCE = 120
LEVELS = (Level.PLACE, Level.TOUCHPOINT)
ENVIRONMENT = {
    "JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "SPARK_DAEMON_MEMORY": "256m",
    "SPARK_LOCAL_HOSTNAME": "127.0.0.1",
    "SPARK_LOCAL_IP": "127.0.0.1",
}
DEFAULTS = {
    "spark.driver.memory": "600m",
    "spark.executor.memory": "600m",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}
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
    """A master and two workers on this machine, at ports that the system chose."""

    def __init__(self, home, folder):
        self.home, self.folder, self.processes = home, folder, []

    def begin(self):
        self.start("master.Master", "--port", "0")
        self.address = self.wait_for(r"Starting Spark master at (spark://\S+)", 0)
        self.workers = [self.start_worker(number) for number in (1, 2)]
        for number in (1, 2):
            self.wait_for("Successfully registered with master (.+)", number)

    def start(self, name, *arguments):
        log = self.log(len(self.processes)).open("w")
        command = [str(self.home / "bin" / "spark-class"), f"org.apache.spark.deploy.{name}"]
        command += ["--host", "127.0.0.1", "--webui-port", "0", *arguments]
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        log.close()
        self.processes.append(process)
        return process

    def start_worker(self, number):
        given = ("--cores", "1", "--memory", "1g", "--port", "0")
        return self.start("worker.Worker", *given, "--work-dir", str(self.folder / f"worker{number}"), self.address)

    def log(self, number):
        return self.folder / f"{number}.log"

    def wait_for(self, told, number):
        """Return what a process tells in its log."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if found := re.search(told, self.log(number).read_text(errors="replace")):
                return found[1]
            time.sleep(0.1)
        raise TimeoutError(self.log(number).read_text(errors="replace"))

    def lose_a_worker(self):
        """End a worker and what runs in it at once, as when its machine loses power."""
        os.killpg(self.workers[0].pid, signal.SIGKILL)

    def stop(self):
        for process in self.processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="module")
def spark_home():
    """Where Spark lies; the Java that it begins in this process's name ends with the tests of this module."""
    if os.environ.keys().isdisjoint(("O2O_TEST_SPARK", "O2O_TEST_ALL")):
        pytest.skip("O2O_TEST_SPARK is not set")
    need_program("java")
    need_module("pyspark", "spark")
    import pyspark

    interrupted = signal.getsignal(signal.SIGINT)
    yield Path(pyspark.__file__).parent
    signal.signal(signal.SIGINT, interrupted)  # Spark's own would stop what is no longer there
    if gateway := pyspark.SparkContext._gateway:
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait()
        pyspark.SparkContext._gateway = pyspark.SparkContext._jvm = None


@pytest.fixture
def cluster(spark_home, tmp_path, monkeypatch):
    """A cluster that starts quickly and takes little memory: Java's best compiler pays in hours, not in seconds."""
    for name in ("conf", "local"):
        (tmp_path / name).mkdir()
    (tmp_path / "conf" / "spark-defaults.conf").write_text(
        "\n".join(f"{key} {value}" for key, value in DEFAULTS.items())
    )
    folders = {"SPARK_HOME": spark_home, "SPARK_CONF_DIR": tmp_path / "conf", "SPARK_LOCAL_DIRS": tmp_path / "local"}
    for name, value in (ENVIRONMENT | folders).items():
        monkeypatch.setenv(name, str(value))
    cluster = Cluster(spark_home, tmp_path)
    try:
        cluster.begin()
        yield cluster
    finally:
        cluster.stop()


class Watched(SparkEngine):
    """Spark that loses a worker while it places touches, and tells how many executors it has."""

    __slots__ = ("executors", "lose")

    def keep(self, part, sql, parameters, index=""):
        if part != "placed":
            return super().keep(part, sql, parameters, index)
        self.executors = [self.count(2)]
        done = threading.Event()
        with ThreadPoolExecutor() as pool:
            lost = pool.submit(self.lose_while_busy, done)
            kept = super().keep(part, sql, parameters, index)
            done.set()
        lost.result()
        self.executors.append(self.count(1))
        return kept

    def lose_while_busy(self, done):
        stages = self._spark.sparkContext.statusTracker().getActiveStageIds
        wait_until(lambda: stages() or done.is_set())
        self.lose()

    def count(self, expected):
        """Return how many executors there are, once there are as many as expected or patience is at an end."""
        status = self._spark.sparkContext._jsc.sc().getExecutorMemoryStatus
        wait_until(lambda: status().size() - 1 == expected)  # the driver is one of them
        return status().size() - 1


def wait_until(true):
    end = time.monotonic() + PATIENCE
    while not true() and time.monotonic() < end:
        time.sleep(0.02)


def test_a_cluster_that_loses_a_worker_agrees_with_sqlite(shop, cluster, tmp_path):
    export_lake(shop, str(tmp_path / "lake"), LakeExport(2))
    lake = Lake.open(str(tmp_path / "lake"))
    question = Question(Outcome.ORDERS, (*MODELS, Model("markov"), Model("shapley")), Level.PLACE)
    engine = Watched(cluster.address, lake)
    engine.lose = cluster.lose_a_worker
    found = answer_levels(engine, lambda: lake.manifest.state, SETTINGS, question, LEVELS)
    assert engine.executors == [2, 1]
    assert not list((tmp_path / "lake").glob("kept-*"))
    expected = attribute_levels(shop, SETTINGS, question, LEVELS, SqliteEngine(shop))
    assert all(same(found[level], expected[level]) for level in LEVELS)


@pytest.mark.usefixtures("spark_home")
def test_a_master_that_has_no_address_is_told():
    with pytest.raises(SettingError, match="Invalid master URL"), SparkEngine("spark://", None).session():
        pass

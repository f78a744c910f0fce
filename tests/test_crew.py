"""Several workers on one file."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from collecting import make_touchpoint, scans, serving

from benchmarks.phones import Phones
from benchmarks.soak import find_workers
from o2o.collect.recording.segments import list_segments, segments_folder


@pytest.fixture
def code(db):
    return make_touchpoint(db)


def worker_pids(server):
    return find_workers(server.process.pid)


def test_workers_share_the_port_and_each_has_its_own_segment(db, db_path, code):
    with serving(db_path, "--workers", "3") as server:
        assert len(worker_pids(server)) == 3
        assert len(list_segments(segments_folder(db_path))) == 3
        with Phones(server.url, [f"/{code}"]) as phones:
            time.sleep(1)
        assert server.stop() == 0
    kept = [scan_id for (scan_id,) in scans(db, "scan_id")]
    assert sorted(kept) == sorted(phones.answered)
    assert list_segments(segments_folder(db_path)) == []


def test_a_worker_that_is_killed_is_replaced_and_nothing_it_answered_is_lost(db, db_path, code):
    with serving(db_path, "--workers", "2") as server:
        before = worker_pids(server)
        with Phones(server.url, [f"/{code}"]) as phones:
            for killed in (1, 2):
                time.sleep(0.7)
                os.kill(worker_pids(server)[0], signal.SIGKILL)
                server.wait_for(workers=2, restarts=killed)
        assert server.health()["status"] == "green" and worker_pids(server) != before
        counted = httpx.get(f"{server.metrics_url}/metrics").text
        assert server.stop() == 0
    kept = [scan_id for (scan_id,) in scans(db, "scan_id")]
    assert len(phones.answered) > 50 and set(phones.answered) <= set(kept)
    assert len(kept) == len(set(kept)) <= len(phones.answered) + 2 * phones.count
    assert "o2o_worker_restarts_total 2" in counted


def test_workers_end_when_their_parent_is_killed(db, db_path, code):
    with serving(db_path, "--workers", "2") as server:
        pids = worker_pids(server)
        server.stop(signal.SIGKILL)
        until = time.monotonic() + 10
        while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < until:
            time.sleep(0.05)
        with pytest.raises(httpx.ConnectError):
            httpx.get(server.url)


def test_a_worker_that_cannot_begin_is_one_line(db, db_path):
    segments_folder(db_path).touch()  # no segment can be made here
    command = [sys.executable, "-m", "o2o", "serve", "--db", str(db_path), "--port", "0"]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1 and "free 64 MB there" in ended.stderr

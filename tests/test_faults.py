"""What goes wrong around a server under load: each scan that a phone was answered for is one row afterwards."""

import os
import resource
import signal
import socket
import sys
import time
from collections import Counter
from contextlib import closing, suppress

import pytest
from collecting import make_touchpoint, scans, serving

from benchmarks.phones import Phones
from benchmarks.soak import find_workers
from o2o.collect.recording.drain import drain_segments
from o2o.collect.recording.segments import list_segments, segments_folder
from o2o.collect.verdicts.judge import Judge
from o2o.collect.verdicts.rejudging import judge_all
from o2o.config import load_settings
from o2o.db import open_database
from o2o.destinations import Scope, set_destination
from o2o.shop import backup_shop
from o2o.times import DAY, HOUR, SECOND, now

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kills and limits processes as Linux does")

_MEGABYTE = 1024 * 1024
_NO_LIMIT = resource.RLIM_INFINITY
_CLOCK = """
import os, time
def shifted(real, unit):
    def read():
        with open(os.environ["CLOCK_OFFSET"]) as file:
            return real() + int(file.read() or 0) * unit
    return read
time.time_ns, time.time = shifted(time.time_ns, 10**9), shifted(time.time, 1)
"""


@pytest.fixture
def paths(db):
    set_destination(db, Scope.DEFAULT, "", "https://shop.test/{code}")
    return [f"/{make_touchpoint(db, f'{number}')}" for number in range(40)]


@pytest.fixture
def clock(tmp_path, monkeypatch):
    """Return what sets the clock of servers that are started later, in seconds from now."""
    (tmp_path / "sitecustomize.py").write_text(_CLOCK)
    offset = tmp_path / "offset"
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(tmp_path), os.environ.get("PYTHONPATH", ""))))
    monkeypatch.setenv("CLOCK_OFFSET", str(offset))

    def set_clock(seconds):
        new = offset.with_suffix(".new")
        new.write_text(str(seconds))
        new.replace(offset)

    set_clock(0)
    return set_clock


def limit_files(pids, size):
    """Let no file of these processes grow beyond a size, as on a full disk."""
    for pid in pids:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, _NO_LIMIT))


def wait_until_free(port):
    """Wait for workers without a parent to let go of a port: they do as soon as they notice."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return
        time.sleep(0.02)


def assert_each_is_kept_once(db, phones, unanswered=0):
    kept = Counter(scan_id for (scan_id,) in scans(db, "scan_id"))
    assert len(phones.answered) > 100 and phones.hung == 0
    assert set(phones.statuses) == {302}
    assert set(phones.answered) <= kept.keys()
    assert set(kept.values()) == {1}
    assert len(kept) <= len(phones.answered) + unanswered


def test_kill_9_of_all_processes_at_once_loses_and_doubles_nothing(db, db_path, paths):
    with serving(db_path, "--workers", "2") as server, Phones(server.url, paths, 6) as phones:
        time.sleep(1)
        for pid in (server.process.pid, *find_workers(server.process.pid)):
            os.kill(pid, signal.SIGKILL)
        phones.stop()
    drain_segments(db, db_path)
    assert list_segments(segments_folder(db_path)) == []
    assert_each_is_kept_once(db, phones, unanswered=2 * phones.count)


def test_after_kill_9_of_a_worker_and_the_parent_a_new_server_takes_the_port_and_the_rest(db, db_path, paths):
    with serving(db_path, "--workers", "2") as server, Phones(server.url, paths, 6) as phones:
        time.sleep(0.7)
        os.kill(find_workers(server.process.pid)[0], signal.SIGKILL)
        time.sleep(0.2)
        server.process.kill()
        server.process.wait(10)
        wait_until_free(int(server.url.rpartition(":")[2]))
        with serving(db_path, "--port", server.url.rpartition(":")[2]) as second:
            time.sleep(0.7)
            phones.stop()
            assert second.stop() == 0
    assert list_segments(segments_folder(db_path)) == []
    assert_each_is_kept_once(db, phones, unanswered=2 * phones.count)


def test_two_workers_stopped_under_load_leave_nothing_to_do(db, db_path, paths):
    with serving(db_path, "--workers", "2") as server, Phones(server.url, paths, 6) as phones:
        time.sleep(1)
        assert server.stop() == 0
        phones.stop()
    assert list_segments(segments_folder(db_path)) == []
    assert_each_is_kept_once(db, phones, unanswered=phones.count)


def test_a_file_that_another_keeps_locked_under_load_is_red_and_taken_up_later(db, db_path, paths):
    with serving(db_path, "--workers", "2") as server, Phones(server.url, paths, 6) as phones:
        db.conn.execute("BEGIN IMMEDIATE")
        time.sleep(2.5)
        during, answered = server.health(), len(phones.answered)
        db.conn.rollback()
        after = server.wait_for(status="green")
        phones.stop()
        assert server.stop() == 0
    assert during["status"] == "red" and "locked" in during["trouble"] and after["status"] == "green"
    assert answered > 100 and phones.slowest < 2
    assert_each_is_kept_once(db, phones)


def test_a_file_that_is_gone_and_then_restored_has_all_scans_of_segments_still_there(db, db_path, tmp_path, paths):
    backup_shop(db, db_path, tmp_path / "backup.db")
    db.close()
    with serving(db_path, "--workers", "2") as server, Phones(server.url, paths, 6) as phones:
        time.sleep(1)
        for suffix in ("", "-wal", "-shm"):
            (tmp_path / f"shop.db{suffix}").rename(tmp_path / f"away.db{suffix}")
        gone = server.wait_for(status="red")
        time.sleep(0.5)
        (tmp_path / "backup.db").rename(db_path)
        back = server.wait_for(status="green")
        phones.stop()
        assert server.stop() == 0
    assert "no such file" in gone["trouble"] and back["status"] == "green"
    with closing(open_database(db_path)) as restored:
        assert_each_is_kept_once(restored, phones)


def test_without_room_for_the_file_scans_wait_in_segments_and_none_is_lost(db, db_path, paths):
    with serving(db_path, "--workers", "2") as server, Phones(server.url, paths, 6) as phones:
        limit_files([server.process.pid], 4_096)
        during = server.wait_for(status="red")
        time.sleep(1)
        phones.stop()
        limit_files([server.process.pid], _NO_LIMIT)
        after = server.wait_for(status="green", drained=len(phones.answered))
        assert server.stop() == 0
    assert during["status"] == "red" and during["lost"] == 0
    assert after["status"] == "green" and after["lost"] == 0
    assert_each_is_kept_once(db, phones)


def test_past_the_segment_scans_are_answered_and_counted_as_lost(db, db_path, paths):
    with serving(db_path) as server, Phones(server.url, paths, 6) as phones:
        time.sleep(0.5)
        workers = find_workers(server.process.pid)
        limit_files(workers, 4_096)
        during = server.wait_for(status="red")
        time.sleep(0.5)
        limit_files(workers, _NO_LIMIT)
        time.sleep(2)
        recorded = server.health()["recorded"]
        time.sleep(1)
        phones.stop()
        time.sleep(1)
        after = server.health()
        assert server.stop() == 0
    kept = [scan_id for (scan_id,) in scans(db, "scan_id")]
    missing = set(phones.answered).difference(kept)
    assert set(phones.statuses) == {302} and phones.hung == 0
    assert during["status"] == after["status"] == "red" and "lost" in after["trouble"]
    assert after["recorded"] > recorded  # it goes on as soon as there is room
    assert 0 < len(missing) <= after["lost"]
    assert after["recorded"] + after["lost"] == len(phones.answered)
    assert len(kept) == len(set(kept))


@pytest.mark.parametrize("seconds", [-3 * 86_400, 86_400 * 30], ids=["3 days back", "30 days ahead"])
def test_a_clock_that_jumps_loses_nothing_and_verdicts_can_be_made_again(db, db_path, paths, clock, seconds):
    with serving(db_path) as server, Phones(server.url, paths, 6) as phones:
        time.sleep(0.7)
        clock(seconds)
        time.sleep(0.7)
        clock(0)
        time.sleep(0.5)
        phones.stop()
        health = server.wait_for(drained=len(phones.answered))
        assert server.stop() == 0
    assert health["status"] == "green"
    assert_each_is_kept_once(db, phones)
    shifted = [at for (at,) in scans(db, "scanned_at") if abs(at - now() - seconds * SECOND) < 20 * SECOND]
    assert len(shifted) > 20
    verdicts = sorted(scans(db, "scan_id, verdict, reason"))
    assert judge_all(Judge(db, load_settings(db)), now()) == 0
    assert sorted(scans(db, "scan_id, verdict, reason")) == verdicts


def test_segments_of_before_a_clock_went_back_are_taken_in_by_the_next_server(db, db_path, paths, clock):
    with serving(db_path) as server, Phones(server.url, paths, 6) as phones:
        time.sleep(0.5)
        server.process.kill()
        phones.stop()
    clock(-DAY // SECOND - HOUR // SECOND)
    with serving(db_path) as server, Phones(server.url, paths, 6) as later:
        time.sleep(0.5)
        server.process.kill()
        later.stop()
    clock(0)
    drain_segments(db, db_path)
    phones.answered += later.answered
    assert_each_is_kept_once(db, phones, unanswered=2 * phones.count)

import signal
import subprocess
import sys
import threading
import time

import pytest
from collecting import PHONE, make_touchpoint, scans, serving

from o2o.importers.scans.following import LogFollower
from o2o.times import now


@pytest.fixture
def code(db):
    return make_touchpoint(db)


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "access.log"
    path.touch()
    return path


def write(log, code, times):
    with log.open("a", encoding="utf-8") as file:
        for time_ in times:
            file.write(
                f'192.0.2.7 - - [17/May/2026:10:{time_:02}:00 +0800] "GET /{code} HTTP/1.1" 302 0 "-" "{PHONE}"\n'
            )


def test_new_lines_are_taken_once_over_rotation_and_truncation(db, db_path, log, code):
    write(log, code, range(3))
    with LogFollower(db, db_path, log, now()) as follower:
        assert (len(scans(db)), follower.take_new()) == (3, 0)
        write(log, code, [3])
        assert follower.take_new() == 1
        write(log, code, [4])
        log.rename(log.with_suffix(".1"))
        assert follower.take_new() == 1
        write(log, code, [5, 6])
        assert follower.take_new() == 2
        log.write_text("")
        assert follower.take_new() == 0
        write(log, code, [7])
        assert follower.take_new() == 1
    assert len(scans(db)) == 8


def test_a_log_may_still_be_empty(db, db_path, log, code):
    with LogFollower(db, db_path, log, now()) as follower:
        assert follower.take_new() == 0
        write(log, code, [0])
        assert (follower.take_new(), follower.take_new()) == (1, 0)


def test_a_line_is_taken_only_when_it_is_whole(db, db_path, log, code):
    write(log, code, range(2))
    text = log.read_text(encoding="utf-8")
    log.write_text(text[:-20], encoding="utf-8")
    with LogFollower(db, db_path, log, now()) as follower:
        assert len(scans(db)) == 1
        with log.open("a", encoding="utf-8") as file:
            file.write(text[-20:])
        assert follower.take_new() == 1


def test_watch_prints_a_line_for_each_scan_of_a_followed_log(run, db, log, code):
    write(log, code, range(2))
    later = threading.Timer(0.4, write, (log, code, [2]))
    later.start()
    shown = run("scan", "watch", log, "--for", "1s")
    later.join()
    assert [line.split("\t")[1:4] for line in shown.stdout.splitlines()] == [["human", code, "product 6901"]] * 3


def test_watch_shows_what_a_server_takes_and_ctrl_c_ends_it_without_a_word(db_path, code):
    command = [sys.executable, "-m", "o2o", "scan", "watch", "--db", str(db_path)]
    with (
        serving(db_path) as server,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process,
    ):
        time.sleep(2)  # it shows what comes from now on
        server.get(f"/{code}")
        line = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=20)
    assert line.split("\t")[1:3] == ["human", code]
    assert (rest, errors, process.returncode) == ("", "", 0)

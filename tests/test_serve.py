import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing

import httpx
import pytest
from collecting import PHONE, make_touchpoint, scans, serving

from o2o.collect.recording.drain import drain_segments
from o2o.collect.recording.segments import list_segments, segments_folder
from o2o.db import open_database, remove_database
from o2o.destinations import Scope, set_destination
from o2o.shop import backup_shop


@pytest.fixture
def code(db):
    set_destination(db, Scope.DEFAULT, "", "https://shop.test/item?sku={sku}#top")
    return make_touchpoint(db)


def test_a_scan_is_answered_302_and_a_row_after_the_stop(db, db_path, code):
    with serving(db_path) as server:
        answer = server.get(f"/{code}")
        assert server.stop() == 0
    location = answer.headers["location"]
    assert answer.status_code == 302
    assert location.startswith("https://shop.test/item?sku=6901&o2o_scan=") and location.endswith("#top")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    click_id = location.partition("o2o_scan=")[2].removesuffix("#top")
    assert scans(db, "code, verdict, reason, scan_id, source") == [(code, "human", "", click_id, "serve")]
    assert list_segments(segments_folder(db_path)) == []


def test_interrupt_stops_the_server_in_good_order(db, db_path, code):
    with serving(db_path) as server:
        server.get(f"/{code}")
        assert server.stop(signal.SIGINT) == 0
    assert len(scans(db)) == 1


def test_head_and_options_are_answered_and_not_counted(db, db_path, code):
    with serving(db_path) as server:
        head = httpx.head(f"{server.url}/{code}")
        options = httpx.options(f"{server.url}/{code}")
        post = httpx.post(f"{server.url}/{code}")
        server.stop()
    assert (head.status_code, head.content, options.status_code, post.status_code) == (302, b"", 204, 405)
    assert head.headers["location"] == "https://shop.test/item?sku=6901#top"
    assert scans(db) == []


def test_a_code_minted_or_sent_elsewhere_while_the_server_runs_works_within_a_second(db, db_path, code):
    with serving(db_path) as server:
        new = make_touchpoint(db, "6902")
        time.sleep(1)
        first = server.get(f"/{new}")
        set_destination(db, Scope.CODE, new, "https://other.test/{code}")
        time.sleep(1)
        second = server.get(f"/{new}")
        server.stop()
    assert first.headers["location"].startswith("https://shop.test/item?sku=6902&")
    assert second.headers["location"].startswith(f"https://other.test/{new}?o2o_scan=")


def test_a_scan_becomes_a_row_while_the_server_runs(db, db_path, code):
    with serving(db_path) as server:
        server.get(f"/{code}")
        deadline = time.monotonic() + 3
        while not scans(db) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert scans(db) == [(code, "human", "")]
        server.stop()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["kill -9", "SIGTERM"])
def test_no_answered_scan_is_lost_when_the_server_is_stopped_under_load(db, db_path, code, number):
    answered: list[str] = []

    def scan_on(url: str) -> None:
        with httpx.Client(headers={"user-agent": PHONE}) as client:
            try:
                while True:
                    answer = client.get(f"{url}/{code}")
                    assert answer.status_code == 302
                    answered.append(answer.headers["location"].partition("o2o_scan=")[2].removesuffix("#top"))
            except httpx.TransportError:
                return

    with serving(db_path) as server:
        threads = [threading.Thread(target=scan_on, args=[server.url]) for _ in range(8)]
        for thread in threads:
            thread.start()
        time.sleep(1.5)
        server.stop(number)
        for thread in threads:
            thread.join()
    with serving(db_path) as server:
        assert server.stop() == 0
    kept = {scan_id for (scan_id,) in scans(db, "scan_id")}
    assert len(answered) > 50
    assert set(answered) <= kept
    assert len(kept) <= len(answered) + len(threads)
    assert list_segments(segments_folder(db_path)) == []


def test_a_port_in_use_is_one_line_and_nothing_is_started(db, db_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "o2o", "serve", "--db", str(db_path), "--port", port]
        ended = subprocess.run(command, check=False, capture_output=True, text=True, timeout=30)
    assert ended.returncode == 1
    assert (
        ended.stderr.count("\n") == 1
        and "in use" in ended.stderr
        and f"127.0.0.1:{port}" in ended.stderr
        and "--port" in ended.stderr
    )
    assert not segments_folder(db_path).exists()


def test_scans_are_answered_while_another_holds_the_write_lock(db, db_path, code):
    with serving(db_path) as server:
        db.conn.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        answer = server.get(f"/{code}")
        took = time.monotonic() - started
        time.sleep(1.7)
        health = server.health()
        db.conn.rollback()
        server.stop()
    assert answer.status_code == 302 and took < 0.5
    assert health["status"] == "red" and "locked" in health["trouble"]
    assert len(scans(db)) == 1


def test_scans_go_to_the_file_that_lies_there_after_a_backup_was_put_back(db, db_path, tmp_path, code):
    backup_shop(db, db_path, tmp_path / "backup.db")
    with serving(db_path) as server:
        server.get(f"/{code}")
        time.sleep(1)  # it is drained into the file that goes away
        db.close()
        remove_database(db_path)
        time.sleep(1)
        missing = server.health()
        assert server.get(f"/{code}").status_code == 302
        (tmp_path / "backup.db").rename(db_path)
        time.sleep(1)
        found = server.health()
        server.stop()
    assert missing["status"] == "red" and "no such file" in missing["trouble"]
    assert found["status"] == "green"
    with closing(open_database(db_path)) as restored:
        assert [verdict for (verdict,) in scans(restored, "verdict")] == ["human", "duplicate"]


def test_forwarded_addresses_are_believed_from_a_listed_proxy_only(db, db_path, code):
    def visitors(*options):
        with serving(db_path, *options) as server:
            for address in ("192.0.2.7", "198.51.100.7"):
                server.get(f"/{code}", headers={"x-forwarded-for": address})
            server.stop()
        return len({visitor for (visitor,) in scans(db, "visitor_id")})

    assert visitors() == 1
    assert visitors("--proxy", "127.0.0.1") == 3


def test_two_drains_at_once_keep_each_scan_once(db, db_path, code):
    with serving(db_path) as server:
        for _ in range(30):
            server.get(f"/{code}")
            drain_segments(db, db_path)
        server.stop()
    assert len(scans(db)) == len(set(scans(db, "scan_id"))) == 30

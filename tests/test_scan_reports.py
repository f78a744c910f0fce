"""POST /scans over sockets, to a real server."""

import json
import time
from urllib.parse import quote

import httpx
import pytest
from collecting import make_touchpoint, scans, serving
from hypothesis import given
from hypothesis import strategies as st

from o2o.collect.recording.drain import drain_segments
from o2o.collect.serving.request import Request
from o2o.collect.serving.scan_reports import ReportError, read_report
from o2o.collect.serving.tokens import make_token, revoke_token
from o2o.config import change_setting
from o2o.keys import load_keys
from o2o.times import SECOND, now

KEY = "report-0001"


class Reporting:
    """Who reports scans to a running server."""

    def __init__(self, server, token: str) -> None:
        self._server = server
        self._token = token

    def send(self, fields, key: str = KEY, method: str = "POST", **headers) -> httpx.Response:
        named = {"authorization": f"Bearer {self._token}", "idempotency-key": key, "content-type": "application/json"}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        content = fields if isinstance(fields, bytes) else json.dumps(fields).encode()
        given = {name: value for name, value in named.items() if value}
        return httpx.request(method, f"{self._server.url}/scans", content=content, headers=given)


@pytest.fixture
def shop(db, db_path):
    change_setting(db, "report_origins", "https://kiosk.example.com")
    codes = [make_touchpoint(db, "6901"), make_touchpoint(db, "6902")]
    return codes, make_token(db, load_keys(db_path).secret, "mini-program", now())


@pytest.fixture
def reporting(shop, db_path):
    with serving(db_path) as server:
        yield Reporting(server, shop[1])


def test_a_scan_that_opened_a_mini_program_is_kept_before_it_is_answered(reporting, shop, db, db_path) -> None:
    code = shop[0][0]
    at = now() // SECOND - 40
    fields = {"q": quote(f"https://S.EXAMPLE.COM/{code}", safe=""), "scancode_time": str(at), "openid": "oABC"}
    answer = reporting.send(fields)
    assert (answer.status_code, answer.json()["code"]) == (201, code)
    drain_segments(db, db_path)
    [row] = scans(db, "code, scanned_at, verdict, scan_id, source, signals, user_agent_id")
    assert row == (code, at * SECOND, "human", answer.json()["scan_id"], "report", 32, None)
    [[visitor]] = db.conn.execute("SELECT visitor FROM visitors").fetchall()
    assert len(visitor) == 20
    assert "oABC" not in visitor


def test_a_code_or_a_scene_names_the_scan_too(reporting, shop, db, db_path) -> None:
    one, other = shop[0]
    assert reporting.send({"code": one.lower()}).json()["code"] == one
    assert reporting.send({"scene": other.lower()}, key="report-0002").json()["code"] == other
    drain_segments(db, db_path)
    assert scans(db) == [(one, "human", ""), (other, "human", "")]


def test_a_report_that_is_sent_again_is_the_same_scan(reporting, shop, db, db_path) -> None:
    code = shop[0][0]
    first = reporting.send({"code": code, "openid": "o1"})
    assert reporting.send({"code": code, "openid": "o1"}).json() == first.json()
    drain_segments(db, db_path)
    assert reporting.send({"code": code, "openid": "o1"}).json() == first.json()
    other = reporting.send({"code": code, "openid": "o1"}, key="report-0002")
    assert other.json()["scan_id"] != first.json()["scan_id"]
    drain_segments(db, db_path)
    assert scans(db) == [(code, "human", ""), (code, "duplicate", "within 10 s")]


def test_a_key_stands_for_one_scan_also_after_a_restart(shop, db, db_path) -> None:
    (one, other), token = shop
    with serving(db_path) as server:
        assert Reporting(server, token).send({"code": one}).status_code == 201
        refused = Reporting(server, token).send({"code": other})
        assert refused.status_code == 409
        assert one in refused.json()["error"]
        server.stop()
    with serving(db_path) as server:
        assert Reporting(server, token).send({"code": other}).status_code == 409
        assert Reporting(server, token).send({"code": one}).status_code == 201
        server.stop()
    assert len(scans(db)) == 1


def test_a_member_becomes_the_customer_of_the_visitor(reporting, shop, db, db_path) -> None:
    code = shop[0][0]
    reporting.send({"code": code, "openid": "oABC", "member": "M001"})
    reporting.send({"code": code, "member": "M002"}, key="report-0002")
    drain_segments(db, db_path)
    found = db.conn.execute("SELECT visitor_id, customer, source FROM visitor_customers ORDER BY customer").fetchall()
    assert [row[1:] for row in map(tuple, found)] == [("M001", "report"), ("M002", "report")]
    assert found[0][0] != found[1][0]


def test_unknown_codes_are_kept_as_orphans(reporting, db, db_path) -> None:
    assert reporting.send({"code": "22222222"}).status_code == 201
    drain_segments(db, db_path)
    assert [row[1] for row in scans(db)] == ["orphan"]


@pytest.mark.parametrize(
    ("fields", "status", "reason"),
    [
        (b"{", 400, "not a JSON object"),
        (b"[" * 5000, 400, "not a JSON object"),
        ([], 400, "not a JSON object"),
        ({}, 400, "no q, scene or code"),
        ({"code": 7}, 400, "code is not a text"),
        ({"code": "K" * 65}, 400, "code is not a text of at most 64 characters"),
        ({"code": "K7M2X9PQ", "openid": "a\nb"}, 400, "openid is not a text"),
        ({"code": "K7M2X9PQ", "scancode_time": "soon"}, 400, "scancode_time is no time"),
        ({"code": "K7M2X9PQ", "scancode_time": True}, 400, "scancode_time is no time"),
        ({"code": "K7M2X9PQ", "scancode_time": -1}, 400, "scancode_time is no time"),
        ({"code": "K7M2X9PQ", "scancode_time": 4_000_000_000}, 400, "lies in the future"),
        ({"code": "K7M2X9PQ", "scancode_time": 1_000_000_000}, 400, "more than 7 days ago"),
        ({"q": "https://[/K7M2X9PQ"}, 400, "the link can't be read"),
        ({"q": "x" * 9000}, 413, "more than 8,192 bytes"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_report_that_cannot_be_read_is_told_why(fields, status: int, reason: str) -> None:
    body = fields if isinstance(fields, bytes) else json.dumps(fields).encode()
    request = Request.of("POST", "/scans", "192.0.2.7", {"content-type": "application/json; charset=utf-8"}, body)
    with pytest.raises(ReportError) as caught:
        read_report(request, now(), 7)
    assert caught.value.answer.status == status
    said = json.loads(caught.value.answer.body)
    assert reason in said["error"]
    assert said["advice"]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
_LINKS = st.text() | st.builds("https://{}/{}".format, st.text("[]:@.x%", max_size=9), st.text(max_size=9))
_FIELDS = st.fixed_dictionaries(
    {},
    optional={"q": _LINKS | _JSON, "scene": _LINKS, "code": _JSON, "scancode_time": _JSON, "openid": _JSON},
)


@given(_FIELDS.map(lambda fields: json.dumps(fields).encode()) | st.binary())
def test_whatever_is_sent_is_a_report_or_is_told_why_not(body: bytes) -> None:
    request = Request.of("POST", "/scans", "192.0.2.7", {"content-type": "application/json"}, body)
    try:
        report = read_report(request, now(), 7)
    except ReportError as error:
        assert error.answer.status in (400, 413)
    else:
        assert report.link
        assert report.at <= now()


@pytest.mark.parametrize(
    ("value", "ago"),
    [(None, 0), ("", 0), (999_990, 10), ("999990", 10), (999_990.5, 9.5), (1_000_120, 0), (1_000_000_000 * 1000, 0)],
)
def test_the_time_of_a_scan_is_what_wechat_says_and_never_later_than_its_report(value, ago: float) -> None:
    at = 1_000_000_000 * SECOND if value == 1_000_000_000 * 1000 else 1_000_000 * SECOND
    fields = {"code": "K7M2X9PQ", "scancode_time": value}
    request = Request.of("POST", "/scans", "", {"content-type": "application/json"}, json.dumps(fields).encode())
    assert read_report(request, at, 7).at == at - ago * SECOND


def test_what_cannot_be_taken_is_answered_in_json(reporting) -> None:
    for fields, headers, status, reason in (
        ({"q": "https://s.example.com/"}, {}, 400, "the link names no code"),
        ({"code": "K7M2X9PQ"}, {"idempotency_key": ""}, 400, "no Idempotency-Key"),
        ({"code": "K7M2X9PQ"}, {"idempotency_key": "short"}, 400, "of 8 to 200"),
        ({"code": "K7M2X9PQ"}, {"authorization": ""}, 401, "no token that we know"),
        ({"code": "K7M2X9PQ"}, {"authorization": "Bearer o2o_guess"}, 401, "no token that we know"),
        ({"code": "K7M2X9PQ"}, {"content_type": "text/plain"}, 415, "not application/json"),
    ):
        answer = reporting.send(fields, **headers)
        assert answer.status_code == status
        assert reason in answer.json()["error"]
        assert answer.headers["content-type"] == "application/json"
    assert reporting.send({}, method="PUT").status_code == 405


def test_a_link_of_another_shop_is_refused_where_hosts_are_listed(shop, db, db_path) -> None:
    change_setting(db, "unknown_hosts", "refuse")
    change_setting(db, "hosts", "127.0.0.1")
    with serving(db_path) as server:
        answer = Reporting(server, shop[1]).send({"q": f"https://other.com/{shop[0][0]}"})
    assert (answer.status_code, answer.json()["error"]) == (400, "other.com is none of our hosts")


def test_who_tries_out_tokens_or_codes_has_to_wait_but_live_codes_are_taken(shop, db, db_path) -> None:
    change_setting(db, "unknown_per_minute", "3")
    with serving(db_path) as server:
        sender = Reporting(server, shop[1])
        guessing = Reporting(server, "o2o_guess")
        assert [guessing.send({"code": "K7M2X9PQ"}).status_code for _ in range(4)] == [401, 401, 401, 429]
        assert sender.send({"code": "22222222"}).status_code == 429
        assert sender.send({"code": shop[0][0]}).status_code == 201
        assert sender.send({"code": "22222222"}).headers["retry-after"] == "60"


def test_a_revoked_token_is_taken_no_more(reporting, shop, db) -> None:
    revoke_token(db, "mini-program", now())
    for _ in range(50):
        status = reporting.send({"code": shop[0][0]}).status_code
        if status == 401:
            break
        time.sleep(0.1)
    assert status == 401


def test_pages_of_listed_origins_alone_may_report(reporting, shop) -> None:
    asked = reporting.send(b"", method="OPTIONS", origin="https://kiosk.example.com")
    assert asked.status_code == 204
    assert asked.headers["access-control-allow-origin"] == "https://kiosk.example.com"
    assert "idempotency-key" in asked.headers["access-control-allow-headers"]
    sent = reporting.send({"code": shop[0][0]}, origin="https://kiosk.example.com")
    assert sent.headers["access-control-allow-origin"] == "https://kiosk.example.com"
    for answer in (
        reporting.send(b"", method="OPTIONS", origin="https://evil.example"),
        reporting.send({"code": shop[0][0]}, origin="https://evil.example"),
        reporting.send({"code": shop[0][0]}),
    ):
        assert "access-control-allow-origin" not in answer.headers

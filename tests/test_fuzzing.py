"""Parsers and a server under what nobody would send in good faith: `make fuzz` gives a minute to each."""

import json
import os
import re
import socket
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from collecting import make_touchpoint, scans, serving
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from o2o.codes.gs1 import Gs1Error
from o2o.codes.short import ALPHABET, LENGTH, MisreadCodeError, is_code, parse_code
from o2o.collect.recording.drain import drain_segments, pack_hit
from o2o.collect.recording.segments import Segment, frame_record, list_refused, list_segments, segments_folder
from o2o.collect.serving.proxies import Proxies
from o2o.collect.serving.request import HEADERS, Request
from o2o.collect.serving.tokens import make_token
from o2o.collect.verdicts.hit import Hit, Source
from o2o.collect.visitors.cookies import find_cookie
from o2o.collect.visitors.visitor import address_prefix, read_cookie
from o2o.config import load_settings
from o2o.destinations import Scope, Visit, set_destination
from o2o.destinations.conditions import CONDITIONS, Site, Slot, find_condition
from o2o.destinations.location import check_destination
from o2o.destinations.wording import format_conditions, parse_conditions
from o2o.errors import InputFileError, O2OError, SettingError
from o2o.importers.scans.formats import LINE_FORMATS
from o2o.importers.scans.imports import import_scans
from o2o.importers.scans.targets import CodeFinder
from o2o.keys import load_keys
from o2o.links import ScannedLink
from o2o.times import now

SECONDS = float(os.environ.get("O2O_FUZZ_SECONDS", "0"))
SAMPLE_FOLDER = Path(__file__).parent / "scan_samples"
SAMPLES = [path.read_text("utf-8").splitlines() for path in sorted(SAMPLE_FOLDER.iterdir())]
NASTY = [
    "",
    "\0",
    "%00",
    "%",
    "%zz",
    "%ff",
    "\ud800",
    "\u202e",
    "İ",
    "ß",
    "²",
    "١",
    "🀄",
    "://",
    "http://[",
    "..",
    "\r\n",
]
NASTY += [
    "'",
    '"',
    "\\",
    "-1",
    "1e999",
    "9" * 5_000,
    "NaN",
    "{",
    "[[[[",
    "=",
    ",",
    ";",
    "/",
    "?",
    "#",
    "&",
    "\x7f",
    "+",
]

texts = st.one_of(
    st.text(max_size=40), st.sampled_from(NASTY), st.lists(st.sampled_from(NASTY), max_size=4).map("".join)
)
codes = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)


def fuzz(check, *strategies, examples=150):
    """Try values: some, always the same, in a test run; others for as many seconds as `make fuzz` says."""
    configured = settings(
        max_examples=examples if not SECONDS else 2_000, deadline=None, database=None, derandomize=not SECONDS,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip

    @configured
    @given(st.tuples(*strategies))
    def run(found):
        tried.append(None)
        check(*found)

    tried = []
    until = time.monotonic() + SECONDS
    run()
    while time.monotonic() < until:
        run()
    assert len(tried) > 10


@st.composite
def damaged(draw, whole):
    """A text of which parts were cut out, doubled, or replaced by something nasty."""
    text = draw(whole)
    for _ in range(draw(st.integers(0, 3))):
        start, end = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
        if draw(st.booleans()):
            end = min(end, start + 8)
        text = text[:start] + draw(st.one_of(texts, st.just(text[start:end] * 2))) + text[end:]
    return text


def test_a_code_is_read_or_refused_and_read_the_same_again():
    def check(text):
        with suppress(MisreadCodeError):
            code = parse_code(text)
            assert len(code) == LENGTH and set(code) <= set(ALPHABET)
            assert parse_code(code.lower()) == code and is_code(f" {code}\n")
            return
        assert not is_code(text)

    fuzz(check, st.one_of(texts, codes, damaged(codes)))


def test_a_target_is_a_code_a_link_or_nothing(db):
    finder = CodeFinder(db, load_settings(db), {}, now())
    links = st.sampled_from(
        ["/01/09506000134352", "/01/09506000134352/10/A1/21/7?o2o=K7M2X9PY&linkType=all", "/414/9506000134352/254/T12",
         "/K7M2X9PY", "/p/K7M2X9PY", "http://s.example.com/K7M2X9PY?x=1"],
    )  # fmt: skip

    def check(target):
        with suppress(Gs1Error):
            link = ScannedLink.parse(target)
            assert len(link.path) <= 64
        with suppress(ValueError):
            assert len(finder.find_in_target(target)) <= 64

    fuzz(check, st.one_of(texts, damaged(links), texts.map("/01/".__add__)))


def test_any_request_has_an_address_a_host_and_cookies_of_some_kind():
    sent = texts.map(lambda text: text.encode("utf-8", "replace").decode("latin-1"))  # as the server decodes bytes
    headers = st.dictionaries(st.sampled_from(sorted(set(HEADERS.values()))), sent, max_size=8)
    proxies = Proxies.parse(["10.0.0.0/8", "::1"])

    def check(target, found, address):
        request = Request.of("GET", target, address, found)
        assert request.path.startswith("/") and len(request.user_agent) <= 512
        assert isinstance(request.host + request.language, str)
        assert request.is_prefetch in (True, False) and request.is_untracked in (True, False)
        client = proxies.find_client("10.0.0.1", found.get("x-forwarded-for", ""))
        assert isinstance(address_prefix(client) + address_prefix(address), str)
        find_cookie(request.cookies, "o2o_visitor")
        assert read_cookie(f"o2o_visitor={request.cookies}", b"secret") == ""

    fuzz(check, sent, headers, sent)


@pytest.mark.parametrize("name", LINE_FORMATS)
def test_a_line_of_a_log_is_read_or_refused_with_a_reason(name):
    format_ = LINE_FORMATS[name]
    of_format = [lines for lines in SAMPLES if lines and format_.recognise(lines)]

    def check(number, line, other):
        lines = of_format[number % len(of_format)]
        assert format_.recognise([other]) in (True, False)
        for parser in (format_.make_parser(lines), format_.make_parser([other, *lines])):
            with suppress(ValueError):
                request = parser.find_request(line)
                if request:
                    client = parser.read_client(request[2])
                    assert abs(client.at) < 2**62 and isinstance(request[1], str)
                    assert client.user_agent is None or isinstance(client.user_agent, str)

    line = st.one_of(damaged(st.sampled_from([line for lines in of_format for line in lines])), texts)
    json_lines = st.dictionaries(st.one_of(texts, st.sampled_from(["ts", "request", "q", "query"])), values).map(
        json.dumps
    )
    fuzz(check, st.integers(0, 9), st.one_of(line, json_lines), line)


@pytest.mark.parametrize(
    "name", ["nginx.json.log", "combined.log", "mini_program.jsonl", "iis.log", "scans.csv", "shlink.json"]
)
def test_a_damaged_log_is_imported_and_what_cannot_be_read_is_listed(db, db_path, tmp_path, name):
    whole = (SAMPLE_FOLDER / name).read_text("utf-8")
    make_touchpoint(db, code="K7M2X9PY")
    path = tmp_path / name

    def check(text, ending):
        path.write_bytes(text.encode("utf-8", "replace") + ending)
        with suppress(InputFileError):
            result = import_scans(db, db_path, path, now=now())
            assert result.new <= result.lines

    odd = st.sampled_from([r"\ud800", r"\u0000", "\0", "9" * 400, *NASTY])
    fuzz(
        check,
        damaged(odd.map(lambda text: whole.replace("Mozilla", text).replace("K7M2", text, 1))),
        st.binary(max_size=3),
        examples=30,
    )


def test_a_rule_is_read_or_refused_and_holds_or_not_for_any_visit():
    known = [f"{name}={condition.example.rpartition('=')[2]}" for name, condition in CONDITIONS.items()]
    rules = damaged(st.lists(st.sampled_from(known), max_size=3).map(" ".join))
    words = st.lists(st.tuples(st.sampled_from([*CONDITIONS, "query.x"]), texts).map("=".join), max_size=3).map(
        " ".join
    )
    site = Site("K7M2X9PQ", "place", "T12", "S001", "上海", "SPRING", "table")

    def check(text, agent, language, query):
        visit = Visit(now(), agent, language, query, "someone", "click")
        try:
            conditions = parse_conditions(text)
        except SettingError as error:
            assert "\n" not in str(error)
            return
        assert parse_conditions(format_conditions(conditions)) == conditions
        for name, value in conditions.items():
            condition = find_condition(name)
            assert condition.make(value, site, Slot())(visit) in (True, False)
            assert isinstance(condition.tell(visit, site, Slot()), str)

    fuzz(check, st.one_of(rules, words), texts, texts, texts)


def test_a_destination_is_taken_or_refused():
    urls = st.sampled_from(
        ["https://shop.test/{code}?a={sku}#top", "https://用户.test/路?{click}", "https://s.test:8443/"]
    )

    def check(url):
        with suppress(O2OError):
            check_destination(url, ())

    fuzz(check, st.one_of(damaged(urls), texts))


def test_any_hit_that_was_recorded_becomes_a_row(db, db_path):
    folder = segments_folder(db_path)
    known = make_touchpoint(db)
    hits = st.builds(
        Hit, st.integers(0, 2**52), st.one_of(st.just(known), texts), st.none() | texts, st.none() | texts,
        st.sampled_from([Source.SERVE, Source.REPORT]), st.just(""), signals=st.integers(0, 511),
        rule_id=st.none(), region=texts, customer=st.none() | texts,
    )  # fmt: skip
    count = 0

    def check(found):
        nonlocal count
        segment = Segment.create(folder, 1 << 20)
        for hit in found:
            count += 1
            segment.append(frame_record(pack_hit(hit._replace(scan_id=f"scan-{count}"))))
        segment.close()
        assert drain_segments(db, db_path) == len(found)
        assert list(folder.iterdir()) == []

    fuzz(check, st.lists(hits, min_size=1, max_size=5), examples=60)


def test_records_that_make_no_sense_are_set_aside_and_keep_nothing_back(db, db_path):
    folder = segments_folder(db_path)
    count = 0

    def check(garbage):
        nonlocal count
        segment = Segment.create(folder, 1 << 20)
        for payload in garbage:
            count += 1
            hit = Hit(count * 1_000, "K7M2X9PY", None, None, Source.SERVE, f"scan-{count}")
            segment.append(frame_record(payload) + frame_record(pack_hit(hit)))
        segment.close()
        assert drain_segments(db, db_path) == len(garbage)
        assert list_segments(folder) == []

    payloads = st.one_of(
        st.binary(min_size=1, max_size=60), st.lists(values, max_size=11).map(json.dumps).map(str.encode)
    )
    fuzz(check, st.lists(payloads, min_size=1, max_size=5), examples=40)
    assert list_refused(folder)


class Live:
    """A server that raw bytes are sent to."""

    def __init__(self, server, token=""):
        self.server = server
        self.token = token
        host, _, port = server.url.removeprefix("http://").rpartition(":")
        self._address = (host, int(port))

    def send(self, data):
        """Send bytes, end our side, and return the status of each answer; the server must end the other side."""
        with socket.create_connection(self._address, 5) as client:
            client.settimeout(15)
            found = b""
            with suppress(ConnectionError):
                client.sendall(data)
                client.shutdown(socket.SHUT_WR)
                while part := client.recv(65_536):
                    found += part
        statuses = [int(status) for status in re.findall(rb"(?:^|\n)HTTP/1\.1 (\d{3}) ", found)]
        assert not {500, 501} & set(statuses), (data, found)
        return statuses

    def assert_sound(self, db):
        """No bug was met, and each scan that was recorded is a row."""
        time.sleep(1.2)  # until it was counted and drained
        text = httpx.get(f"{self.server.metrics_url}/metrics").text
        assert "\no2o_bugs_total 0\n" in text and "\no2o_lost_total 0\n" in text
        assert 'answer="error"' not in text
        assert self.server.wait_for(status="green")["trouble"] == ""
        assert self.server.stop() == 0
        return int(re.search(r"^o2o_recorded_total (\d+)", text, re.MULTILINE)[1])


@pytest.fixture
def live(db, db_path):
    with serving(db_path) as server:
        yield Live(server, make_token(db, load_keys(db_path).secret, "fuzz", now()))


@pytest.fixture
def code(db):
    set_destination(db, Scope.DEFAULT, "", "https://shop.test/{code}?t={table}")
    return make_touchpoint(db)


def test_no_bytes_over_a_socket_break_a_server(code, db, live):
    time.sleep(1)  # it has read the token
    good = [
        f"GET /{code} HTTP/1.1\r\nHost: s.test\r\nUser-Agent: x\r\nCookie: o2o_visitor=a.b; o2o_staff=1.2\r\n\r\n",
        f"HEAD /p/{code}?linkType=all HTTP/1.1\r\nHost: [::1]:80\r\nAccept-Language: zh-CN,en;q=0.5\r\n\r\n",
        f"GET /01/09506000134352/10/A?o2o={code} HTTP/1.0\r\nAccept: application/linkset+json\r\n\r\n",
        "POST /scans HTTP/1.1\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        f"GET /staff/abc/off HTTP/1.1\r\nX-Forwarded-For: 1.2.3.4\r\nDNT: 1\r\nPurpose: prefetch\r\n\r\nGET /{code}",
        "OPTIONS * HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
        "GET /.well-known/gs1resolver HTTP/1.1\r\nIf-None-Match: x\r\n\r\n",
    ]
    raw = damaged(st.lists(st.sampled_from(good), min_size=1, max_size=3).map("".join))

    def check(text):
        live.send(text.encode("utf-8", "surrogatepass"))

    fuzz(check, raw, examples=250)
    fuzz(live.send, st.binary(max_size=200), examples=50)
    assert live.send(f"GET /{code} HTTP/1.1\r\nHost: s\r\n\r\n".encode()) == [302]
    assert live.assert_sound(db) == len(scans(db)) > 10


def test_no_report_breaks_a_server(code, db, live):
    time.sleep(1)  # it has read the token
    names = ("q", "scene", "code", "openid", "member", "user_agent", "scancode_time")
    links = st.sampled_from([code, f"https://s.example.com/{code}", f"o2o={code}", str(now() // 1000)])
    found = {name: st.one_of(damaged(links), values) for name in names}
    fields = st.fixed_dictionaries({}, optional=found | {"code": st.just(code)}).map(json.dumps)
    bodies = st.one_of(fields.map(str.encode), damaged(fields).map(lambda text: text.encode("utf-8", "surrogatepass")))
    keys = st.one_of(st.just("a-key-of-mine"), st.uuids().map(str), st.text(max_size=20))

    def check(body, key, token):
        named = "".join(character for character in key if character >= " ")
        head = (
            f"POST /scans HTTP/1.1\r\nHost: s.example.com\r\nContent-Type: application/json\r\nIdempotency-Key: {named}"
        )
        head += f"\r\nAuthorization: Bearer {token or live.token}\r\nContent-Length: {len(body)}\r\n\r\n"
        assert len(live.send(head.encode("utf-8", "surrogatepass") + body)) == 1

    tokens = st.sampled_from(["", "", "", "o2o_é", "x" * 99])
    fuzz(check, bodies, keys, tokens, examples=250)
    assert live.assert_sound(db) >= len(scans(db)) > 0

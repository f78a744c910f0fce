"""``POST /scans``: mini-programs, kiosks and labels report scans that never came to us as a request for a code.

WeChat opens a mini-program by the printed link and asks no server; what it was opened with is sent here instead. A
report is one scan under its ``Idempotency-Key``, however often it is sent, and is on the disk before it is answered.
"""

import asyncio
import json
import re
import sqlite3
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from hashlib import blake2b
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlsplit

from o2o.collect.outside.launches import find_link
from o2o.collect.recording.drain import pack_hit
from o2o.collect.recording.drainer import OpenFile
from o2o.collect.recording.metrics import Metrics
from o2o.collect.recording.recorder import Recorder
from o2o.collect.serving.app import Meant
from o2o.collect.serving.keeper import Keeper
from o2o.collect.serving.limits import Allowance
from o2o.collect.serving.protocol import Answer, Headers, Reply
from o2o.collect.serving.request import Request
from o2o.collect.serving.tokens import hash_token, is_token
from o2o.collect.verdicts.agents import shorten_agent
from o2o.collect.verdicts.hit import Hit, Signal, Source
from o2o.collect.visitors.visitor import address_prefix
from o2o.config import Settings
from o2o.errors import O2OError
from o2o.times import DAY, MINUTE, SECOND, now

PATH = "scans"

_MOST_BYTES = 8_192
_LONGEST = {"q": 2_048, "scene": 128, "code": 64, "openid": 128, "member": 128, "user_agent": 512}
_KEY = re.compile(r"[\x21-\x7e]{8,200}")
_JSON: Headers = ((b"content-type", b"application/json"),)
_CLOCK_GOES_AHEAD = 5 * MINUTE
_MILLISECONDS_FROM = 10**11
_MOST_REMEMBERED = 10_000
_PATIENCE_MS = 1_000


class ReportError(Exception):
    """A report that can't be taken, as it is answered."""

    def __init__(self, status: int, reason: str, advice: str, headers: Headers = ()) -> None:
        super().__init__(reason)
        body = json.dumps({"error": reason, "advice": advice}).encode()
        kind = "limited" if status == 429 else "refused"
        self.answer = Answer(kind, status, body, (*_JSON, *headers))


class Report(NamedTuple):
    """What a report says: which link or path was scanned, of which host, when, and by whom as far as that is known."""

    link: str
    host: str
    at: int
    openid: str = ""
    member: str = ""
    user_agent: str | None = None


class Resolver(Protocol):
    """Finds the code that a link means: ``Collector.resolve``."""

    def __call__(self, request: Request, path: str, found: Callable[[Meant], None], reply: Reply) -> None:
        """Call ``found`` now or later, or reply where a link means no code."""


class ScanReports:
    """Takes reports of scans; ``share``: of what all workers may do together, how much is this one's."""

    def __init__(
        self, db_path: Path, keeper: Keeper, recorder: Recorder, metrics: Metrics, resolve: Resolver, share: float
    ) -> None:
        self._keeper = keeper
        self._recorder = recorder
        self._metrics = metrics
        self._resolve = resolve
        self._share = share
        self._known = KnownScans(db_path)
        self._of_addresses, self._of_visitors, self._of_orphans = Allowance(), Allowance(), Allowance()

    def close(self) -> None:
        """Let go of the thread and the file."""
        self._known.close()

    def handle(self, request: Request, reply: Reply) -> None:
        """Answer a report, or a browser that asks whether its page may send one."""
        origin = request.headers.get("origin", "")
        allowed = _allow_origin(origin) if origin in self._settings.origins else ()
        if request.method == "OPTIONS":
            reply(Answer("options", 204, headers=_preflight(allowed)))
            return

        def answer(found: Answer) -> None:
            reply(found._replace(headers=(*found.headers, *allowed)))

        try:
            token = self._authorise(request)
            key = _read_key(request)
            report = read_report(request, now(), self._settings.report_days)
        except ReportError as error:
            answer(error.answer)
        else:
            scan_id = make_scan_id(self._keeper.secret, token, key)
            self._find_code(request, report, partial(self._take, request, report, scan_id, answer), answer)

    def _authorise(self, request: Request) -> str:
        """Return the token of a request; who tries out others is made to wait."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        token = token.strip()
        if scheme.lower() == "bearer" and is_token(self._keeper.secret, token, self._keeper.token_hashes):
            return token
        self._limit(request)
        raise ReportError(
            401,
            "no token that we know",
            "send 'Authorization: Bearer TOKEN'; make a token with: o2o scan token new NAME",
            ((b"www-authenticate", b"Bearer"),),
        )

    def _limit(self, request: Request) -> None:
        a_minute = self._settings.unknown_per_minute * self._share
        if not self._of_addresses.take(address_prefix(request.address), monotonic(), a_minute):
            raise _too_many()

    def _find_code(self, request: Request, report: Report, found: Callable[[Meant], None], reply: Reply) -> None:
        asked = Request.of("GET", report.link, request.address, {"host": report.host})
        prefix = self._keeper.hosts.find_prefix(report.host) if report.host else self._settings.prefix
        if prefix is None:
            reply(_refuse_link(f"{report.host} is none of our hosts").answer)
            return
        path = asked.path.strip("/")
        inner = prefix.strip("/")
        if inner and path.startswith(inner + "/"):
            path = path[len(inner) + 1 :]

        def explain(answer: Answer) -> None:
            error = _busy() if answer.status == 503 else _refuse_link("the link names no code")
            reply(error.answer)

        self._resolve(asked, path, found, explain)

    def _take(self, request: Request, report: Report, scan_id: str, reply: Reply, meant: Meant) -> None:
        """Keep a scan unless its key was used for one of another code."""
        try:
            self._check_allowed(request, report, meant)
        except ReportError as error:
            reply(error.answer)
            return

        def go_on(before: str) -> None:
            if before not in ("", meant.code):
                reply(_conflict(before).answer)
                return
            answer = Answer("report", 201, json.dumps({"scan_id": scan_id, "code": meant.code}).encode(), _JSON)
            hit = self._make_hit(report, scan_id, meant.code)
            self._recorder.record(pack_hit(hit), partial(reply, answer), partial(reply, _busy().answer))

        self._known.find(scan_id, meant.code, go_on)

    def _check_allowed(self, request: Request, report: Report, meant: Meant) -> None:
        """Raise ReportError for too many that lead nowhere; what leads somewhere is always taken."""
        if meant.target and not meant.target.is_retired(report.at):
            return
        if meant.target is None:
            self._limit(request)
        if not self._of_orphans.take("", monotonic(), self._settings.orphans_per_minute * self._share):
            self._metrics.orphans_not_stored += 1
            raise _too_many()

    def _make_hit(self, report: Report, scan_id: str, code: str) -> Hit:
        visitor = name_visitor(self._keeper.secret, report)
        signals = Signal.NAMED if visitor else Signal.NONE
        a_minute = self._settings.flood_per_minute * self._share
        if visitor and not self._of_visitors.take(visitor, monotonic(), a_minute):
            signals |= Signal.FLOOD
        return Hit(
            report.at, code, visitor, report.user_agent, Source.REPORT, scan_id,
            signals=signals, customer=report.member or None,
        )  # fmt: skip

    @property
    def _settings(self) -> Settings:
        return self._keeper.targets.settings


class KnownScans:
    """The codes of scans that were taken before, of this worker and in the file; read in a thread of its own."""

    def __init__(self, db_path: Path) -> None:
        self._file = OpenFile(db_path, _PATIENCE_MS)
        self._is_open = False
        self._recent: dict[str, str] = {}
        self._thread = ThreadPoolExecutor(1, "known-scans")

    def find(self, scan_id: str, code: str, found: Callable[[str], None]) -> None:
        """Call ``found`` with the code of a scan, an empty text for one that is new, which is ``code`` from now on."""
        before = self._recent.get(scan_id)
        if before is not None:
            found(before)
            return
        self._recent[scan_id] = code
        if len(self._recent) > _MOST_REMEMBERED:
            del self._recent[next(iter(self._recent))]
        loop = asyncio.get_running_loop()

        def done(future: "Future[str]") -> None:
            loop.call_soon_threadsafe(self._finish, scan_id, future.result(), found)

        self._thread.submit(self._look_up, scan_id).add_done_callback(done)

    def close(self) -> None:
        """Let go of the file."""
        if self._is_open:
            self._thread.submit(self._file.db.close)
        self._thread.shutdown()

    def _finish(self, scan_id: str, before: str, found: Callable[[str], None]) -> None:
        if before:
            self._recent[scan_id] = before
        found(before)

    def _look_up(self, scan_id: str) -> str:
        with suppress(sqlite3.Error, O2OError, OSError):  # a file that can't be read is no reason to lose a scan
            if self._is_open:
                self._file.follow()
            else:
                self._file.open(_PATIENCE_MS)
                self._is_open = True
            row = self._file.db.conn.execute("SELECT code FROM scans WHERE scan_id = ?", [scan_id]).fetchone()
            return str(row[0]) if row else ""
        return ""


def read_report(request: Request, at: int, days: int) -> Report:
    """Return what a request reports at a time; raises ReportError for what can't be a scan."""
    fields = _read_fields(request)
    texts = {name: _read_text(fields, name) for name in _LONGEST}
    link = find_link(texts["q"], texts["scene"], texts["code"])
    if not link:
        raise ReportError(400, "no q, scene or code", "send q as onLoad got it, or the scene, or the printed code")
    agent = shorten_agent(texts["user_agent"]) if "user_agent" in fields else None
    scanned_at = _read_time(fields.get("scancode_time"), at, days)
    return Report(link, _find_host(link), scanned_at, texts["openid"], texts["member"], agent)


def make_scan_id(secret: bytes, token: str, key: str) -> str:
    """Return the id of the scan that a key stands for, the same at each retry: 20 URL-safe characters."""
    text = b"scan\0" + hash_token(secret, token) + key.encode()
    return urlsafe_b64encode(blake2b(text, key=secret, digest_size=15).digest()).decode("ascii")


def name_visitor(secret: bytes, report: Report) -> str | None:
    """Return the visitor of a report, a keyed hash of the openid, else of the member; None where neither is known."""
    if not (report.openid or report.member):
        return None
    text = f"openid\0{report.openid}" if report.openid else f"member\0{report.member}"
    return urlsafe_b64encode(blake2b(text.encode(), key=secret, digest_size=15).digest()).decode("ascii")


def _read_key(request: Request) -> str:
    key = request.headers.get("idempotency-key", "").strip()
    if not _KEY.fullmatch(key):
        raise ReportError(
            400,
            "no Idempotency-Key of 8 to 200 letters, digits and signs" if key else "no Idempotency-Key",
            "send one that is new for each scan and the same when a report is sent again",
        )
    return key


def _read_fields(request: Request) -> Mapping[str, Any]:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise ReportError(415, "not application/json", "send 'Content-Type: application/json' and a JSON object")
    if len(request.body) > _MOST_BYTES:
        raise ReportError(413, f"more than {_MOST_BYTES:,} bytes", "send one scan in each request")
    try:
        fields = json.loads(request.body)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise ReportError(400, "not a JSON object", 'send one such as {"code": "K7M2X9PQ"}')
    return fields


def _read_text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > _LONGEST[name] or not value.isprintable():
        raise ReportError(
            400, f"{name} is not a text of at most {_LONGEST[name]} characters", f"correct it, or leave {name} out"
        )
    return value.strip()


def _find_host(link: str) -> str:
    try:
        return urlsplit(link).hostname or ""
    except ValueError:
        raise _refuse_link("the link can't be read") from None


def _read_time(value: Any, at: int, days: int) -> int:
    """Return when a code was scanned: what WeChat says, if that can be, else when the report came."""
    if value is None or value == "":
        return at
    text = str(value).strip()
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,13}(\.\d+)?", text, re.ASCII):
        raise ReportError(
            400, "scancode_time is no time", "send seconds since 1970 as WeChat gives them, or leave it out"
        )
    scanned_at = int(float(text)) if float(text) >= _MILLISECONDS_FROM else int(float(text) * SECOND)
    if scanned_at > at + _CLOCK_GOES_AHEAD:
        raise ReportError(400, "scancode_time lies in the future", "set the clock right, or leave it out")
    if scanned_at < at - days * DAY:
        raise ReportError(
            400,
            f"scancode_time is more than {days} days ago (setting report_days)",
            "report scans when they happen; take older ones in with: o2o scan import",
        )
    return min(scanned_at, at)


def _allow_origin(origin: str) -> Headers:
    return (b"access-control-allow-origin", origin.encode("latin-1")), (b"vary", b"origin")


def _preflight(allowed: Headers) -> Headers:
    if not allowed:
        return ((b"allow", b"POST, OPTIONS"),)
    return (
        *allowed,
        (b"access-control-allow-methods", b"POST"),
        (b"access-control-allow-headers", b"authorization, content-type, idempotency-key"),
        (b"access-control-max-age", b"3600"),
    )


def _too_many() -> ReportError:
    return ReportError(
        429, "too many that lead nowhere", "send codes of ours and a token that we gave", ((b"retry-after", b"60"),)
    )


def _busy() -> ReportError:
    return ReportError(503, "can't be kept now", "send it again, with the same key", ((b"retry-after", b"5"),))


def _refuse_link(reason: str) -> ReportError:
    return ReportError(400, reason, "send the printed link as q, or the code that is in it")


def _conflict(code: str) -> ReportError:
    return ReportError(
        409, f"this Idempotency-Key stands for a scan of {code}", "make a new key for each scan, keep it for retries"
    )

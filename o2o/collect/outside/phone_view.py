"""What a phone would see that scans one of our codes: opened through the public address, as a test of the staff's."""

import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from o2o.collect.visitors.staff import make_mark
from o2o.config import Settings, load_settings, why_unreachable
from o2o.db import Database
from o2o.destinations.location import make_ascii_url
from o2o.errors import NotFoundError
from o2o.links import touchpoint_urls
from o2o.subjects import Carrier
from o2o.times import DAY, SECOND, now
from o2o.touchpoints import find_touchpoint
from o2o.wechat_links import file_addresses, list_rules, load_files, suggest_rule, why_not_opened

_PHONE = {
    "User-Agent": "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Mobile Safari/537.36",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8",
    "Accept": "text/html,*/*;q=0.8",
}
_MOST_HOPS = 10
_MOST_BYTES = 1 << 20
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_KEPT_BY_PHONES = frozenset((301, 308))
_DAYS_LEFT = 14
_SECONDS_TO_ARRIVE = 5.0


class Grade(StrEnum):
    """Whether something works."""

    GOOD = "ok"
    REMARK = "remark"
    BAD = "wrong"


class Finding(NamedTuple):
    """What was looked at, whether it works, what was found, and what to do next."""

    what: str
    grade: Grade
    found: str
    advice: str = ""


class Hop(NamedTuple):
    """One address that was opened: what came back, or why nothing did."""

    url: str
    status: int = 0
    location: str = ""
    cache: str = ""
    body: bytes = b""
    certificate_ends: int | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Phone:
    """Opens addresses as a phone does; whoever ``host`` is gets the staff's mark. ``authority``: a CA file of yours."""

    host: str
    mark: str
    authority: Path | None = None
    seconds: float = 10.0

    def open(self, url: str) -> Hop:
        """Open one address, and follow nowhere."""
        parts = urlsplit(url)
        headers = _PHONE | ({"Cookie": self.mark} if parts.netloc.lower() == self.host else {})
        try:
            connection = self._connect(url)
            try:
                connection.request("GET", url[len(f"{parts.scheme}://{parts.netloc}") :].partition("#")[0] or "/",
                                   headers=headers)  # fmt: skip
                ends = _end_of_certificate(connection)
                answer = connection.getresponse()
                location, cache = answer.headers.get("location", ""), answer.headers.get("cache-control", "")
                return Hop(url, answer.status, location, cache, answer.read(_MOST_BYTES), ends)
            finally:
                connection.close()
        except (OSError, HTTPException, ValueError) as error:
            return Hop(url, trouble=_explain(error))

    def follow(self, url: str) -> list[Hop]:
        """Open an address and all that it leads to."""
        hops = [self.open(url)]
        while hops[-1].status in _REDIRECTS and hops[-1].location and len(hops) <= _MOST_HOPS:
            hops.append(self.open(make_ascii_url(urljoin(hops[-1].url, hops[-1].location))))
        return hops

    def _connect(self, url: str) -> HTTPConnection:
        parts = urlsplit(url)
        if parts.scheme == "http":
            return HTTPConnection(parts.hostname or "", parts.port, timeout=self.seconds)
        trust = ssl.create_default_context(cafile=self.authority)
        return HTTPSConnection(parts.hostname or "", parts.port, timeout=self.seconds, context=trust)


def view_code(
    db: Database, secret: bytes, code: str | None = None, authority: Path | None = None
) -> tuple[str, list[Finding]]:
    """Return the printed link of a code, or of the newest, and what a phone finds that opens it."""
    settings = load_settings(db)
    code = find_touchpoint(db, code).code if code else _newest_code(db)
    url = touchpoint_urls(db, settings, [code])[code]
    mark = make_mark(secret, path="", secure=True).partition(";")[0]
    phone = Phone(urlsplit(url).netloc.lower(), mark, authority)
    started = now()
    hops = phone.follow(url)
    findings = [*_view_address(settings), *_view_certificate(hops[0]), *_view_answer(hops[0])]
    if hops[0].status in _REDIRECTS:
        findings += [*_view_way(hops), _view_destination(hops), _view_row(db, code, started)]
    return url, [*findings, *_view_wechat(db, settings, phone, url)]


def _newest_code(db: Database) -> str:
    query = "SELECT code FROM touchpoints WHERE retired_at IS NULL AND carrier <> ? ORDER BY id DESC LIMIT 1"
    row = db.conn.execute(query, [Carrier.STAFF_CARD]).fetchone()
    if row is None:
        raise NotFoundError("code in use", "", "mint some first: o2o touchpoint mint")
    return str(row[0])


def _view_address(settings: Settings) -> Iterator[Finding]:
    if reason := why_unreachable(settings.base_url):
        yield Finding("address", Grade.BAD, f"no customer's phone can open {settings.base_url}: {reason}",
                      "set your own: o2o setting set base_url https://…")  # fmt: skip
    host = urlsplit(settings.base_url).hostname or ""
    try:
        found = sorted({str(one[4][0]) for one in socket.getaddrinfo(host, None)})
    except OSError:
        yield Finding("name", Grade.BAD, f"{host} is not known", "enter it at your DNS provider, and wait some minutes")
        return
    private = [address for address in found if not ip_address(address.partition("%")[0]).is_global]
    advice = "phones outside can't get there: enter the server's public address" if private else ""
    yield Finding("name", Grade.BAD if private else Grade.GOOD, f"{host} is {', '.join(found)}", advice)


def _view_certificate(hop: Hop) -> Iterator[Finding]:
    if hop.certificate_ends is None:
        return
    days = (hop.certificate_ends - now()) // DAY
    grade = Grade.GOOD if days >= _DAYS_LEFT else Grade.REMARK
    advice = "" if days >= _DAYS_LEFT else "renew it now, and see why that isn't done by itself"
    yield Finding("certificate", grade, f"valid for {days} more days", advice)


def _view_answer(hop: Hop) -> Iterator[Finding]:
    if hop.trouble:
        yield Finding("answer", Grade.BAD, hop.trouble, "see that 'o2o serve', and the server before it, are running")
    elif hop.status in _KEPT_BY_PHONES:
        yield Finding("answer", Grade.BAD, f"{hop.status}: phones remember where it leads, and later scans aren't seen",
                      "let the server before o2o pass its 302 on, and redirect nothing itself")  # fmt: skip
    elif hop.status in _REDIRECTS:
        is_kept = "no-store" not in hop.cache
        advice = "let the server before o2o pass on Cache-Control: no-store" if is_kept else ""
        yield Finding("answer", Grade.REMARK if is_kept else Grade.GOOD,
                      f"{hop.status}, {hop.cache or 'no Cache-Control'}", advice)  # fmt: skip
    elif hop.status in (404, 410, 421):
        yield Finding("answer", Grade.BAD, f"{hop.status}: this code leads nowhere there",
                      "see that 'o2o serve' runs on this file, and gets the path as it is")  # fmt: skip
    else:
        yield Finding("answer", Grade.BAD, f"{hop.status}: this isn't o2o's answer",
                      "see which server answers, and let it pass these requests on to 'o2o serve'")  # fmt: skip


def _view_way(hops: Sequence[Hop]) -> Iterator[Finding]:
    for number, hop in enumerate(hops[1:-1], start=1):
        yield Finding(f"redirect {number}", Grade.GOOD, f"{hop.status} at {hop.url}")


def _view_destination(hops: Sequence[Hop]) -> Finding:
    last = hops[-1]
    if last.trouble:
        return Finding("destination", Grade.BAD, f"{last.url}: {last.trouble}", "correct it: o2o destination set …")
    if last.status in _REDIRECTS:
        return Finding("destination", Grade.BAD, f"no end after {len(hops) - 1} redirects",
                       "see why the destination sends phones in a circle")  # fmt: skip
    if last.status >= 400:
        return Finding("destination", Grade.BAD, f"{last.status} at {last.url}", "correct it: o2o destination set …")
    if urlsplit(last.url).scheme == "http":
        return Finding("destination", Grade.REMARK, f"{last.status} at {last.url}", "phones warn of http: use https")
    return Finding("destination", Grade.GOOD, f"{last.status} at {last.url}")


def _view_row(db: Database, code: str, started: int) -> Finding:
    """Wait until the scan is in the file, as the staff's."""
    until = time.monotonic() + _SECONDS_TO_ARRIVE
    query = "SELECT verdict, reason FROM scans WHERE code = ? AND scanned_at >= ? ORDER BY id DESC LIMIT 1"
    while time.monotonic() < until:
        if row := db.conn.execute(query, [code, started]).fetchone():
            return Finding("scan", Grade.GOOD, f"in the file as {row[0]} ({row[1]}), so it doesn't count")
        time.sleep(0.1)
    return Finding("scan", Grade.REMARK, "not in this file",
                   "see that the server works on this file, or take its log in: o2o scan import")  # fmt: skip


def _view_wechat(db: Database, settings: Settings, phone: Phone, url: str) -> Iterator[Finding]:
    rules = list_rules(db)
    if not rules:
        yield Finding("WeChat", Grade.GOOD, "opens the page, not a mini-program: no rule is noted")
    elif reason := why_not_opened(rules, url):
        yield Finding("WeChat", Grade.BAD, f"opens no mini-program: {reason}",
                      f"set it in WeChat's console, then: o2o wechat rule add {suggest_rule(url)}")  # fmt: skip
    else:
        yield Finding("WeChat", Grade.GOOD, "opens the mini-program, if the rule is published in WeChat's console")
    for name, content in load_files(db).items():
        for address in file_addresses(settings, rules, name):
            is_there = phone.open(address).body == content
            yield Finding("verification", Grade.GOOD if is_there else Grade.BAD,
                          f"{address} {'is there' if is_there else 'does not answer the file'}",
                          "" if is_there else "let the server before o2o pass this path on")  # fmt: skip


def _end_of_certificate(connection: HTTPConnection) -> int | None:
    certificate = connection.sock.getpeercert() if isinstance(connection.sock, ssl.SSLSocket) else None
    if not certificate:
        return None
    with suppress(ValueError, KeyError):
        return int(ssl.cert_time_to_seconds(str(certificate["notAfter"]))) * SECOND
    return None


def _explain(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"phones don't trust the certificate: {error.verify_message}"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError):
        return f"can't be reached: {error.strerror or error}"
    return f"no answer that can be read: {error}"

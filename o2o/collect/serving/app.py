"""Answers requests: one for a code is identified, resolved, decided, recorded, and only then answered."""

import asyncio
import re
import secrets
import sqlite3
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple, TypeVar
from urllib.parse import parse_qsl, urlencode

from o2o.codes.gs1 import Gs1Error
from o2o.codes.short import is_code
from o2o.collect.recording.drain import pack_hit
from o2o.collect.recording.metrics import Metrics
from o2o.collect.recording.recorder import Recorder
from o2o.collect.routing.targets import Target
from o2o.collect.serving.keeper import Keeper
from o2o.collect.serving.limits import Allowance
from o2o.collect.serving.pages import CONTENT_POLICY, Item, find_page, find_pictures, show_message, show_page
from o2o.collect.serving.pictures import show_picture
from o2o.collect.serving.protocol import Answer, Headers, Reply
from o2o.collect.serving.request import Request
from o2o.collect.serving.resolver import answer_description, answer_links, link_header
from o2o.collect.verdicts.agents import find_bot, find_preview
from o2o.collect.verdicts.hit import Hit, Signal, Source
from o2o.collect.verdicts.verdict import explain_unknown
from o2o.collect.visitors.staff import is_staff_token, make_card_mark, make_mark
from o2o.collect.visitors.visitor import Identity, Traits, address_prefix
from o2o.config import Settings
from o2o.db import Database, open_database
from o2o.destinations import Visit
from o2o.errors import DatabaseError
from o2o.links import ScannedLink, find_code
from o2o.subjects import Carrier
from o2o.times import now

Route = Callable[[Request, Reply], None]

_CLICK_BYTES, _CLICK_LENGTH = 15, 20  # 120 random bits
_CODE_LIKE = re.compile(r"[0-9A-Za-z_-]{4,64}")
_MOST_ASIDE = 256
_LONGEST_QUERY, _LONGEST_ITEM = 1_024, 64
_Found = TypeVar("_Found")
_PAGE_HEADERS: Headers = (
    (b"content-type", b"text/html; charset=utf-8"),
    (b"content-security-policy", CONTENT_POLICY.encode("ascii")),
)
_TEXT_HEADERS: Headers = ((b"content-type", b"text/plain; charset=utf-8"),)
_ALLOW: Headers = ((b"allow", b"GET, HEAD, OPTIONS"),)


def _say(kind: str, status: int, chinese: str, english: str) -> Answer:
    return Answer(kind, status, show_message(chinese, english), _PAGE_HEADERS)


_HOME = _say("page", 200, "欢迎", "Welcome. This address answers the codes in our shops.")
_UNKNOWN = _say("unknown", 404, "没有找到这个码", "We don't know this code.")
_MISREAD = _say("misread", 404, "码不对，请再扫一次", "A character of this code is wrong. Please scan it again.")
_RETIRED = _say("retired", 410, "这个码已停用", "This code is no longer in use.")
_TOO_MANY = _say("limited", 429, "请求太多，请稍后再试", "Too many requests. Please try again in a minute.")
_BUSY = _say("busy", 503, "请稍后再试", "Please try again in a moment.")
_NOT_HERE = _say("refused", 421, "这里没有内容", "There is nothing at this address.")
_MARKED = _say("page", 200, "这部手机的扫码从现在起记为测试", "Scans of this phone are kept as tests from now on.")
_CARD = _say(
    "card", 200, "接下来一段时间，这部手机的扫码记为测试", "For a while, scans of this phone are kept as tests."
)
_UNMARKED = _say("page", 200, "这部手机的扫码重新计入统计", "Scans of this phone count again.")
_OPTIONS = Answer("options", 204, headers=_ALLOW)
_NOT_ALLOWED = Answer("refused", 405, headers=_ALLOW)
_NOBODY = Identity(None, 0, "")
_PREFETCH, _FLOOD, _DOUBTFUL = int(Signal.PREFETCH), int(Signal.FLOOD), int(Signal.PREFETCH | Signal.STAFF)


class Asked(NamedTuple):
    """A request for a code under way: under which prefix, when, by whom; HEAD is no scan and has no click id."""

    request: Request
    prefix: str
    at: int
    click_id: str = ""
    who: Identity = _NOBODY


class Meant(NamedTuple):
    """What a request asks for: a code, its target if it is known, and the item that a Digital Link names."""

    code: str
    target: Target | None
    lot: str = ""
    serial: str = ""
    is_link: bool = False


class Collector:
    """Answers requests, whatever brings them; ``posts`` are the handlers of what may be posted, by path.

    ``share``: of what all workers may do together, how much is this one's.
    """

    def __init__(
        self, db_path: Path, keeper: Keeper, recorder: Recorder, metrics: Metrics, *, share: float = 1.0
    ) -> None:
        self.posts: dict[str, Route] = {}
        self._db_path = db_path
        self._keeper = keeper
        self._recorder = recorder
        self._metrics = metrics
        self._share = share
        self._of_addresses, self._of_visitors, self._of_orphans = Allowance(), Allowance(), Allowance()
        self._click_ids = _make_click_ids()
        self._aside = ThreadPoolExecutor(2, "aside")
        self._aside_count = 0

    def close(self) -> None:
        """Let go of the threads."""
        self._aside.shutdown()
        self._keeper.counts.close()

    def handle(self, request: Request, reply: Reply) -> None:
        """Answer one request by one call of ``reply``, at once or later."""
        prefix = self._keeper.hosts.find_prefix(request.host)
        if prefix is None:
            reply(_NOT_HERE)
            return
        path = _without(prefix, request.path).strip("/")
        match request.method:
            case "GET" | "HEAD":
                self._show(request, prefix, path, reply)
            case "POST" | "OPTIONS" if post := self.posts.get(path):
                post(request, reply)
            case "OPTIONS":
                reply(_OPTIONS)
            case _:
                reply(_NOT_ALLOWED)

    def _show(self, request: Request, prefix: str, path: str, reply: Reply) -> None:
        if path and "/" not in path and path not in self._keeper.files:
            self._answer_scan(request, prefix, path, reply)
            return
        match path.split("/"):
            case [""]:
                reply(_HOME)
            case ["staff", token, *off] if off in ([], ["off"]):
                reply(self._mark_phone(token, prefix, remove=bool(off)))
            case [".well-known", "gs1resolver"]:
                reply(answer_description(self._settings))
            case [name] if file := self._keeper.files.get(name):
                reply(Answer("page", 200, file, _TEXT_HEADERS))
            case ["p", code]:
                self._do_aside(partial(self._make_page, request, code.upper()), reply, partial(reply, _BUSY))
            case ["p", code, number] if number.isdecimal() and number.isascii():
                self._do_aside(
                    partial(self._make_picture, request, code.upper(), int(number)), reply, partial(reply, _BUSY)
                )
            case _:
                self._answer_scan(request, prefix, path, reply)

    # a scan in five steps

    def _answer_scan(self, request: Request, prefix: str, path: str, reply: Reply) -> None:
        asked = self._identify(request, prefix)

        def go_on(meant: Meant) -> None:
            if meant.target and (links := self._find_links(request, meant, meant.target)):
                reply(links)
                return
            answer, rule_id = self._decide(asked, meant)
            if rule_id is not None and _may_be_human(asked):
                self._keeper.counts.take(rule_id, asked.click_id)
            self._record(asked, meant, answer, rule_id, partial(reply, answer))

        self.resolve(request, path, go_on, reply)

    def _identify(self, request: Request, prefix: str) -> Asked:
        at = now()
        if request.method == "HEAD":
            return Asked(request, prefix, at)
        click_id = next(self._click_ids)
        traits = Traits(
            request.address, request.user_agent, request.cookies, request.language, request.is_untracked, prefix
        )
        visitor, signals, cookie = self._keeper.identify(traits, at, click_id)
        if request.is_prefetch:
            signals |= _PREFETCH
        a_minute = self._settings.flood_per_minute * self._share
        if visitor and not self._of_visitors.take(visitor, monotonic(), a_minute):
            signals |= _FLOOD
        return Asked(request, prefix, at, click_id, Identity(visitor, signals, cookie))

    def resolve(self, request: Request, path: str, found: Callable[[Meant], None], reply: Reply) -> None:
        """Call ``found`` with what a path means, now or later; reply where it means no code."""
        targets = self._keeper.targets
        if _CODE_LIKE.fullmatch(path):
            code = path.upper()
            target = targets.find(code)
            found(Meant(code if target or is_code(code) else path, target))
            return
        try:
            scanned = ScannedLink.parse(request.target)
        except Gs1Error:
            reply(_UNKNOWN)
            return
        item = dict(scanned.link.qualifiers)

        def go_on(code: str) -> None:
            found(Meant(code, self._keeper.targets.find(code), item.get("10", ""), item.get("21", ""), is_link=True))

        if targets.find(scanned.code):
            go_on(scanned.code)
        else:
            self._do_aside(partial(self._find_code, scanned), go_on, partial(reply, _BUSY))

    def _decide(self, asked: Asked, meant: Meant) -> tuple[Answer, int | None]:
        """Return the answer and the rule that chose it."""
        target = meant.target
        if target is None:
            return self._refuse(asked, meant.code), None
        if target.is_retired(asked.at):
            return _RETIRED, None
        if target.carrier == Carrier.STAFF_CARD:
            return self._mark_by_card(asked), None
        request = asked.request
        visit = Visit(
            asked.at,
            request.user_agent,
            request.language,
            request.query,
            asked.who.visitor,
            asked.click_id,
            meant.lot,
            meant.serial,
            self._keeper.counts,
        )
        url, rule_id = target.choose(visit)
        if url.startswith("/"):  # our own page, under the host that was asked
            url = asked.prefix + url.removeprefix(self._keeper.targets.prefix) + _name_item(url, meant)
        headers: Headers = ((b"location", url.encode("ascii")),)
        if meant.is_link:
            headers += (link_header(self._settings, request),)
        if asked.who.set_cookie:
            headers += ((b"set-cookie", asked.who.set_cookie.encode("ascii")),)
        return Answer("redirect", 302, headers=headers), rule_id

    def _find_links(self, request: Request, meant: Meant, target: Target) -> Answer | None:
        return answer_links(self._keeper.targets.map, target, request, is_link=meant.is_link)

    def _refuse(self, asked: Asked, code: str) -> Answer:
        a_minute = self._settings.unknown_per_minute * self._share
        if self._of_addresses.take(address_prefix(asked.request.address), monotonic(), a_minute):
            return _explain(code)
        return _TOO_MANY

    def _record(
        self, asked: Asked, meant: Meant, answer: Answer, rule_id: int | None, kept: Callable[[], None]
    ) -> None:
        if not asked.click_id or not self._may_keep(answer):
            kept()
            return
        user_agent, who = asked.request.user_agent, asked.who
        region = self._keeper.locate(asked.request.address)
        scan_id, signals = asked.click_id, who.signals
        hit = Hit(asked.at, meant.code, who.visitor, user_agent, Source.SERVE, scan_id, None, signals, rule_id, region)
        self._recorder.record(pack_hit(hit), kept)

    def _may_keep(self, answer: Answer) -> bool:
        if answer.kind in ("redirect", "card"):
            return True
        a_minute = self._settings.orphans_per_minute * self._share
        kept = answer is not _TOO_MANY and self._of_orphans.take("", monotonic(), a_minute)
        self._metrics.orphans_not_stored += not kept
        return kept

    # what is not a scan

    @property
    def _settings(self) -> Settings:
        return self._keeper.targets.settings

    def _mark_phone(self, token: str, prefix: str, *, remove: bool) -> Answer:
        if not is_staff_token(token, self._keeper.secret):
            return _UNKNOWN
        secure = self._settings.base_url.startswith("https:")
        mark = make_mark(self._keeper.secret, path=prefix, secure=secure, remove=remove)
        answer = _UNMARKED if remove else _MARKED
        return answer._replace(headers=(*_PAGE_HEADERS, (b"set-cookie", mark.encode("ascii"))))

    def _mark_by_card(self, asked: Asked) -> Answer:
        secure = self._settings.base_url.startswith("https:")
        days = self._settings.staff_days
        mark = make_card_mark(self._keeper.secret, asked.at, days, path=asked.prefix, secure=secure)
        return _CARD._replace(headers=(*_PAGE_HEADERS, (b"set-cookie", mark.encode("ascii"))))

    # what reads the file, in threads of its own

    def _do_aside(self, work: Callable[[], Any], done: Callable[[Any], None], refuse: Callable[[], None]) -> None:
        if self._aside_count >= _MOST_ASIDE:
            refuse()
            return
        self._aside_count += 1
        loop = asyncio.get_running_loop()

        def finish(future: "Future[Any]") -> None:
            self._aside_count -= 1
            try:
                done(future.result())
            except Exception:  # a bug of ours; the client is answered all the same
                self._metrics.report_bug()
                refuse()

        self._aside.submit(work).add_done_callback(lambda future: loop.call_soon_threadsafe(finish, future))

    def _find_code(self, scanned: ScannedLink) -> str:
        return self._ask_file(lambda db: find_code(db, scanned, now())) or scanned.code or scanned.path

    def _make_page(self, request: Request, code: str) -> Answer:
        at = now()
        target = self._keeper.targets.find(code)
        if target is None:
            return _explain(code)
        if target.is_retired(at):
            return _RETIRED
        asked = dict(parse_qsl(request.query[:_LONGEST_QUERY]))
        item = Item(asked.get("lot", "")[:_LONGEST_ITEM], asked.get("serial", "")[:_LONGEST_ITEM])
        page = self._ask_file(lambda db: find_page(db, self._settings, code, at, item))
        return Answer("page", 200, show_page(page), _PAGE_HEADERS) if page else _BUSY

    def _make_picture(self, request: Request, code: str, number: int) -> Answer:
        target = self._keeper.targets.find(code)
        if target is None or target.is_retired(now()):
            return _UNKNOWN
        names = self._ask_file(lambda db: find_pictures(db, code, now())) or []
        if not 0 < number <= len(names):
            return _UNKNOWN
        return (
            show_picture(self._db_path.parent, names[number - 1], request.headers.get("if-none-match", "")) or _UNKNOWN
        )

    def _ask_file(self, question: Callable[[Database], _Found]) -> _Found | None:
        """Return what the file says, or None while it can't be read."""
        try:
            db = open_database(self._db_path)
            try:
                return question(db)
            finally:
                db.close()
        except (DatabaseError, sqlite3.Error):
            return None


def _make_click_ids() -> Iterator[str]:
    while True:  # a call of the system for each would cost more than all else about them
        text = urlsafe_b64encode(secrets.token_bytes(_CLICK_BYTES * 256)).decode("ascii")
        for at in range(0, len(text), _CLICK_LENGTH):
            yield text[at : at + _CLICK_LENGTH]


def _without(prefix: str, path: str) -> str:
    return path[len(prefix) :] if prefix and (path == prefix or path.startswith(prefix + "/")) else path


def _may_be_human(asked: Asked) -> bool:
    """Whether a scan uses up one of a rule's uses until its verdict is known; HEAD is no scan."""
    user_agent = asked.request.user_agent
    doubtful = asked.who.signals & _DOUBTFUL
    return bool(asked.click_id) and not (doubtful or find_preview(user_agent) or find_bot(user_agent))


def _name_item(url: str, meant: Meant) -> str:
    """Return what tells our own page of the lot and the serial number of a Digital Link."""
    item = urlencode({name: text for name, text in (("lot", meant.lot), ("serial", meant.serial)) if text})
    return item and ("&" if "?" in url else "?") + item


def _explain(code: str) -> Answer:
    return _MISREAD if explain_unknown(code) == "misread" else _UNKNOWN

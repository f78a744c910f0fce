"""Makes hits of the lines of a log: the part of an import that needs no lock, done in a process of its own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from o2o.collect.serving.limits import Allowance
from o2o.collect.verdicts.agents import shorten_agent
from o2o.collect.verdicts.geo import NOWHERE, open_geo
from o2o.collect.verdicts.hit import Hit, Signal, Source
from o2o.collect.verdicts.judge import Judge
from o2o.collect.verdicts.new_scans import NewScans, ScanMaker
from o2o.collect.visitors.visitor import find_prefix, hash_facts, hash_visitor, log_salt
from o2o.config import Settings
from o2o.db import Database, shop_folder
from o2o.importers.scans.files import Block, LogReader, Mark, open_log
from o2o.importers.scans.formats import LINE_FORMATS
from o2o.importers.scans.keys import LineKeys
from o2o.importers.scans.learned import Learned
from o2o.importers.scans.plain_lines import SECONDS, PlainLine, PlainLines
from o2o.importers.scans.requests import Client, said
from o2o.importers.scans.targets import ELSEWHERE, CodeFinder
from o2o.times import DAY, SECOND

_NAMED, _FLOOD = int(Signal.NAMED), int(Signal.FLOOD)
_CLIENTS_KNOWN = 100_000
_TARGETS_KNOWN = 100_000
_new = tuple.__new__  # in half the time that Hit takes with its names
_Known = tuple[str, str | None, str]  # the visitor, the user agent and the region
Remark = tuple[int, str, str]
"""The number of a line that can't be taken, the line, and why."""


@dataclass(frozen=True, slots=True)
class LogOrder:
    """A log to be read: all that a process of its own needs to know."""

    path: Path
    format: str
    first_lines: tuple[str, ...]
    secret: bytes
    settings: Settings
    now: int
    mark: Mark | None = None
    timed_keys: bool = True
    codes_by_path: dict[str, str] = field(default_factory=dict)
    salts: Mapping[int, bytes] = field(default_factory=dict)
    """Those of the days that are still known; see o2o.keys."""


@dataclass(slots=True)
class Batch:
    """What one block of a log holds."""

    scans: NewScans
    remarks: list[Remark] = field(default_factory=list)
    lines: int = 0
    elsewhere: int = 0
    lines_before: int = 0
    mark: Mark | None = None


class Broken(NamedTuple):
    """Why a log can't be read to its end, as a process of its own tells it."""

    path: Path
    reason: str
    advice: str


def read_batches(order: LogOrder, db: Database) -> Iterator[Batch]:
    """Yield what is in a log, a block of it at a time."""
    maker = HitMaker(order, db)
    with open_log(order.path) as file:
        reader = LogReader(file, order.secret, order.mark)
        for block in reader.blocks():
            batch = maker.make_batch(block)
            batch.lines_before = reader.lines_before
            yield batch


@dataclass(slots=True)
class _Taken:
    """What came of lines so far."""

    hits: list[Hit] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    elsewhere: int = 0


class HitMaker:
    """Makes hits of lines; remembers visitors and targets, so that each is worked out once."""

    def __init__(self, order: LogOrder, db: Database) -> None:
        self._scans = ScanMaker(Judge(db, order.settings))
        self._parser = LINE_FORMATS[order.format].make_parser(order.first_lines)
        self._finder = CodeFinder(db, order.settings, order.codes_by_path, order.now)
        self._keys = LineKeys(order.secret, timed=order.timed_keys)
        self._secret = order.secret
        self._salts = order.salts
        self._site = urlsplit(order.settings.base_url).hostname or ""
        self._geo = open_geo(shop_folder(db) / order.settings.geo_file) if order.settings.geo_file else NOWHERE
        self._flood_per_minute = order.settings.flood_per_minute
        self._of_visitors = Allowance()
        self._targets: dict[str, str] = {}
        self._clients: dict[tuple[int, str, str | None, bool], _Known] = {}
        self._plain_clients: dict[tuple[int, bytes, bytes], _Known] = {}
        self._agents = Learned(_learn_agent)
        is_plain = order.format == "combined"
        mapped = bool(order.codes_by_path)
        self._plain = PlainLines(self._find_code, order.settings.prefix, is_mapped=mapped) if is_plain else None

    def make_batch(self, block: Block) -> Batch:
        """Return what is in a block of lines."""
        taken = _Taken()
        plain = self._plain.find(block.whole) if self._plain else []
        if plain and self._plain:
            self._take_plain(self._plain, plain, block.number, taken)
        else:
            for number, line in enumerate(block.lines, start=block.number):
                self._take_line(number, line, taken)
        lines = len(taken.hits) + len(taken.remarks) + taken.elsewhere
        return Batch(self._scans.make(taken.hits), taken.remarks, lines, taken.elsewhere, mark=block.mark)

    def _take_plain(self, plain: PlainLines, lines: Sequence[PlainLine], first: int, taken: _Taken) -> None:
        codes, minutes, clients = plain.codes, plain.minutes, self._plain_clients
        make_key, add = self._keys.make_key, taken.hits.append
        for number, (line, address, minute, second, offset, target, agent, odd) in enumerate(lines, start=first):
            if not line and not odd:
                taken.elsewhere += 1
                continue
            code, start = (codes[target], minutes[minute + offset]) if line else (None, None)
            if code is None or start is None:
                self._take_line(number, line or odd, taken)
            elif code == ELSEWHERE:
                taken.elsewhere += 1
            else:
                at = start + SECONDS[second]
                who = at // DAY, address, agent
                visitor, user_agent, region = clients.get(who) or self._find_plain_client(*who)
                key = make_key(at, line.strip())
                add(_new(Hit, (at, code, visitor, user_agent, Source.LOG, None, key, 0, None, region, None)))

    def _take_line(self, number: int, raw: bytes, taken: _Taken) -> None:
        line = raw.strip()
        if not line:
            return
        try:
            hit = self._read_line(line)
        except ValueError as error:
            taken.remarks.append((number, line.decode("utf-8", "replace"), str(error)))
            return
        if hit == ELSEWHERE:
            taken.elsewhere += 1
        elif isinstance(hit, Hit):
            taken.hits.append(hit)

    def _read_line(self, line: bytes) -> Hit | str | None:
        """Return the hit that a line of any format is, ELSEWHERE where that is no code's, None for a remark."""
        request = self._parser.find_request(line.decode("utf-8", "replace"))
        if request is None:
            return None
        method, target, rest = request
        code = self._find_code(target)
        if not code:
            return ELSEWHERE
        if method != "GET":
            raise ValueError(f"{method[:16]} is no scan")
        return self._make_hit(code, self._parser.read_client(rest), line)

    def _find_code(self, target: str) -> str:
        code = self._targets.get(target)
        if code is None:
            if len(self._targets) >= _TARGETS_KNOWN:
                self._targets.clear()
            code = self._targets[target] = self._finder.find_in_target(target)
        return code

    def _find_plain_client(self, day: int, address: bytes, agent: bytes) -> _Known:
        if len(self._plain_clients) >= _CLIENTS_KNOWN:
            self._plain_clients.clear()
        user_agent, short = self._agents[agent]
        text = address.decode("utf-8", "replace")
        visitor = hash_facts(log_salt(self._secret, day), find_prefix(text).encode(), short, self._site.encode())
        found = self._plain_clients[day, address, agent] = visitor, user_agent, self._geo.find(text)
        return found

    def _make_hit(self, code: str, client: Client, line: bytes) -> Hit:
        at, address, user_agent, visitor, scan_id, signals = client
        key = self._keys.make_key(at, line)
        if visitor is not None or not address:
            signals = _NAMED if visitor else 0
            return Hit(at, code, visitor, user_agent, Source.CSV, scan_id, key, signals)
        is_ours = scan_id is not None  # the visitor may have other scans that we served
        who = (at // DAY, address, user_agent, is_ours)
        found = self._clients.get(who)
        if found is None:
            if len(self._clients) >= _CLIENTS_KNOWN:
                self._clients.clear()
            found = self._clients[who] = self._identify(*who[:3], is_ours=is_ours)
        visitor, user_agent, region = found
        if is_ours and visitor and not self._of_visitors.take(visitor, at / SECOND, self._flood_per_minute):
            signals |= _FLOOD
        return Hit(at, code, visitor, user_agent, Source.LOG, scan_id, key, signals, None, region)

    def _identify(self, day: int, address: str, user_agent: str | None, *, is_ours: bool) -> _Known:
        salt = (self._salts.get(day) if is_ours else None) or log_salt(self._secret, day)
        visitor = hash_visitor(salt, address, shorten_agent(user_agent or ""), self._site)
        return visitor, user_agent, self._geo.find(address)


def _learn_agent(sent: bytes) -> tuple[str, bytes]:
    """Return a user agent as text, and as it is hashed."""
    text = said(sent.decode("utf-8", "replace"))
    return text, shorten_agent(text).encode()

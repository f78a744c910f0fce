"""WeChat's rules for ordinary links (扫普通链接二维码打开小程序): which printed links open the mini-program.

The rules are set in WeChat's console; they are noted here so that prints can be checked against them. WeChat compares
protocol, host and path as they are written, goes below a path only if the rule ends with ``/``, and takes the query
from its beginning. Source: developers.weixin.qq.com/miniprogram/introduction/qrcode (read in November 2026).
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from urllib.parse import urlsplit

from o2o.codes.short import is_code
from o2o.config import Settings, split_address
from o2o.db import Database, writing
from o2o.errors import InputFileError, NotFoundError, SettingError
from o2o.links import touchpoint_urls
from o2o.text_files import read_bytes

MOST_RULES = 100
_MOST_BYTES = 65_536
_FILE_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}\.(txt|html?)")
_AT_ONCE = 10_000
_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many printed links open the mini-program, and why others don't, with some of them."""

    opening: int
    missing: dict[str, int]
    examples: dict[str, list[str]]


def add_rule(db: Database, prefix: str, now: int) -> None:
    """Note a rule that is set in WeChat's console; raises SettingError for what can't be one."""
    parts = split_address(prefix)
    if parts is None or parts.fragment:
        raise SettingError(
            "rule", prefix, "not a web address", "copy it from WeChat's console: https://s.yourshop.com/"
        )
    if len(list_rules(db)) >= MOST_RULES and prefix not in list_rules(db):
        reason = f"there are {MOST_RULES} already, which is all that WeChat takes"
        raise SettingError("rule", prefix, reason, "remove one, or set a shorter one that ends with /")
    with writing(db):
        db.conn.execute("INSERT OR REPLACE INTO wechat_rules VALUES (?, ?)", [prefix, now])


def list_rules(db: Database) -> list[str]:
    """Return the rules that are noted."""
    return [row[0] for row in db.conn.execute("SELECT prefix FROM wechat_rules ORDER BY prefix")]


def remove_rule(db: Database, prefix: str) -> None:
    """Forget a rule; raises NotFoundError when it isn't noted."""
    with writing(db):
        removed = db.conn.execute("DELETE FROM wechat_rules WHERE prefix = ?", [prefix]).rowcount
    if not removed:
        raise NotFoundError("rule", prefix, "see 'o2o wechat rule list'")


def why_not_opened(rules: Sequence[str], url: str) -> str:
    """Return why a link opens no mini-program by any of these rules, by the nearest; an empty text when it does."""
    if not rules:
        return "there is no rule"
    return max((_compare(rule, url) for rule in rules), key=itemgetter(0))[1]


def _compare(rule: str, link: str) -> tuple[int, str]:
    """Return how near a rule comes to a link, and why it doesn't hold for it or an empty text."""
    ours, theirs = urlsplit(rule), urlsplit(link)
    rest = theirs.path.removeprefix(ours.path)
    is_same = ours.path == theirs.path
    checks = (
        (ours.netloc.lower() == theirs.netloc.lower(), "another host than"),
        (ours.netloc == theirs.netloc, "host in other letters than"),
        (rule.partition("://")[0] == link.partition("://")[0], "another protocol than"),
        (theirs.path.lower().startswith(ours.path.lower()), "another path than"),
        (theirs.path.startswith(ours.path), "path in other letters than"),
        (is_same or ours.path.endswith("/") or rest.startswith("/"), "another path than"),
        (is_same or ours.path.endswith("/"), "below a rule that doesn't end with /:"),
        (theirs.query.startswith(ours.query), "query that doesn't begin as in"),
    )
    for nearness, (holds, reason) in enumerate(checks):
        if not holds:
            return nearness, f"{reason} {rule}"
    return len(checks), ""


def suggest_rule(url: str) -> str:
    """Return the rule that holds for a printed link and all beside it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rpartition('/')[0]}/"


def check_links(db: Database, settings: Settings, rules: Sequence[str]) -> Coverage:
    """Return which of the links of all codes in use open the mini-program."""
    codes = [row[0] for row in db.conn.execute("SELECT code FROM touchpoints WHERE retired_at IS NULL ORDER BY id")]
    missing: Counter[str] = Counter()
    examples: dict[str, list[str]] = {}
    for start in range(0, len(codes), _AT_ONCE):
        urls = touchpoint_urls(db, settings, codes[start : start + _AT_ONCE])
        for url in urls.values():
            if reason := why_not_opened(rules, url):
                missing[reason] += 1
                if len(found := examples.setdefault(reason, [])) < _EXAMPLES:
                    found.append(url)
    return Coverage(len(codes) - missing.total(), dict(missing), examples)


def keep_file(db: Database, path: Path, now: int) -> str:
    """Keep a verification file, to be answered under the base URL by its name, which is returned."""
    content = read_bytes(path)
    stem = path.name.rpartition(".")[0]
    if not _FILE_NAME.fullmatch(path.name) or is_code(stem):
        advice = "take the file as WeChat gives it, with its own name"
        raise InputFileError(path, "not the name of a verification file", advice)
    if len(content) > _MOST_BYTES:
        raise InputFileError(path, f"larger than {_MOST_BYTES:,} bytes", "take the file as WeChat gives it")
    with writing(db):
        db.conn.execute("INSERT OR REPLACE INTO verification_files VALUES (?, ?, ?)", [path.name, content, now])
    return path.name


def remove_file(db: Database, name: str) -> None:
    """Answer a verification file no more; raises NotFoundError when there is none of this name."""
    with writing(db):
        removed = db.conn.execute("DELETE FROM verification_files WHERE name = ?", [name]).rowcount
    if not removed:
        raise NotFoundError("verification file", name, "see 'o2o wechat verification --list'")


def load_files(db: Database) -> dict[str, bytes]:
    """Return the verification files by their names."""
    return dict(db.conn.execute("SELECT name, content FROM verification_files ORDER BY name").fetchall())


def file_addresses(settings: Settings, rules: Iterable[str], name: str) -> list[str]:
    """Return where WeChat looks for a verification file: in the last folder that a rule names."""
    base = settings.base_url.rstrip("/")
    hosts = {urlsplit(base).netloc.lower()}
    folders = {suggest_rule(rule if urlsplit(rule).path else rule + "/") for rule in rules}
    return sorted({f"{folder}{name}" for folder in folders if urlsplit(folder).netloc.lower() in hosts}) or [
        f"{base}/{name}"
    ]

"""Costs: what was paid for a campaign, a touchpoint or all touchpoints of a carrier, and for which days."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from o2o.catalog.imports import Batch, Changes, Import, Record, Saved
from o2o.catalog.versions import put_rows
from o2o.config import load_settings
from o2o.db import Database
from o2o.problems import Finding, Message
from o2o.subjects import parse_carrier
from o2o.times import day_end, day_start

_COLUMNS = ("kind", "key", "valid_from", "note", "valid_to", "amount")
_UNKNOWN: dict[str, Message] = {
    "": Message(
        ("不是活动编号、短码或物料", "is no campaign, no code of a touchpoint and no carrier"),
        ("请先导入活动，或改正编号", "import the campaign first, or correct it"),
    ),
    "campaign": Message(
        ("没有这个活动", "no such campaign"), ("请先导入活动，或改正编号", "import it first, or correct it")
    ),
    "touchpoint": Message(
        ("没有这个短码的触点", "no touchpoint has this code"), ("见 o2o touchpoint list", "see 'o2o touchpoint list'")
    ),
    "carrier": Message(
        ("不是认识的物料", "not a carrier that we know"),
        ("写英文或中文名，如 wall_poster 或 墙面海报", "name one such as wall_poster"),
    ),
}
_SEVERAL = Message(("可能是{kinds}", "may be {kinds}"), ("用 kind 列写明是哪一种", "say which in a column kind"))
_TWICE = Message(
    (
        "与第 {line} 行是同一项、同一天的费用",
        "is a cost of the same and from the same day as line {line}, which was taken",
    ),
    ("两笔费用用 note（备注）列区分，或合并成一行", "tell two costs apart in a column note, or add them up"),
)

KeyReader = Callable[[str], str | None]
"""Returns the key of what a text names, or None."""


def save_costs(db: Database, run: Import, columns: Sequence[str], batches: Iterable[Batch]) -> Saved:
    """Take costs; ``from`` and ``to`` are days, both included, without ``to`` the one day ``from``.

    What a cost is for is told by its key where ``kind`` isn't given. A cost is known again by what it is for, its
    first day and its note.
    """
    zone = load_settings(db).zone
    readers = _key_readers(db)
    findings: list[Finding] = []
    taken: dict[Record, int] = {}
    records: list[Record] = []
    for line, values in chain.from_iterable(zip(b.lines, b.records, strict=True) for b in batches):
        row = dict(zip(columns, values, strict=True))
        kinds = _find_kinds(row.get("kind") or "", row["key"], readers)
        if len(kinds) != 1:
            findings.append(_explain_key(line, row, kinds))
            continue
        record = _make_record(row, *kinds.popitem(), zone)
        if (first := taken.setdefault(record[:4], line)) != line:
            findings.append(Finding(line, "key", row["key"], _TWICE, {"line": first}))
        else:
            records.append(record)
    return Saved(_put(db, run, records), tuple(findings))


def _key_readers(db: Database) -> dict[str, KeyReader]:
    campaigns = {key: key for (key,) in db.conn.execute("SELECT campaign_id FROM campaigns")}
    codes = {code: code for (code,) in db.conn.execute("SELECT code FROM touchpoints")}
    return {
        "campaign": campaigns.get,
        "touchpoint": lambda text: codes.get(text.strip().upper()),
        "carrier": _read_carrier,
    }


def _read_carrier(text: str) -> str | None:
    try:
        return parse_carrier(text).value
    except ValueError:
        return None


def _find_kinds(kind: str, key: str, readers: Mapping[str, KeyReader]) -> dict[str, str]:
    """Return what a key may name, of one kind if that is given: the key as it is stored, by its kind."""
    found = {one: read(key) for one, read in readers.items() if kind in ("", one)}
    return {one: stored for one, stored in found.items() if stored is not None}


def _explain_key(line: int, row: Mapping[str, Any], kinds: Mapping[str, str]) -> Finding:
    if kinds:
        return Finding(line, "key", row["key"], _SEVERAL, {"kinds": " / ".join(kinds)})
    return Finding(line, "key", row["key"], _UNKNOWN[row.get("kind") or ""])


def _make_record(row: Mapping[str, Any], kind: str, key: str, zone: ZoneInfo) -> Record:
    start: date = row["from"]
    end: date = row.get("to") or start
    return kind, key, day_start(start, zone), row.get("note") or "", day_end(end, zone), row["amount"]


def _put(db: Database, run: Import, records: Sequence[Record]) -> Changes:
    stored = db.conn.execute(f"SELECT {', '.join(_COLUMNS)} FROM costs")
    known: dict[Record, Record] = {row[:4]: row for row in stored}
    different = [record for record in records if known.get(record[:4]) != record]
    changed = [record[:4] for record in different if record[:4] in known]
    put_rows(db, run.id, "costs", _COLUMNS, different, known=changed)
    return Changes(len(different) - len(changed), len(changed), len(records) - len(different))

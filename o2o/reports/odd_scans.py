"""Odd scans as tables, and as an analysis for a page."""

from collections.abc import Sequence
from dataclasses import astuple, fields, replace

from o2o.analytics.bursts import Oddity, OddityTerms, OddScans
from o2o.config import Settings
from o2o.reports.sheets import Analysis, Column, Phrase, Sheet, Unit, Word
from o2o.reports.tables import Table
from o2o.times import local_day

_COLUMNS = tuple(field.name for field in fields(OddScans))
_NAMES = {Oddity.BURST: "burst", Oddity.SELF_SCANS: "own code", Oddity.AFTER_PAYMENT: "after payment"}
ODDITIES: dict[Oddity, Phrase] = {
    Oddity.BURST: ("突增", "burst"),
    Oddity.SELF_SCANS: ("疑似自扫", "own scans"),
    Oddity.AFTER_PAYMENT: ("付款后扫码", "after payment"),
}
"""What is odd about scans, in words."""
_SHEET = (
    Column("code", ("码", "code")),
    Column("name", ("名称", "name")),
    Column("store_id", ("门店", "store")),
    Column("store_name", ("门店名称", "store's name")),
    Column("oddity", ("异常", "what")),
    Column("day", ("日期", "day"), Unit.INSTANT),
    Column("scans", ("扫码", "scans"), Unit.COUNT),
    Column("odd", ("异常扫码", "odd scans"), Unit.COUNT),
    Column("expected", ("平常", "usual"), Unit.NUMBER),
    Column("chance", ("其实无异常的概率", "chance of none"), Unit.SHARE),
)
_CHANCE: Phrase = (
    "列出的突增中至多约 5 % 只是偶然；异常不等于作弊，先去看看。",
    "Of the bursts that are listed some 5 % at most are chance; odd isn't fraud: go and look first.",
)


def tabulate_odd_scans(found: Sequence[OddScans], settings: Settings) -> Table:
    """Return odd scans for programs: days as dates, nothing where a figure has no meaning."""
    place = _COLUMNS.index("day")
    rows = []
    for one in found:
        values = list(astuple(replace(one, day=None)))
        values[place] = _say_day(one, settings)
        rows.append(tuple("" if value is None else value for value in values))
    return Table(_COLUMNS, rows)


def present_odd_scans(found: Sequence[OddScans], settings: Settings) -> Table:
    """Return odd scans for people."""
    header = ("what", "store", "name", "carrier", "code", "day", "scans", "odd", "expected", "chance of none")
    rows = [
        (
            *(_NAMES[one.oddity], one.store_name or one.store_id, one.name or one.subject_id, one.carrier, one.code),
            *(_say_day(one, settings), one.scans, one.odd),
            "" if one.expected is None else f"{one.expected:,.1f}",
            "" if one.chance is None else f"{one.chance:.2%}",
        )
        for one in found
    ]
    return Table(header, rows, ("expected", "chance of none"))


def analyse_odd_scans(found: Sequence[OddScans], terms: OddityTerms) -> Analysis:
    """Return odd scans as an analysis, the most odd scans first."""
    rows = [
        (
            *(one.code, one.name or one.subject_id, one.store_id, one.store_name),
            *(Word(str(one.oddity), ODDITIES[one.oddity]), one.day, one.scans, one.odd, one.expected, one.chance),
        )
        for one in found
    ]
    sheet = Sheet("odd", ("异常扫码", "Odd scans"), _SHEET, rows, keys=6)
    question = "哪些扫码反常？", "Which scans are odd?"
    signs, scans = len({one.code for one in found}), sum(one.odd for one in found)
    said = (
        (f"最近 {terms.days} 天，{signs:,} 个码有 {scans:,} 次异常扫码。",
         f"In the last {terms.days} days {signs:,} signs have {scans:,} odd scans.")
        if found else
        (f"最近 {terms.days} 天没有发现异常扫码。", f"Nothing is odd about the scans of the last {terms.days} days.")
    )  # fmt: skip
    return Analysis("bursts", question, (sheet,) if found else (), (said,), notes=(_CHANCE,) if found else ())


def _say_day(one: OddScans, settings: Settings) -> str:
    return "" if one.day is None else local_day(one.day, settings.zone).isoformat()

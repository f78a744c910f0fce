"""Odd scans as tables."""

from collections.abc import Sequence
from dataclasses import astuple, fields, replace

from o2o.analytics.bursts import Oddity, OddScans
from o2o.config import Settings
from o2o.reports.tables import Table
from o2o.times import local_day

_COLUMNS = tuple(field.name for field in fields(OddScans))
_NAMES = {Oddity.BURST: "burst", Oddity.SELF_SCANS: "own code", Oddity.AFTER_PAYMENT: "after payment"}


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


def _say_day(one: OddScans, settings: Settings) -> str:
    return "" if one.day is None else local_day(one.day, settings.zone).isoformat()

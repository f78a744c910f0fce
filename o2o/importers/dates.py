"""Dates as people and spreadsheets write them; whether day or month comes first is known for a column, not a cell."""

import re
from datetime import date, timedelta

from o2o.importers.messages import NOT_A_DATE, YEAR_OUT_OF_RANGE, CellError
from o2o.times import parse_date

DAY_FIRST, MONTH_FIRST = "dmy", "mdy"
"""The two orders of ``17.05.2026`` and ``05/17/2026``."""

_YEAR_LAST = re.compile(r"(\d{1,2}) ?([./-]) ?(\d{1,2}) ?\2 ?(\d{4})(?:[T ].*)?", re.ASCII)
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?", re.ASCII)
_SERIAL_START = date(1899, 12, 30)
_WIDTHS = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_FOREVER = 9999


def find_orders(cell: str) -> tuple[str, ...]:
    """Return the orders in which a cell is a date: none where it doesn't matter, two where it is unclear."""
    match = _YEAR_LAST.fullmatch(cell.translate(_WIDTHS))
    if not match or int(match[1]) == int(match[3]):
        return ()
    orders = ((DAY_FIRST, int(match[3])), (MONTH_FIRST, int(match[1])))
    return tuple(order for order, month in orders if 1 <= month <= 12)


def usual_order(cell: str) -> str | None:
    """Return the order that is meant where nothing says another: no country writes the month before a dot first."""
    return DAY_FIRST if "." in cell.translate(_WIDTHS) else None


def parse_day(cell: str, order: str = DAY_FIRST) -> date | None:
    """Return the day of a cell, None for an empty one; else raise CellError."""
    if not cell:
        return None
    day = _read_day(cell.translate(_WIDTHS).strip(), order)
    if not 1970 <= day.year < 3000:
        raise CellError(YEAR_OUT_OF_RANGE)
    return day


def parse_last_day(cell: str, order: str = DAY_FIRST) -> date | None:
    """Return the day on which something ends, None where it doesn't: ``9999-12-31`` is what systems write for never."""
    if "9999" in cell and _read_day(cell.translate(_WIDTHS).strip(), order).year == _FOREVER:
        return None
    return parse_day(cell, order)


def _read_day(text: str, order: str) -> date:
    try:
        if serial := _SERIAL.fullmatch(text):
            return _SERIAL_START + timedelta(days=int(serial[1]))
        if match := _YEAR_LAST.fullmatch(text):
            first, second, year = int(match[1]), int(match[3]), int(match[4])
            return date(year, second, first) if order == DAY_FIRST else date(year, first, second)
        return parse_date(text)
    except ValueError:
        raise CellError(NOT_A_DATE) from None

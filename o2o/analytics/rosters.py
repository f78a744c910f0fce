"""On which days the codes of people were on show: badges aren't missed on days off."""

from collections.abc import Sequence
from sqlite3 import Row

import numpy as np

from o2o.db import Database, load_query, rows
from o2o.statistics.estimates import Numbers
from o2o.subjects import Kind
from o2o.times import DAY


def find_days_on_duty(db: Database, marks: Sequence[Row], origin: int, until: int) -> dict[int, Numbers]:
    """Return how long people were there each day, as a share of their longest day, where shifts of the store are known.

    Days are counted from an instant on, up to that of another; a mark is its place in the list. Of a shift that isn't
    over counts what has passed.
    """
    length = (until - origin) // DAY + 1
    span = {"origin": origin, "until": until, "end": origin + length * DAY}
    shifts = list(rows(db, load_query("analytics/rosters.days"), **span))
    rostered = {row["store_id"] for row in shifts}
    found: dict[int, Numbers] = {}
    places: dict[tuple[str, str], list[int]] = {}
    for place, mark in enumerate(marks):
        if mark["kind"] == Kind.PERSON and mark["store_id"] in rostered:
            found[place] = np.zeros(length)
            places.setdefault((mark["subject_id"], mark["store_id"]), []).append(place)
    for row in shifts:
        for place in places.get((row["person_id"], row["store_id"]), ()):
            found[place][row["day"]] = row["passed"]
    return {place: days / max(days.max(), 1) for place, days in found.items()}


def list_rostered_stores(db: Database) -> frozenset[str]:
    """Return the stores of which any shifts are known."""
    return frozenset(store for (store,) in db.conn.execute("SELECT DISTINCT store_id FROM shifts"))

"""Who was on duty in which hour of which store, and how many customers came by meanwhile."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Row

import numpy as np

from o2o.catalog.stores import store_zones
from o2o.config import Settings
from o2o.db import Database, load_query, rows
from o2o.statistics.estimates import Flags, Numbers, Places, as_numbers, divide
from o2o.times import HOUR, SECOND

PART_OF_DAY = 4
"""Hours that are taken for alike: a stratum is a store on a day of the week in so many hours."""
_PARTS = 7 * 24 // PART_OF_DAY


@dataclass(frozen=True, slots=True)
class Spell:
    """A person in a store from an hour to before another, as fractions of hours since the origin."""

    person: str
    store: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Cells:
    """Hours of people on duty: each of a person in a store in an hour, the share of the hour, and who came by.

    ``passers`` are customers who came into the store that hour, shared among those on duty.
    """

    person: Places
    store: Places
    hour: Places
    share: Numbers
    passers: Numbers


@dataclass(frozen=True, slots=True)
class Duties:
    """People and stores by number, the cells of who was on duty when, and which stores had what to tell it by.

    ``stratum`` has the part of the week by store and hour. Stores without ``shifts`` take all the time in which
    somebody is assigned and has a code; those without ``counters`` take receipts, those without ``tickets`` hours.
    """

    people: list[str]
    stores: list[str]
    hours: int
    stratum: Places
    cells: Cells
    shifts: Flags
    counters: Flags
    tickets: Flags

    def place(self, keys: Iterable[tuple[str, str, int]]) -> tuple[Places, Places, Places]:
        """Return people, stores and hours as numbers; -1 stands for who isn't known."""
        people = {name: number for number, name in enumerate(self.people)}
        stores = {name: number for number, name in enumerate(self.stores)}
        found = [(people.get(person, -1), stores.get(store, -1), hour) for person, store, hour in keys]
        places = np.array(found, np.int64).reshape(-1, 3)
        return places[:, 0], places[:, 1], places[:, 2]


def find_duties(db: Database, settings: Settings, since: int, until: int) -> Duties:
    """Return who with a code was on duty when, from one instant to before another."""
    origin = origin_of(since)
    period = {"since": since, "until": until, "origin": origin}
    codes = [row for row in rows(db, load_query("analytics/duties.codes"), **period) if row["start"] < row["end"]]
    coded = {(row["person_id"], row["store_id"]): row for row in codes}
    shifts = list(rows(db, load_query("analytics/duties.shifts"), **period))
    rostered = {row["store_id"] for row in shifts}
    spells = [_spell(row, origin) for row in shifts if (row["person_id"], row["store_id"]) in coded]
    spells += [_spell(row, origin) for row in codes if row["store_id"] not in rostered]
    people, stores = (sorted(set(names)) for names in zip(*coded, strict=True)) if coded else ([], [])
    hours = -(-(until - origin) // HOUR)
    traffic, counters, tickets = _count_customers(db, stores, hours, period)
    cells = _make_cells(spells, people, stores, traffic)
    known = np.array([store in rostered for store in stores], bool)
    stratum = _strata(db, settings, stores, (origin, hours))
    return Duties(people, stores, hours, stratum, cells, known, counters, tickets)


def origin_of(since: int) -> int:
    """Return the full hour at or before an instant."""
    return since // HOUR * HOUR


def _spell(row: Row, origin: int) -> Spell:
    return Spell(row["person_id"], row["store_id"], (row["start"] - origin) / HOUR, (row["end"] - origin) / HOUR)


def _count_customers(
    db: Database, stores: Sequence[str], hours: int, period: dict[str, int]
) -> tuple[Numbers, Flags, Flags]:
    """Return customers by store and hour: as counted at the door, else by receipts, else 1 an hour."""
    number = {store: place for place, store in enumerate(stores)}
    tickets = np.zeros((len(stores), hours))
    for row in rows(db, load_query("analytics/duties.tickets"), **period):
        if row["store_id"] in number:
            tickets[number[row["store_id"]], row["hour"]] = row["tickets"]
    counted = np.zeros_like(tickets)
    for row in rows(db, load_query("analytics/duties.counters"), **period):
        if row["store_id"] in number:
            place = number[row["store_id"]]
            between = row["start"] - period["origin"], row["end"] - period["origin"]
            _spread(counted[place], tickets[place], between, row["count"])
    has_counter, has_tickets = np.asarray(counted.sum(1) > 0), np.asarray(tickets.sum(1) > 0)
    customers = np.where(has_counter[:, None], counted, np.where(has_tickets[:, None], tickets, 1.0))
    return customers, has_counter, has_tickets


def _spread(counted: Numbers, tickets: Numbers, between: tuple[int, int], count: int) -> None:
    """Add a count to the hours that it is of, in proportion to their receipts if there are any."""
    first, last = max(between[0] // HOUR, 0), min(-(-between[1] // HOUR), len(counted))
    if last - first == 1:
        counted[first] += count
    elif last > first:
        weights = tickets[first:last] if tickets[first:last].any() else np.ones(last - first)
        counted[first:last] += count * weights / weights.sum()


def _make_cells(spells: Sequence[Spell], people: Sequence[str], stores: Sequence[str], customers: Numbers) -> Cells:
    number_of, store_of = ({name: place for place, name in enumerate(names)} for names in (people, stores))
    start, end = (as_numbers([getattr(spell, name) for spell in spells]) for name in ("start", "end"))
    first = np.floor(start).astype(np.int64)
    lengths = np.ceil(end).astype(np.int64) - first
    spell = np.repeat(np.arange(len(spells)), lengths)
    hour = np.arange(len(spell)) - np.repeat(np.cumsum(lengths) - lengths, lengths) + first[spell]
    share = np.minimum(end[spell], hour + 1) - np.maximum(start[spell], hour)
    person = np.array([number_of[one.person] for one in spells], np.int64)[spell]
    store = np.array([store_of[one.store] for one in spells], np.int64)[spell]
    # one person with two codes, or two shifts in one hour, is on duty once
    cell, where = np.unique((person * len(stores) + store) * customers.shape[1] + hour, return_inverse=True)
    share = np.minimum(np.bincount(where, share, len(cell)), 1)
    rest, hour = np.divmod(cell, max(customers.shape[1], 1))
    person, store = np.divmod(rest, max(len(stores), 1))
    together = np.bincount(store * customers.shape[1] + hour, share, customers.size).reshape(customers.shape)
    passers = divide(customers[store, hour] * share, np.maximum(together[store, hour], 1))
    return Cells(person, store, hour, share, passers)


def _strata(db: Database, settings: Settings, stores: Sequence[str], span: tuple[int, int]) -> Places:
    """Return the stratum of each hour of each store: the store and the part of its week."""
    zones = store_zones(db)
    parts: dict[str, Places] = {}
    origin, hours = span
    found = np.zeros((len(stores), hours), np.int64)
    for place, store in enumerate(stores):
        zone = zones.get(store, settings.zone)
        if zone.key not in parts:
            moments = (datetime.fromtimestamp((origin + hour * HOUR) / SECOND, zone) for hour in range(hours))
            parts[zone.key] = np.array([(at.weekday() * 24 + at.hour) // PART_OF_DAY for at in moments], np.int64)
        found[place] = place * _PARTS + parts[zone.key]
    return found

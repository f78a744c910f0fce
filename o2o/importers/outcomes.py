"""What rows of orders and of redemptions have in common: a store and its time, a customer, and each comes once."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from o2o.catalog.stores import store_zones
from o2o.config import load_settings
from o2o.db import Database
from o2o.errors import ImportRefusedError, OutputError
from o2o.importers.messages import IN_THE_FUTURE, NO_SUCH_STORE, NOT_A_TIME
from o2o.importers.sheet import BadCellError, Sheet, SheetRow
from o2o.names import Names
from o2o.outcomes import Outcome
from o2o.problems import ImportResult, Message, write_problems
from o2o.times import DAY, parse_at


@dataclass(frozen=True, slots=True)
class OutcomeTerms:
    """How rows are taken: all or none, and customers as keyed hashes or as they are named."""

    strict: bool = False
    hashes_customers: bool = False


GOOD_ROWS = OutcomeTerms()
"""Good rows are taken and bad ones listed; customers are kept as they are named."""


class OutcomeRows:
    """Reads what rows have in common; knows the zone of each store and which rows of the file it has seen."""

    def __init__(self, db: Database, sheet: Sheet, terms: OutcomeTerms, now: int) -> None:
        settings = load_settings(db)
        self.money = settings.money
        self.names = Names(db, hashes_customers=terms.hashes_customers)
        self._sheet = sheet
        self._latest = now + DAY
        self._zones = {"": settings.zone} | store_zones(db)
        self._nobody = {name.strip().casefold() for name in settings.no_customer.split(",")} | {""}
        self._seen: dict[tuple[str, ...], tuple[int, Outcome]] = {}

    def read_store(self, row: SheetRow) -> tuple[str | None, ZoneInfo]:
        """Return the store of a row and its zone; without one, the zone of the shop."""
        store_id = row.get_id("store_id")
        zone = self._zones.get(store_id)
        if zone is None:
            raise BadCellError("store_id", store_id, NO_SUCH_STORE)
        return store_id or None, zone

    def read_at(self, row: SheetRow, zone: ZoneInfo) -> int:
        """Return the instant of a row."""
        return row.parse("at", lambda text: parse_at(text, zone), NOT_A_TIME)

    def read_customer(self, row: SheetRow) -> str | None:
        """Return the customer of a row as it is kept, None for nobody."""
        customer = row.get_id("customer")
        return None if customer.casefold() in self._nobody else self.names.take_customer(customer)

    def is_first(self, row: SheetRow, outcome: Outcome, column: str, unlike: Message) -> bool:
        """Tell whether a row is the first of its identity, which stands in ``column``; one unlike it is a bad cell."""
        line, seen = self._seen.setdefault(outcome.identity, (row.line, outcome))
        if outcome != seen:
            raise BadCellError(column, row.get(column), unlike, line=line)
        return line == row.line

    def remark_future(self, row: SheetRow, at: int) -> None:
        """Note a row that lies in the future."""
        if at > self._latest:
            self._sheet.remark(row, BadCellError("at", row.get("at"), IN_THE_FUTURE))


def list_problems(sheet: Sheet) -> Path | None:
    """List the bad rows of a table beside its file, where its folder can be written to."""
    # a folder that can't be written to doesn't stop the good rows: the first problems are shown anyway
    with suppress(OutputError):
        return write_problems(sheet.path, sheet.header, sheet.problems)
    return None


def refuse_problems(result: ImportResult) -> None:
    """Raise ImportRefusedError when rows were left out."""
    if result.rejected:
        raise ImportRefusedError(result.file, result.rejected, result.problems_file or str(result.problems[0]))

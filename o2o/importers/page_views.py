"""Reads page views and registrations from the export of a mini-program or a web analytics tool, CSV or XLSX."""

from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from o2o.batches import Batch, BatchKind, add_batch, digest_files
from o2o.config import load_settings
from o2o.db import Database, writing
from o2o.errors import OutputError
from o2o.importers.messages import IN_THE_FUTURE, NOBODY, NOT_A_TIME, NOT_AN_EVENT
from o2o.importers.scans.keys import LineKeys
from o2o.importers.sheet import BadCellError, Progress, Sheet, SheetRow
from o2o.keys import load_keys
from o2o.names import Names
from o2o.problems import ImportResult, write_problems
from o2o.times import DAY, parse_at
from o2o.visits import PageEvent, PageView, save_page_views

VISIT_COLUMNS = {
    "at": ("浏览时间", "访问时间", "时间", "timestamp", "event_time"),
    "event": ("事件", "event_name"),
    "page": ("页面", "页面路径", "page_path", "page_location", "url"),
    "visitor": ("访客", "openid", "client_id", "user_pseudo_id"),
    "customer": ("会员号", "会员", "user_id", "member"),
    "scan_id": ("扫码编号", "扫码", "click_id"),
}
"""The columns of a file of page views and their other names."""

_EVENTS = {
    "": PageEvent.VIEW,
    "浏览": PageEvent.VIEW,
    "page_view": PageEvent.VIEW,
    "pageview": PageEvent.VIEW,
    "注册": PageEvent.REGISTRATION,
    "sign_up": PageEvent.REGISTRATION,
    "register": PageEvent.REGISTRATION,
} | {event.value: event for event in PageEvent}


def import_page_views(
    db: Database, db_path: Path, path: Path, *, hashes_customers: bool = False, now: int, progress: Progress = iter
) -> ImportResult:
    """Take the page views of a file; rows that were there before are left alone, bad ones listed beside it.

    Raises InputFileError when the file can't be read as a table with a time.
    """
    sheet = Sheet.open(path, VISIT_COLUMNS, ("at",))
    reader = _Reader(db, db_path, sheet, Names(db, hashes_customers=hashes_customers), now)
    new = save_page_views(db, sheet.read(reader.read, progress))
    with writing(db):
        add_batch(db, Batch(BatchKind.PAGE_VIEWS, new, digest_files([path]), str(path)), now)
    problems_file = None
    with suppress(OutputError):  # a folder that can't be written to doesn't stop the good rows
        problems_file = write_problems(path, sheet.header, sheet.problems)
    return ImportResult(str(path), new, 0, reader.count - new, tuple(sheet.problems), problems_file)


class _Reader:
    def __init__(self, db: Database, db_path: Path, sheet: Sheet, names: Names, now: int) -> None:
        self._names = names
        settings = load_settings(db)
        self.count = 0
        self._zone = settings.zone
        self._click_parameter = settings.click_parameter
        self._nobody = {name.strip().casefold() for name in settings.no_customer.split(",")} | {""}
        self._keys = LineKeys(load_keys(db_path).secret)
        self._sheet = sheet
        self._latest = now + DAY

    def read(self, row: SheetRow) -> PageView:
        at = row.parse("at", lambda text: parse_at(text, self._zone), NOT_A_TIME)
        event = _EVENTS.get(row.get("event").strip().casefold())
        if event is None:
            raise BadCellError("event", row.get("event"), NOT_AN_EVENT)
        customer = row.get_id("customer")
        page = row.get("page")
        view = PageView(
            at,
            event,
            page,
            self._names.take_visitor(row.get("visitor")),
            None if customer.casefold() in self._nobody else self._names.take_customer(customer),
            row.get("scan_id") or self._find_click(page) or None,
            self._keys.make_key(at, "\x1f".join(row.cells).encode()),
        )
        if not (view.visitor or view.customer or view.scan_id):
            raise BadCellError("visitor", "", NOBODY)
        if at > self._latest:
            self._sheet.remark(row, BadCellError("at", row.get("at"), IN_THE_FUTURE))
        self.count += 1
        return view

    def _find_click(self, page: str) -> str:
        """Return the click id that we added to the destination, if the page was called with it."""
        try:
            return parse_qs(urlsplit(page).query).get(self._click_parameter, [""])[0]
        except ValueError:
            return ""

"""The mark: one code for a subject, usually in a store, perhaps for a campaign, on a carrier."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from sqlite3 import Row
from urllib.parse import urlsplit

from o2o.catalog.assignments import retire_badges
from o2o.codes.short import make_code, parse_code
from o2o.config import Settings, UrlCase, load_settings
from o2o.db import Database, load_query, rows, writing
from o2o.errors import NotFoundError, O2OError, SettingError
from o2o.subjects import DEFAULT_CARRIERS, KIND_TABLES, Carrier, Kind
from o2o.times import SINCE_EVER, format_at

_COLUMNS = "id, code, kind, subject_id, store_id, campaign_id, carrier, label, minted_at, retired_at"
_TABLES = KIND_TABLES | {"store": ("stores", "store_id"), "campaign": ("campaigns", "campaign_id")}


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """One mark as it stands today."""

    id: int
    code: str
    kind: str
    subject_id: str
    store_id: str | None
    campaign_id: str | None
    carrier: str
    label: str
    minted_at: int
    retired_at: int | None

    def is_live(self, at: int) -> bool:
        """Tell whether it is in use at a time; its end may be known ahead."""
        return self.retired_at is None or self.retired_at > at


@dataclass(frozen=True, slots=True)
class Period:
    """What a touchpoint stood for from one instant until another."""

    subject_id: str
    store_id: str | None
    campaign_id: str | None
    carrier: str
    label: str
    valid_from: int
    valid_to: int | None


@dataclass(frozen=True, slots=True)
class MintRequest:
    """Which subjects shall have a touchpoint: none named means all kinds, each in its own store.

    ``subject_ids`` are the merchant's ids of those meant; an empty tuple means all.
    """

    kind: Kind | None = None
    store_id: str | None = None
    campaign_id: str | None = None
    carrier: Carrier | None = None
    label: str = ""
    all_products: bool = field(default=False, kw_only=True)
    subject_ids: tuple[str, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True, slots=True)
class Move:
    """What a touchpoint stands for from now on: None leaves a value as it is, an empty text clears it."""

    subject_id: str | None = None
    store_id: str | None = None
    campaign_id: str | None = None
    carrier: Carrier | None = None
    label: str | None = None


class NothingToMintError(O2OError):
    """A minting that names no subject at all."""

    def __init__(self, request: MintRequest) -> None:
        what = f"no {request.kind}" if request.kind else "no person, product or place"
        where = f" in store {request.store_id!r}" if request.store_id else ""
        super().__init__(
            f"nothing to mint: {what}{where} is known that hasn't left; import them first: o2o catalog import FILE"
        )


def touchpoint_url(settings: Settings, code: str) -> str:
    """Return the short link of a code; ``touchpoint_urls`` has what is printed, which may be a Digital Link."""
    return f"{stem_of(settings)}/{cased(settings, code)}"


def stem_of(settings: Settings) -> str:
    """Return what printed URLs begin with: scheme in lower case, host in capitals unless set otherwise."""
    parts = urlsplit(settings.base_url)
    host = parts.netloc.upper() if settings.url_case == UrlCase.UPPER else parts.netloc.lower()
    return f"{parts.scheme}://{host}{parts.path.rstrip('/')}"


def cased(settings: Settings, code: str) -> str:
    """Return a code as printed URLs have it."""
    return code if settings.url_case == UrlCase.UPPER else code.lower()


def find_touchpoint(db: Database, code: str) -> Touchpoint:
    """Return the touchpoint of a code in either case; raises MisreadCodeError or NotFoundError."""
    code = parse_code(code)
    for row in rows(db, f"SELECT {_COLUMNS} FROM touchpoints WHERE code = :code", code=code):
        return Touchpoint(**dict(row))
    raise NotFoundError("touchpoint", code, "see 'o2o touchpoint list'")


def find_live_touchpoint(db: Database, code: str, at: int) -> Touchpoint:
    """Return the touchpoint of a code that is in use at a time; raises SettingError when it was retired."""
    touchpoint = find_touchpoint(db, code)
    if touchpoint.retired_at is not None and not touchpoint.is_live(at):
        since = format_at(touchpoint.retired_at, load_settings(db).zone)
        raise SettingError("touchpoint", touchpoint.code, f"retired since {since}", "mint a new one")
    return touchpoint


def list_touchpoints(
    db: Database,
    *,
    kind: Kind | None = None,
    store_id: str | None = None,
    campaign_id: str | None = None,
    carrier: Carrier | None = None,
    live_only: bool = True,
) -> list[Touchpoint]:
    """Return touchpoints as they stand today, in the order in which they were minted.

    ``live_only`` leaves out those whose end is known, if it lies ahead too.
    """
    found = rows(
        db,
        load_query("touchpoints.list"),
        kind=kind,
        store_id=store_id,
        campaign_id=campaign_id,
        carrier=carrier,
        live_only=live_only,
    )
    return [Touchpoint(*row) for row in found]


def list_periods(db: Database, touchpoint_id: int) -> list[Period]:
    """Return what a touchpoint stood for over time, the earliest first."""
    return [Period(*row) for row in rows(db, load_query("touchpoints.periods"), touchpoint_id=touchpoint_id)]


def mint_touchpoints(db: Database, request: MintRequest, now: int) -> list[Touchpoint]:
    """Make a touchpoint for each subject of the request that has no live one alike, and return the new ones.

    A store whose assortment is unknown raises SettingError, a request that names no subject NothingToMintError,
    an id that isn't among its subjects NotFoundError.
    """
    with writing(db):
        _check_request(db, request, now)
        subjects = _find_subjects(db, request, now)
        codes = _new_codes(db)
        first = _next_id(db)
        unmarked = (subject for subject in subjects if not subject["marked"])
        minted = [
            Touchpoint(
                id=number,
                code=next(codes),
                kind=subject["kind"],
                subject_id=subject["subject_id"],
                store_id=subject["store_id"],
                campaign_id=request.campaign_id,
                carrier=subject["carrier"],
                label=subject["label"],
                minted_at=now,
                retired_at=subject["leaves_at"],
            )
            for number, subject in enumerate(unmarked, start=first)
        ]
        _insert(db, minted)
        if leaving := [one.subject_id for one in minted if one.retired_at is not None]:
            retire_badges(db, leaving, now)
    return minted


def move_touchpoint(db: Database, code: str, move: Move, at: int) -> Touchpoint:
    """Let a touchpoint stand for something else from ``at`` on; what it stood for before stays with its date."""
    with writing(db):
        old = find_live_touchpoint(db, code, at)
        new = replace(
            old,
            subject_id=_changed(old.subject_id, move.subject_id) or "",
            store_id=_changed(old.store_id, move.store_id),
            campaign_id=_changed(old.campaign_id, move.campaign_id),
            carrier=move.carrier or old.carrier,
            label=_changed(old.label, move.label) or "",
        )
        _check_move(db, old, new, at)
        _check_order(db, old, at)
        _save_move(db, new, at)
        return find_touchpoint(db, code)


def retire_touchpoint(db: Database, code: str, at: int) -> Touchpoint:
    """Take a touchpoint out of use from ``at`` on, once; its code is never used again and its scans stay."""
    with writing(db):
        touchpoint = find_live_touchpoint(db, code, at)
        _check_order(db, touchpoint, at)
        db.conn.execute("UPDATE touchpoints SET retired_at = ?, retired_by = NULL WHERE id = ?", [at, touchpoint.id])
    return replace(touchpoint, retired_at=at)


def subject_name(db: Database, kind: str, subject_id: str) -> str:
    """Return the name of a person, product or place, or an empty text when there is none."""
    table, key = KIND_TABLES[Kind(kind)]
    row = db.conn.execute(f"SELECT name FROM {table} WHERE {key} = ?", [subject_id]).fetchone()
    return row[0] if row else ""


def subject_names(db: Database) -> dict[tuple[str, str], str]:
    """Return the name of each person, product and place by its kind and id."""
    return {
        (kind, key): name
        for kind, (table, column) in KIND_TABLES.items()
        for key, name in db.conn.execute(f"SELECT {column}, name FROM {table}")
    }


def retired_since(db: Database, what: str, key: str, at: int) -> str:
    """Return since when a store, campaign, person, product or place is retired, an empty text if it isn't by then."""
    table, column = _TABLES[what]
    row = db.conn.execute(
        f"SELECT retired_at FROM {table} WHERE {column} = ? AND retired_at <= ?", [key, at]
    ).fetchone()
    return format_at(row[0], load_settings(db).zone) if row else ""


def check_kept(db: Database, what: str, key: str, at: int) -> None:
    """Raise SettingError for a store, campaign, person, product or place that is retired by a time."""
    if since := retired_since(db, what, key, at):
        advice = f"if it is back, import it again: o2o catalog import {_TABLES[what][0]}.csv"
        raise SettingError(what, key, f"retired since {since}", advice)


def _find_subjects(db: Database, request: MintRequest, now: int) -> list[Row]:
    defaults = {f"{kind}_carrier": carrier for kind, carrier in DEFAULT_CARRIERS.items()}
    parameters = asdict(request) | defaults | {"subject_ids": json.dumps(request.subject_ids)}
    subjects = list(rows(db, load_query("touchpoints.subjects"), **parameters, now=now, at=now))
    if not subjects and not request.subject_ids:
        raise NothingToMintError(request)
    found = {subject["subject_id"] for subject in subjects}
    for subject_id in request.subject_ids:
        if subject_id not in found:
            if request.kind:
                check_kept(db, request.kind, subject_id, now)
            advice = f"put it in store {request.store_id!r} first" if request.store_id else "import it first"
            raise NotFoundError(request.kind or "subject", subject_id, f"{advice}, or leave it out")
    return subjects


def _check_request(db: Database, request: MintRequest, now: int) -> None:
    _check_known(db, "store", request.store_id)
    _check_known(db, "campaign", request.campaign_id)
    if request.store_id is not None:
        check_kept(db, "store", request.store_id, now)
    if request.store_id is None or request.all_products or request.kind not in (None, Kind.PRODUCT):
        return
    carried = rows(db, load_query("catalog/assortment.carried"), store_id=request.store_id, at=now)
    if not any(carried) and db.conn.execute("SELECT 1 FROM products LIMIT 1").fetchone():
        raise SettingError(
            "store",
            request.store_id,
            "what it carries is not known",
            "import its assortment (store_id,sku,…), or mint every product there with --all-products",
        )


def _check_known(db: Database, what: str, key: str | None) -> None:
    if key is None:
        return
    table, column = _TABLES[what]
    if not db.conn.execute(f"SELECT 1 FROM {table} WHERE {column} = ?", [key]).fetchone():
        raise NotFoundError(what, key, f"import it first: o2o catalog import {table}.csv")


def _new_codes(db: Database) -> Iterator[str]:
    taken = {code for (code,) in db.conn.execute("SELECT code FROM touchpoints")}
    while True:
        code = make_code()
        if code not in taken:
            taken.add(code)
            yield code


def _next_id(db: Database) -> int:
    number: int = db.conn.execute("SELECT coalesce(max(id), 0) + 1 FROM touchpoints").fetchone()[0]
    return number


def _insert(db: Database, touchpoints: list[Touchpoint]) -> None:
    db.conn.executemany(
        f"INSERT INTO touchpoints ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (t.id, t.code, t.kind, t.subject_id, t.store_id, t.campaign_id, t.carrier, t.label, t.minted_at, None)
            for t in touchpoints
        ),
    )
    # since ever, so that a scan from before minting, taken in later from a log, finds what the code stands for
    db.conn.executemany(
        "INSERT INTO touchpoint_periods (touchpoint_id, subject_id, store_id, campaign_id, carrier, label, valid_from)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        ((t.id, t.subject_id, t.store_id, t.campaign_id, t.carrier, t.label, SINCE_EVER) for t in touchpoints),
    )


def _changed(old: str | None, new: str | None) -> str | None:
    return old if new is None else new or None


def _check_move(db: Database, old: Touchpoint, new: Touchpoint, at: int) -> None:
    if new == old:
        raise SettingError("touchpoint", old.code, "the move changes nothing", "say --store, --subject, … of the new")
    _check_known(db, old.kind, new.subject_id)
    _check_known(db, "store", new.store_id)
    _check_known(db, "campaign", new.campaign_id)
    for (code,) in rows(db, load_query("touchpoints.alike"), **asdict(new) | {"at": at}):
        raise SettingError("touchpoint", old.code, f"it would be the same as {code}", f"retire {code} first")


def _check_order(db: Database, touchpoint: Touchpoint, at: int) -> None:
    began = list_periods(db, touchpoint.id)[-1].valid_from
    if at < began:
        zone = load_settings(db).zone
        reason = f"{format_at(at, zone)} is before its last move at {format_at(began, zone)}"
        raise SettingError("touchpoint", touchpoint.code, reason, "give a later time with --at")


def _save_move(db: Database, new: Touchpoint, at: int) -> None:
    parameters = asdict(new) | {"at": at}
    for sql in (_CLOSE_PERIOD, _OPEN_PERIOD, _CHANGE_TOUCHPOINT):
        db.conn.execute(sql, parameters)


_CLOSE_PERIOD = """
UPDATE touchpoint_periods SET valid_to = :at
WHERE touchpoint_id = :id AND valid_to IS NULL AND valid_from < :at
"""
# a second move at the same instant corrects the first
_OPEN_PERIOD = """
INSERT OR REPLACE INTO touchpoint_periods (
    touchpoint_id, subject_id, store_id, campaign_id, carrier, label, valid_from
)
VALUES (:id, :subject_id, :store_id, :campaign_id, :carrier, :label, :at)
"""
# an end that was to come with the leaving of a person isn't the next one's
_CHANGE_TOUCHPOINT = """
UPDATE touchpoints
SET retired_at = CASE WHEN subject_id = :subject_id OR retired_by IS NULL THEN retired_at END,
    subject_id = :subject_id, store_id = :store_id, campaign_id = :campaign_id, carrier = :carrier, label = :label
WHERE id = :id
"""

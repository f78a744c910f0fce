"""Cards for the staff of a store: who scans one tests codes for a while, and is counted nowhere."""

from o2o.db import Database, writing
from o2o.errors import NotFoundError
from o2o.subjects import Carrier, Kind
from o2o.times import SINCE_EVER
from o2o.touchpoints import MintRequest, mint_touchpoints

_NAME = "员工卡 Staff card"


def make_staff_card(db: Database, store_id: str, now: int) -> str:
    """Return the code of a store's staff card; where there is none yet, one is made. Raises NotFoundError."""
    if not db.conn.execute("SELECT 1 FROM stores WHERE store_id = ?", [store_id]).fetchone():
        raise NotFoundError("store", store_id, "see 'o2o catalog export stores'")
    place_id = f"staff-card-{store_id}"
    with writing(db):
        known = "SELECT code FROM touchpoints WHERE kind = 'place' AND subject_id = ? AND retired_at IS NULL"
        if found := db.conn.execute(known, [place_id]).fetchone():
            return str(found[0])
        _add_place(db, place_id, store_id)
        request = MintRequest(Kind.PLACE, store_id, carrier=Carrier.STAFF_CARD, subject_ids=(place_id,))
        (touchpoint,) = mint_touchpoints(db, request, now)
    return touchpoint.code


def _add_place(db: Database, place_id: str, store_id: str) -> None:
    db.conn.execute(
        "INSERT INTO places (place_id, store_id, name, carrier) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [place_id, store_id, _NAME, Carrier.STAFF_CARD],
    )
    db.conn.execute(
        "INSERT INTO assignments (kind, subject_id, store_id, name, valid_from) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        [Kind.PLACE, place_id, store_id, _NAME, SINCE_EVER],
    )

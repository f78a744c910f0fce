"""The touchpoints of what an experiment changes."""

from collections.abc import Sequence

from o2o.analytics.experiments import Sign
from o2o.attribution.question import Level
from o2o.db import Database, rows
from o2o.errors import NotFoundError, SettingError

_CONDITIONS = {
    Level.TOUCHPOINT: "code = :key",
    Level.PERSON: "kind = 'person' AND subject_id = :key",
    Level.PRODUCT: "kind = 'product' AND subject_id = :key",
    Level.PLACE: "kind = 'place' AND subject_id = :key",
    Level.CARRIER: "carrier = :key",
    Level.CAMPAIGN: "campaign_id = :key",
}


def find_touchpoints(db: Database, signs: Sequence[Sign]) -> tuple[int, ...]:
    """Return the ids of the touchpoints of signs; raises NotFoundError for a sign without any."""
    found: list[int] = []
    for sign in signs:
        if sign.level not in _CONDITIONS:
            raise SettingError("sign", sign.level, "nothing that hangs", f"name one of {', '.join(_CONDITIONS)}")
        query = f"SELECT id FROM touchpoints WHERE {_CONDITIONS[sign.level]}"
        ids = [row["id"] for row in rows(db, query, key=sign.key)]
        if not ids:
            raise NotFoundError(f"touchpoint of the {sign.level}", sign.key, "see 'o2o touchpoint list'")
        found += ids
    return tuple(dict.fromkeys(found))

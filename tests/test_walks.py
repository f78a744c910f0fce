"""Journeys cut in memory beside those that attribution cuts by SQL."""

from collections import Counter
from random import Random

import pytest

from o2o.analytics.walks import Walks
from o2o.attribution.engines.choice import choose_engine
from o2o.attribution.journey_paths import read_paths
from o2o.attribution.journeys import gathered
from o2o.attribution.question import Level, Outcome, Question, Reach, Thinning, Transform
from o2o.config import load_settings
from o2o.db import Database
from o2o.times import DAY, HOUR, parse_at
from tests.collecting import make_touchpoint
from tests.conftest import SETTINGS

START = parse_at("2026-01-01", SETTINGS.zone)


def fill(db: Database, seed: int) -> None:
    """Let six visitors, some of them one customer, scan three signs and order; some scans are at the same instant."""
    random, signs = Random(seed), []
    for carrier in ("door_sign", "shelf_tag", "bag"):
        code = make_touchpoint(db, carrier, kind="place", carrier=carrier)
        signs.append(db.conn.execute("SELECT id FROM touchpoints WHERE code = ?", [code]).fetchone()[0])
    db.conn.executemany("INSERT INTO visitors VALUES (?, ?)", [(number, f"V{number}") for number in range(1, 7)])
    scans = [
        (START + random.randrange(60 * 8) * 3 * HOUR, random.choice(signs), random.randint(1, 6)) for _ in range(150)
    ]
    db.conn.executemany(
        "INSERT INTO scans (scanned_at, code, touchpoint_id, visitor_id, verdict, source)"
        " VALUES (?, '', ?, ?, 'human', 'csv')", scans,
    )  # fmt: skip
    for number in range(12):
        visitor, customer = random.randint(1, 6), random.choice([None, "ann"])
        row = [f"{number}", START + random.randrange(70) * DAY, f"V{visitor}", customer if visitor < 4 else None, 500]
        db.conn.execute(
            "INSERT INTO orders (order_id, ordered_at, visitor, customer, amount) VALUES (?, ?, ?, ?, ?)", row
        )


@pytest.mark.parametrize("seed", range(5))
def test_journeys_are_those_of_attribution(db: Database, seed: int) -> None:
    fill(db, seed)
    question = Question(
        Outcome.ORDERS, by=Level.CARRIER, window=5 * DAY, since=START + 5 * DAY, until=START + 50 * DAY,
        reach=Reach.STOP, transform=Transform(Thinning.EXPOSURE),
    )  # fmt: skip
    with gathered(choose_engine(db, "sqlite"), load_settings(db), question) as journeys:
        journeys.key_by(Level.CARRIER)
        walks, paths = Walks.read(journeys), read_paths(journeys)
    found = [
        Counter(
            (*(names[code] for code in codes[first:end]), *amounts)
            for first, end, *amounts in zip(starts, starts[1:], *columns, strict=False)
        )
        for names, codes, starts, columns in (
            (walks.keys, walks.codes, walks.starts, (walks.orders, walks.nothing, walks.revenue)),
            (paths.touches, paths.codes, paths.starts, (paths.conversions, paths.nulls, paths.values)),
        )
    ]
    assert found[0] == found[1] and walks.nothing.any() and walks.orders.any()

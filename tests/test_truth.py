"""The truth of made worlds is found: a few worlds here, 2,000 of each case in ``make truth``."""

import numpy as np
import pytest

from o2o.attribution.models import MODELS, Model
from o2o.attribution.question import Outcome, Question
from o2o.attribution.report import attribute
from o2o.db import writing
from o2o.demo.worlds import Planted, draw_shoppers
from tests.attribution_oracle import Mark, Period, World
from tests.conftest import SETTINGS
from tests.coverage import measure
from tests.truth import CASES, sums_of, world

WORLDS = 60


@pytest.mark.parametrize("name", CASES)
def test_the_truth_is_told_as_often_as_said(name):
    found = measure(CASES[name].find(WORLDS), CASES[name].band)
    assert found.is_sound, f"{name}: {found}"


@pytest.mark.parametrize(
    ("hits", "worlds", "sound"),
    [(1_900, 2_000, True), (1_960, 2_000, True), (1_975, 2_000, False), (1_835, 2_000, True), (1_820, 2_000, False),
     (60, 60, True), (40, 60, False), (970, 1_000, True), (1_940_000, 2_000_000, True), (1_942_000, 2_000_000, False)],
)  # fmt: skip
def test_only_what_chance_does_not_explain_fails(hits, worlds, sound):
    assert measure(np.arange(worlds) < hits).is_sound is sound


def test_a_band_of_its_own_is_judged_alike():
    assert measure(np.zeros(200, bool), (0.0, 0.05)).is_sound
    assert not measure(np.arange(200) < 40, (0.0, 0.05)).is_sound


def test_a_world_is_the_same_for_the_same_seed_and_planted_multipliers_are_met():
    one, same = (draw_shoppers(Planted(), 40_000, np.random.default_rng(3)) for _ in range(2))
    assert (one.scans.scanned_at == same.scans.scanned_at).all() and (one.amount == same.amount).all()
    for sign, planted in enumerate(Planted().multipliers):
        buyers, met, others, rest = one.counts_of(sign)
        assert buyers / met / (others / rest) == pytest.approx(planted, rel=0.2)


def test_credit_of_a_world_is_that_of_its_shop_s_file(db):
    """The cases above take worlds as columns; written into a file, the report finds the same."""
    shoppers = world(1)
    marks = [Mark(key, "place", (Period(key, "S1", None, 0),)) for key in shoppers.planted.keys]
    World(marks, []).save(db)
    scans, buyers = shoppers.scans, np.flatnonzero(shoppers.bought)
    with writing(db):
        db.conn.executemany(
            "INSERT INTO visitors VALUES (?, ?)", [(n + 1, str(n + 1)) for n in range(len(shoppers.met))]
        )
        db.conn.executemany(
            "INSERT INTO scans (id, scanned_at, code, touchpoint_id, visitor_id, verdict, source)"
            " VALUES (?, ?, '', ?, ?, 'human', 'csv')",
            np.stack((scans.scan, scans.scanned_at, scans.key + 1, scans.person), 1).tolist(),
        )
        db.conn.executemany(
            "INSERT INTO orders (order_id, ordered_at, visitor, amount) VALUES (?, ?, ?, ?)",
            [(str(n), 21 * 86_400_000, str(n + 1), int(shoppers.amount[n])) for n in buyers],
        )
    models = (*MODELS, Model("shapley"))
    report = attribute(db, SETTINGS, Question(Outcome.ORDERS, models))
    for model in models:
        found = {row.key: row.conversions for row in report.rows_of(model) if row.key}
        told = dict(zip(shoppers.planted.keys, sums_of(1, model, money=False).totals, strict=True))
        assert found == pytest.approx({key: value for key, value in told.items() if value}, abs=1e-6)

"""The benchmarks: that they are fair, and that each room's runs."""

from importlib import import_module

import pytest

from benchmarks.__main__ import ROOMS, main
from benchmarks.measure import Contest, run_contest
from tests.programs import need_module


def test_ours_and_peers_take_turns_and_the_first_round_is_not_counted() -> None:
    turns: list[str] = []

    def work(name: str, done: int) -> int:
        turns.append(name)
        return done

    contest = Contest("a thing", "things/s", lambda: work("ours", 2), {"peer": lambda: work("peer", 1)})
    (score,) = run_contest(contest, rounds=3)
    assert turns == ["ours", "peer"] * 4
    assert (score.peer, score.ratio) == ("peer", score.ours / score.theirs)


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_has_a_contest(room: str) -> None:
    module = import_module(f"benchmarks.{room}")
    assert module.SIZE > 0
    assert module.contest.__doc__


def test_the_table_has_a_row_for_each_peer(monkeypatch, capsys) -> None:
    for package in ("segno", "pandas", "zint"):
        need_module(package, "bench")
    monkeypatch.setattr("sys.argv", ["benchmarks", "--quick", "--only", "codes"])
    main()
    table = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| QR symbols")]
    fixed, best = (
        ["qrcode, best mask", "qrcode", "segno", "zxing-cpp", "zint"],
        [
            "qrcode, best mask",
            "segno",
            "zxing-cpp",
            "zint",
        ],
    )
    assert [row.split(" | ")[3] for row in table] == (fixed + best) * 2


def test_our_funnel_and_retentioneerings_count_the_same_people(tmp_path) -> None:
    need_module("retentioneering", "bench")
    from benchmarks.analytics import find_funnel, funnel_terms
    from benchmarks.attribution import fill_shop
    from benchmarks.catalog import SETTINGS
    from o2o.analytics.funnel import IN_ALL, measure_funnel

    db = fill_shop(tmp_path, 2_000)
    ours = measure_funnel(db, SETTINGS, funnel_terms())
    db.close()
    theirs = [step["unique_paths"] for step in find_funnel(tmp_path / "shop.db")]
    assert [row.people for row in ours.reached[IN_ALL]] == theirs

"""Printers and by how much each is off."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from o2o.db import Database
from o2o.errors import NotFoundError, SettingError
from o2o.printing.paper.printers import Printer, find_printer, list_printers, remove_printer, save_printer


def test_a_printer_is_kept_replaced_found_in_either_case_and_removed(db: Database) -> None:
    save_printer(db, Printer("Front-Desk", (0.8, -0.5), (1.002, 0.998), 600))
    save_printer(db, Printer("Front-Desk", (0.8, -0.4), (1.002, 0.998), 600, "192.168.1.9:9100"))
    assert find_printer(db, "front-desk").offset == (0.8, -0.4)
    with pytest.raises(NotFoundError, match="use one of Front-Desk"):
        find_printer(db, "back-office")
    remove_printer(db, "FRONT-DESK")
    assert list(list_printers(db)) == []
    with pytest.raises(NotFoundError, match="o2o printer add NAME"):
        remove_printer(db, "front-desk")


@pytest.mark.parametrize(
    ("printer", "advice"),
    [
        (Printer(" "), "take a word"),
        (Printer("x", (80, 0)), "measure in mm"),
        (Printer("x", scale=(1, 100.2)), "write 1.002 for 100.2 mm"),
    ],
)
def test_measures_that_no_printer_has_are_told(db: Database, printer: Printer, advice: str) -> None:
    with pytest.raises(SettingError, match=advice):
        save_printer(db, printer)


_OFFSETS, _SCALES = st.floats(-20, 20), st.floats(0.9, 1.1)


@given(st.tuples(_OFFSETS, _OFFSETS), st.tuples(_SCALES, _SCALES), st.floats(0, 300), st.floats(0, 300))
def test_a_point_is_printed_where_it_was_aimed_at(
    offset: tuple[float, float], scale: tuple[float, float], x: float, y: float
) -> None:
    aimed = Printer("x", offset, scale).aim(x, y)
    printed = [offset[axis] + scale[axis] * aimed[axis] for axis in (0, 1)]
    assert printed == pytest.approx([x, y], abs=1e-9)

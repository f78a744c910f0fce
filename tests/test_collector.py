import gc

import pytest

from o2o.collector import without_collector


@pytest.fixture(autouse=True)
def collector() -> None:
    gc.enable()


def test_nothing_is_collected_meanwhile_and_all_is_as_before_behind_an_error() -> None:
    with pytest.raises(ValueError, match="stop"), without_collector():
        assert not gc.isenabled()
        raise ValueError("stop")
    assert gc.isenabled()


def test_what_was_off_stays_off() -> None:
    gc.disable()
    try:
        with without_collector():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()

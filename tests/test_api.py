"""The names of the Python API."""

import pytest

import o2o


@pytest.mark.parametrize("name", o2o.__all__)
def test_each_public_name_is_there_and_documented(name: str) -> None:
    assert getattr(o2o, name).__doc__
    assert name in dir(o2o)


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = o2o.nonsense
